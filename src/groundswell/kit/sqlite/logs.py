"""SQLite's write-ahead logs hold pages as they were, erased ones included, until something overwrites them."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from django.db import connections

PATIENCE = 0.1
"""Seconds to wait for readers: emptying a log is never worth keeping anybody waiting."""


def empty() -> int:
    """Write the logs into their databases and cut them to nothing; on PostgreSQL there is nothing to do.

    What is in use is left for the next time. Always returns 0: there is no more to do at once.
    """
    for connection in connections.all():
        name = Path(connection.settings_dict["NAME"])
        if connection.vendor == "sqlite" and name.exists():
            _empty(name)
    return 0


def _empty(name: Path) -> None:
    with closing(sqlite3.connect(name, timeout=PATIENCE)) as database, suppress(sqlite3.OperationalError):
        # The first does the work beside everybody else, so that the second holds the lock only for a moment.
        database.execute("PRAGMA wal_checkpoint(PASSIVE)")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
