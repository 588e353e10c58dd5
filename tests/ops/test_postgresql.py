"""PostgreSQL's programs: a dump comes back whole, what is newer goes, and no password is on a command line."""

import os
from pathlib import Path

import psycopg
import pytest

from groundswell.ops.errors import ProgramFailed
from groundswell.ops.postgresql import _connection, dump, load
from groundswell.ops.testing.environment import DATABASE
from tests.ops.conftest import empty_database

on_postgresql = pytest.mark.skipif(not os.environ.get(DATABASE), reason="about PostgreSQL")


@pytest.mark.parametrize(
    ("url", "address", "password"),
    [
        (
            "postgresql://me:pass%40word@db.example.org:5433/name?sslmode=require",
            "me@db.example.org:5433",
            "pass@word",
        ),
        ("postgresql://me@db.example.org/name", "me@db.example.org", None),
    ],
)
def test_a_password_stays_off_the_command_line(url: str, address: str, password: str | None) -> None:
    arguments, variables = _connection(url)
    assert arguments[0] == "--dbname"
    assert arguments[1].startswith(f"postgresql://{address}/name")
    assert variables.get("PGPASSWORD") == password


@on_postgresql
def test_what_was_dumped_comes_back_and_what_is_newer_goes(tmp_path: Path) -> None:
    with empty_database() as url:
        with psycopg.connect(url) as database:
            database.execute("CREATE TABLE words (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
            database.execute("INSERT INTO words (word) VALUES ('kept')")
            database.execute("CREATE FUNCTION older() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        dump(url, tmp_path / "dump")
        with psycopg.connect(url) as database:
            database.execute("UPDATE words SET word = 'changed'")
            database.execute("CREATE TABLE newer (id int)")
            database.execute("CREATE VIEW seen AS SELECT * FROM newer")
            database.execute("CREATE FUNCTION newest() RETURNS int LANGUAGE sql AS 'SELECT 2'")
            database.execute("CREATE SEQUENCE numbers")
        load(url, tmp_path / "dump")
        with psycopg.connect(url) as database:
            assert database.execute("SELECT word FROM words").fetchall() == [("kept",)]
            names = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
            assert database.execute(names).fetchall() == [("words",), ("words_id_seq",)]
            names = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            assert database.execute(names).fetchall() == [("older",)]
            database.execute("INSERT INTO words (word) VALUES ('next')")


@on_postgresql
def test_a_dump_that_cannot_be_loaded_changes_nothing(tmp_path: Path) -> None:
    with empty_database() as url:
        with psycopg.connect(url) as database:
            database.execute("CREATE TABLE words (word text)")
            database.execute("INSERT INTO words VALUES ('kept')")
        (tmp_path / "dump").write_text("no dump")
        with pytest.raises(ProgramFailed, match=r"^pg_restore failed: "):
            load(url, tmp_path / "dump")
        with psycopg.connect(url) as database:
            assert database.execute("SELECT word FROM words").fetchall() == [("kept",)]


@on_postgresql
def test_a_server_that_is_not_there_is_one_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed) as failed:
        dump("postgresql://me:secret@127.0.0.1:1/name", tmp_path / "dump")
    assert str(failed.value).startswith("pg_dump failed: ")
    assert "secret" not in str(failed.value)
    assert "\n" not in str(failed.value)
