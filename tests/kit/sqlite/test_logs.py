"""Emptying SQLite's write-ahead logs, beside everybody who uses the databases."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from groundswell.kit.sqlite import logs


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """A database whose log has something in it, as the only one of the installation."""
    name = tmp_path / "words.sqlite3"
    only = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": name})
    elsewhere = SimpleNamespace(vendor="postgresql", settings_dict={"NAME": "words"})
    missing = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": tmp_path / "none"})
    monkeypatch.setattr(logs, "connections", SimpleNamespace(all=lambda: [only, elsewhere, missing]))
    with closing(sqlite3.connect(name, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE words (word TEXT)")
        connection.execute("INSERT INTO words VALUES ('rally')")
        yield connection


def log_of(connection: sqlite3.Connection) -> int:
    """The size of its log, in bytes."""
    _, _, name = connection.execute("PRAGMA database_list").fetchone()
    return Path(f"{name}-wal").stat().st_size


def test_a_log_is_cut_to_nothing(database: sqlite3.Connection) -> None:
    assert log_of(database) > 0
    assert logs.empty() == 0
    assert log_of(database) == 0
    assert database.execute("SELECT word FROM words").fetchall() == [("rally",)]


@pytest.mark.parametrize(
    "busy", ["BEGIN; SELECT * FROM words", "BEGIN IMMEDIATE; INSERT INTO words VALUES ('march')"]
)
def test_what_is_in_use_is_left_and_nobody_waits_long(database: sqlite3.Connection, busy: str) -> None:
    for statement in busy.split("; "):
        database.execute(statement)
    database.execute("SELECT * FROM words").fetchall()
    began = time.monotonic()
    logs.empty()
    assert time.monotonic() - began < 5
    assert log_of(database) > 0
    database.execute("COMMIT")
    logs.empty()
    assert log_of(database) == 0


def test_no_stray_file_is_made(database: sqlite3.Connection, tmp_path: Path) -> None:
    logs.empty()
    assert not (tmp_path / "none").exists()
