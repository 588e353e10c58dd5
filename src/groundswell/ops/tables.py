"""What is in a database, table by table: how many rows, and a checksum over all of them.

A checksum is the sum of what each row hashes to: the order of rows does not matter, a row that is missing, there
twice or changed does. Those of the two kinds of database are not comparable with each other.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundswell.ops.errors import ProgramFailed

if TYPE_CHECKING:
    import psycopg

ORGANISATIONS = "SELECT name FROM groups_organisation ORDER BY name"
MODULUS = 1 << 64


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table's rows."""

    rows: int
    checksum: str


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Every table of an installation, by name, and what its organisations are called."""

    organisations: list[str]
    tables: dict[str, Table]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def people(self) -> int:
        """How many rows are about a supporter."""
        return sum(table.rows for name, table in self.tables.items() if name.endswith("people_person"))


def tables_of_files(files: list[Path]) -> Tables:
    """Read those of SQLite's files that exist, each as of one moment; a table is called by its file and its name.

    :raises sqlite3.DatabaseError: when one of them is no database or a damaged one.
    """
    found = Tables(organisations=[], tables={})
    for file in files:
        if file.exists():
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=60)) as database:
                _read_file(database, file.stem, found)
    return found


def _read_file(database: sqlite3.Connection, file: str, found: Tables) -> None:
    database.execute("BEGIN")
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    if not found.organisations and "groups_organisation" in names:
        found.organisations.extend(name for (name,) in database.execute(ORGANISATIONS))
    # What is no text in its encoding must be counted as well.
    database.text_factory = bytes
    for name in names:
        found.tables[f"{file}.{name}"] = _sum(database.execute(f'SELECT * FROM "{name}"'))  # noqa: S608


def _sum(rows: sqlite3.Cursor) -> Table:
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(blake2b(repr(row).encode(), digest_size=8).digest())
    return Table(rows=count, checksum=f"{total % MODULUS:016x}")


@contextmanager
def still(url: str) -> Iterator["psycopg.Connection[Any]"]:
    """A connection to PostgreSQL that sees one moment only, and lets others see the same one.

    :raises ProgramFailed: when the server cannot be reached, or goes meanwhile.
    """
    import psycopg

    from groundswell.ops.postgresql import FOR_ALL

    try:
        with psycopg.connect(url, options=FOR_ALL) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield connection
    except psycopg.Error as error:
        raise ProgramFailed(f"The database cannot be read: {' '.join(str(error).split())}") from None


def tables_of_database(connection: "psycopg.Connection[Any]") -> Tables:
    """Read PostgreSQL's tables; the server does the sums. Queries: 6, and 1 for each table."""
    for setting in FORMATS:
        connection.execute(f"SET LOCAL {setting}")
    names = [name for (name,) in connection.execute(NAMES)]
    known = "groups_organisation" in names
    return Tables(
        organisations=[name for (name,) in connection.execute(ORGANISATIONS)] if known else [],
        tables={name: _sum_of(connection, name) for name in names},
    )


# A row is summed up as text, so what it is written like must not depend on who asks.
FORMATS = ("timezone = 'UTC'", "datestyle = 'ISO'", "bytea_output = 'hex'", "extra_float_digits = 1")
NAMES = """
SELECT relname::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
"""
SUM = """
SELECT count(*), coalesce(sum(
    ('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint
), 0) FROM public.{} AS t
"""


def _sum_of(connection: "psycopg.Connection[Any]", name: str) -> Table:
    from psycopg import sql

    rows, total = connection.execute(sql.SQL(SUM).format(sql.Identifier(name))).fetchone() or (0, 0)
    return Table(rows=rows, checksum=f"{int(total) % MODULUS:016x}")
