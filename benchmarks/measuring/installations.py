"""Installations of Groundswell for a measurement: made from nothing, gone at the end."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from groundswell.ops.testing.postgresql import OWNER, quarter_of_memory, role_url, temporary_cluster
from measuring.processes import BENCHMARKS


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder on a real disk (a system's temporary one may be in memory, where an fsync costs nothing)."""
    parent = BENCHMARKS.parent / ".cache"
    parent.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Databases:
    """Makes databases for a measurement in a server, and drops them; for SQLite there is nothing to make."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._made: list[str] = []

    def make(self, copied: str = "") -> str:
        """The URL of a new database, empty or a copy of one that nobody uses; nothing for SQLite."""
        if not self._server:
            return ""
        name = f"groundswell_bench_{secrets.token_hex(6)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, urlsplit(copied).path[1:] or "template1")
        self._made.append(name)
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))

    def drop(self) -> None:
        """Drop what was made."""
        for name in self._made:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def databases(asked: str) -> Iterator[Databases]:
    """For ``--database``: nothing means SQLite, ``postgresql`` a server of its own, a URL that server.

    The one of its own has the memory that our guide to PostgreSQL gives to one.
    """
    with ExitStack() as stack:
        made = Databases(
            role_url(stack.enter_context(temporary_cluster(quarter_of_memory())), OWNER)
            if asked == "postgresql"
            else asked
        )
        stack.callback(made.drop)
        yield made


@dataclass(frozen=True)
class Installation:
    """A data folder and a database of its own, and the settings that make them one."""

    data: Path
    database: str

    def copied(self, name: str, databases: Databases) -> "Installation":
        """Another one with the same in it; nobody may be using this one."""
        shutil.copytree(self.data, self.data.with_name(name))
        return Installation(self.data.with_name(name), databases.make(self.database))

    def variables(self, *, front: bool = True) -> dict[str, str]:
        """The environment of a process that belongs to it; the client speaks for many, as a named proxy."""
        return {
            "DJANGO_SETTINGS_MODULE": "groundswell.config.settings",
            "GROUNDSWELL_DATA": str(self.data),
            "GROUNDSWELL_DATABASE": self.database,
            "GROUNDSWELL_FRONT": "on" if front else "off",
            "GROUNDSWELL_PROXIES": "127.0.0.1",
        }
