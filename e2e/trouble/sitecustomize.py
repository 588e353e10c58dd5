"""Trouble by order: what goes wrong is what the file says that GROUNDSWELL_TROUBLE names, until it is gone.

``busy``: there is no place for the next request. ``full``: nothing can be written. ``broken``: no database
answers. ``slip``: there is a mistake in our code.
Python loads this file by itself where PYTHONPATH names its folder; nothing of it is part of the product.
"""

import os
from pathlib import Path

from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

from groundswell.front.gate import Room
from groundswell.intake.journal import Journal

ordered = Path(os.environ["GROUNDSWELL_TROUBLE"])
enter, write, execute = Room.enter, Journal._write, CursorWrapper.execute
WRITES = ("INSERT", "UPDATE", "DELETE")


def trouble():
    return ordered.read_text() if ordered.exists() else ""


async def no_room(self):
    if trouble() != "busy":
        return await enter(self)
    # Of this one alone: else the page that says so would come without its style sheet.
    ordered.unlink()
    return False


def unwritten(self, actions):
    return OSError("No space left on device") if trouble() == "full" else write(self, actions)


def refused(self, sql, params=None):
    now = trouble()
    if now == "broken" or (now == "full" and str(sql).startswith(WRITES)):
        raise OperationalError("database or disk is full")
    if now == "slip":
        raise ZeroDivisionError
    return execute(self, sql, params)


Room.enter, Journal._write, CursorWrapper.execute = no_room, unwritten, refused
