"""Checksums over tables: blind to the order of rows, and to nothing else."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from groundswell.ops.errors import ProgramFailed
from groundswell.ops.tables import Table, still, tables_of_database, tables_of_files
from groundswell.ops.testing.environment import DATABASE
from tests.ops.conftest import empty_database

Words = list[tuple[int, str]]


def in_a_file(folder: Path, words: Words) -> Table:
    file = folder / f"words-{len(list(folder.iterdir()))}.sqlite3"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE words (number INTEGER, word TEXT)")
        database.executemany("INSERT INTO words VALUES (?, ?)", words)
    return tables_of_files([file, folder / "missing.sqlite3"]).tables[f"{file.stem}.words"]


def in_a_database(_folder: Path, words: Words) -> Table:
    if not os.environ.get(DATABASE):
        pytest.skip("about PostgreSQL")
    with empty_database() as url:
        with psycopg.connect(url) as database, database.cursor() as cursor:
            cursor.execute("CREATE TABLE words (number int, word text)")
            cursor.executemany("INSERT INTO words VALUES (%s, %s)", words)
        with still(url) as connection:
            return tables_of_database(connection).tables["words"]


@pytest.mark.parametrize("kept", [in_a_file, in_a_database])
def test_a_checksum_sees_every_change_but_order(tmp_path: Path, kept: Callable[[Path, Words], Table]) -> None:
    words = [(1, "anna"), (2, "bert"), (2, "bert")]
    before = kept(tmp_path, words)
    assert before.rows == 3
    assert kept(tmp_path, words[::-1]) == before
    for changed in (
        words[:2],
        [*words, (2, "bert")],
        [(1, "anna"), (1, "anna"), (2, "bert")],
        [(3, "anna"), *words[1:]],
    ):
        assert kept(tmp_path, changed).checksum != before.checksum
    assert kept(tmp_path, []) == Table(rows=0, checksum="0" * 16)


@pytest.mark.enable_socket
def test_a_server_that_is_not_there_is_one_plain_sentence() -> None:
    with (
        pytest.raises(ProgramFailed, match=r"^The database cannot be read: ") as failed,
        still("postgresql://me:secret@127.0.0.1:1/name"),
    ):
        pass
    assert "secret" not in str(failed.value)
