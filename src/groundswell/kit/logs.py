"""What goes into the log: what happened and where, and nothing that anybody typed.

At a terminal these are lines for people, about trouble only. Anywhere else each line is one JSON object, about
every request that reached Django and every round that found work: ``time`` (UTC), ``level``, ``logger``,
``event``, and where known ``request``, ``organisation``, ``method``, ``route``, ``status``, ``ms``, ``error``.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

FRAMES = 8
OURS = "groundswell"
NOWHERE = "an address that leads nowhere"

_noted: ContextVar[dict[str, object] | None] = ContextVar("noted", default=None)


@contextmanager
def about(**facts: object) -> Iterator[dict[str, object]]:
    """Let these facts stand in every line that is written in the body, in threads that it waits for as well."""
    noted = {**(_noted.get() or {}), **facts}
    before = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(before)


def note(**facts: object) -> None:
    """Add facts to the lines of the request or the work at hand: identifiers, never what somebody typed."""
    noted = _noted.get()
    if noted is not None:
        noted.update(facts)


def without_values(error: BaseException) -> str:
    """What went wrong and where; not the message, since a database quotes people's data in it."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{os.path.basename(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-FRAMES:]]
    return f"{type(error).__module__}.{type(error).__qualname__} at {' > '.join(places)}"


def _chain(error: object) -> list[str]:
    """The error and those that led to it, the first one last."""
    lines = []
    while isinstance(error, BaseException):
        lines.append(without_values(error))
        error = error.__cause__ or error.__context__
    return lines


def _message(record: logging.LogRecord) -> str:
    """What happened, in words that were chosen before anybody typed anything.

    Ours are written with care. Those of libraries may quote a connection's user, an address or a whole exception:
    of theirs only the first line of the pattern is put down, without what belongs into it.
    """
    if record.name.split(".")[0] == OURS:
        return record.getMessage()
    lines = str(record.msg).splitlines()
    return lines[0] if lines else ""


def _route(record: logging.LogRecord) -> str | None:
    """Where a request went, by the pattern: an address may be a key to somebody's data, as links in mails are."""
    request = getattr(record, "request", None)
    if request is None or not hasattr(request, "path"):
        return None
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else NOWHERE


class NamesNobody(logging.Formatter):
    """For people: exceptions without their messages, and requests by the pattern of their address."""

    def __init__(self) -> None:
        super().__init__("{levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        route = _route(record)
        record.message = _message(record) if route is None else _message(record).replace("%s", route)
        return "\n".join([self.formatMessage(record), *_chain(record.exc_info[1] if record.exc_info else None)])


class OneObject(logging.Formatter):
    """For programs: each line a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _message(record),
            **(_noted.get() or {}),
            **getattr(record, "facts", {}),
        }
        if (route := _route(record)) is not None:
            facts["route"] = route
        if record.exc_info and (chain := _chain(record.exc_info[1])):
            facts["error"] = chain
        return json.dumps(facts, ensure_ascii=False, default=str)


class Log(logging.StreamHandler):  # type: ignore[type-arg]
    """Standard error: for people where that is a terminal, else for programs."""

    def __init__(self) -> None:
        super().__init__()
        at_terminal = sys.stderr.isatty()
        self.setFormatter(NamesNobody() if at_terminal else OneObject())
        self.setLevel(logging.WARNING if at_terminal else logging.INFO)
