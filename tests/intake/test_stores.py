"""The two places where a journal can be."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from groundswell.intake import stores
from groundswell.intake.stores import AnotherWriter, PostgresqlStore, SqliteStore, open_store
from groundswell.kit.ids import uuid7
from tests.intake.conftest import action

TABLE = f"CREATE TABLE intake_entry ({stores._COLUMNS}, UNIQUE (id))"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "intake.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(TABLE)
    return path


def test_a_commit_is_synchronised_in_full(file: Path) -> None:
    store = SqliteStore(file)
    pragma = {
        name: store._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    }
    store.close()
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_of_two_processes_only_one_writes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_WAIT_FOR_OTHER_WRITER", 0.2)
    store = SqliteStore(file)
    with pytest.raises(AnotherWriter):
        SqliteStore(file)
    store.close()
    SqliteStore(file).close()


def test_a_writer_that_was_killed_is_in_nobodys_way(file: Path) -> None:
    program = (
        "import fcntl, os, sys, time\n"
        "fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX)\n"
        "print('locked', flush=True)\n"
        "time.sleep(60)"
    )
    lock = f"{file}.writer"
    holder = subprocess.Popen([sys.executable, "-c", program, lock], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    # It waits for the one before, which may still be leaving.
    store = SqliteStore(file)
    store.append(uuid7(), [(1, action())])
    store.close()
    holder.wait()


def test_a_store_that_cannot_be_opened_can_be_tried_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(stores, "_WAIT_FOR_OTHER_WRITER", 0.2)
    with monkeypatch.context() as broken:
        broken.setattr(stores, "_opened", fail)
        with pytest.raises(sqlite3.OperationalError):
            SqliteStore(file)
    SqliteStore(file).close()


def test_what_is_no_database_is_not_left_open(tmp_path: Path) -> None:
    file = tmp_path / "intake.sqlite3"
    file.write_bytes(b"not a database, by any means, and longer than a header of one hundred bytes would be: " * 3)
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    with pytest.raises(sqlite3.DatabaseError):
        SqliteStore(file)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.django_db(transaction=True)
def test_the_settings_say_where_the_journal_is() -> None:
    from groundswell.intake.journal import close_journal

    close_journal()
    store = open_store()
    on_sqlite = connections[settings.JOURNAL_ALIAS].vendor == "sqlite"
    assert isinstance(store, SqliteStore if on_sqlite else PostgresqlStore)
    store.append(uuid7(), [(1, action()), (2, action())])
    if isinstance(store, PostgresqlStore):
        found = store._connection.execute("SHOW synchronous_commit").fetchone()
        assert found == ("on",)
    store.close()
