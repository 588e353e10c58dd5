"""The two places where a journal can be: a SQLite file of its own, or a table in PostgreSQL.

Both are written past the ORM: this is the one hot write path of the product, and group commit is all it does.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from groundswell.intake.kinds import Action

_COLUMNS = "organisation_id, id, writer, sequence, kind, subject, payload, received_at, via, patience"
_WAIT_FOR_OTHER_WRITER = 15.0


class BadEntry(ValueError):
    """An entry that the database cannot hold."""


class AnotherWriter(RuntimeError):
    """Another process writes to this journal's file; SQLite has exactly one writer."""


def open_store() -> "SqliteStore | PostgresqlStore":
    """The store that the settings name.

    :raises AnotherWriter: if the file's writer is another process.
    """
    connection = connections[settings.JOURNAL_ALIAS]
    if connection.vendor == "sqlite":
        return SqliteStore(Path(connection.settings_dict["NAME"]))
    parameters = {key: value for key, value in connection.get_connection_params().items() if value is not None}
    return PostgresqlStore(parameters)


class SqliteStore:
    """A SQLite file, fully synchronised on every commit, locked for one writing process."""

    def __init__(self, path: Path) -> None:
        self._lock = _claim(path.with_name(f"{path.name}.writer"))
        try:
            self._connection = _opened(path)
        except BaseException:
            # A lock that stayed behind would keep this very process from trying again.
            os.close(self._lock)
            raise

    def append(self, writer: UUID, numbered: Sequence[tuple[int, Action]]) -> None:
        """Write the entries in one transaction.

        :raises BadEntry: if one of them cannot be stored; then none is.
        """
        name = writer.hex
        values = [value for number, action in numbered for value in _sqlite_row(name, number, action)]
        try:
            # One statement for all of them is a transaction by itself, and gives Python's lock back only once:
            # with a statement for each entry, this thread would queue for it again and again behind front.
            self._connection.execute(_INSERT + ", ".join([_ROW] * len(numbered)), values)
        except (sqlite3.DataError, sqlite3.InterfaceError, sqlite3.IntegrityError, UnicodeError) as error:
            raise BadEntry from error

    def close(self) -> None:
        """Close the file and let another process write."""
        self._connection.close()
        os.close(self._lock)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=20)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # Where a page is split, what moves is wiped from its old place: blanking finds it in one place only.
        connection.execute("PRAGMA secure_delete=ON")
    except BaseException:
        connection.close()
        raise
    return connection


_INSERT = f"INSERT INTO intake_entry ({_COLUMNS}) VALUES "  # noqa: S608
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _sqlite_row(writer: str, number: int, action: Action) -> tuple[object, ...]:
    return (
        action.organisation_id.hex,
        action.id.hex,
        writer,
        number,
        action.kind,
        action.subject.hex,
        action.payload,
        action.received_at.replace(tzinfo=None).isoformat(" "),
        action.via,
        action.patience,
    )


def _claim(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    give_up_at = time.monotonic() + _WAIT_FOR_OTHER_WRITER
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > give_up_at:
                os.close(descriptor)
                raise AnotherWriter(f"{path.name} is locked by another process.") from None
            time.sleep(0.05)


class PostgresqlStore:
    """A table in PostgreSQL, reached by a connection of its own, with every commit on disk before it answers."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        known = {key: value for key, value in parameters.items() if key not in {"cursor_factory", "context"}}
        # Only here: a process on SQLite starts sooner without it.
        import psycopg

        self._refusals = (psycopg.DataError, psycopg.IntegrityError, UnicodeError)
        self._connection = psycopg.connect(**known, autocommit=True)
        self._connection.execute("SET synchronous_commit = on")

    def append(self, writer: UUID, numbered: Sequence[tuple[int, Action]]) -> None:
        """Write the entries by one statement, which is a transaction by itself.

        :raises BadEntry: if one of them cannot be stored; then none is.
        """
        try:
            rows = zip(*(_postgresql_row(writer, number, action) for number, action in numbered), strict=True)
            # Not by COPY, which no table takes that has rules for its rows.
            self._connection.execute(_INSERT_COLUMNS, [list(column) for column in rows])
        except self._refusals as error:
            raise BadEntry from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


_TYPES = "uuid, uuid, uuid, bigint, text, uuid, bytea, timestamptz, text, integer"
_ARRAYS = ", ".join(f"%b::{each}[]" for each in _TYPES.split(", "))
_INSERT_COLUMNS = f"INSERT INTO intake_entry ({_COLUMNS}) SELECT * FROM unnest({_ARRAYS})"  # noqa: S608


def _postgresql_row(writer: UUID, number: int, action: Action) -> tuple[object, ...]:
    return (
        action.organisation_id,
        action.id,
        writer,
        number,
        action.kind,
        action.subject,
        action.payload,
        action.received_at,
        action.via,
        action.patience,
    )
