"""Databases with all tables but no rows, for installations that a test starts.

Making the tables by their migrations takes longer than most tests. So PostgreSQL's are made once in a run and
copied, and SQLite's are kept for all runs until something changes of which they are made. What is about the making
itself asks for an empty database: ``tests/ops/conftest.py`` has both.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

from groundswell.config.environment import variable
from groundswell.ops.testing.check import ROOT
from groundswell.ops.testing.environment import DATABASE, FOLDER
from groundswell.ops.testing.postgresql import OWNER, WEB, role_url

TABLES = "groundswell_test_tables"

KEPT = ROOT / ".cache" / "test-tables"

MOST = 5
"""Kept at most, of so many states of the source."""

NOT_MADE_OF = {"api", "front", "web"}
"""Folders of which no table is made."""


def lay_tables(data: Path, *, prefix: str = "") -> None:
    """Put SQLite's files, with all tables, into the data folder of an installation that never ran."""
    made = _made()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in made.glob("*.sqlite3"):
        shutil.copy(file, data / f"{prefix}{file.name}")


def _made() -> Path:
    """The folder with the files for this state of the source; made where it is not there."""
    KEPT.mkdir(parents=True, exist_ok=True)
    made = KEPT / made_of()
    with _one_at_a_time(KEPT):
        if not made.exists():
            part = made.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            make_tables({variable("data"): str(part), variable("database"): ""})
            part.rename(made)
            for old in sorted(KEPT.glob("*/"), key=lambda folder: folder.stat().st_mtime)[:-MOST]:
                shutil.rmtree(old)
    return made


@cache
def made_of(source: Path = ROOT / "src" / "groundswell", packages: Path = ROOT / "requirements") -> str:
    """A digest of everything of which the tables are made, and of more rather than of less."""
    digest = hashlib.sha256()
    modules = (file for file in source.rglob("*.py") if file.relative_to(source).parts[0] not in NOT_MADE_OF)
    for file in sorted([*modules, *packages.glob("*.lock")]):
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:20]


def make_tables(variables: dict[str, str]) -> None:
    """Make them in the database that these variables name, as a first start does."""
    _call(variables, "-c", MAKE)


# Django's tests bring every database up to date for all apps; the journal's has no other tables to come.
MAKE = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from groundswell.ops.prepare import make_tables
make_tables()
call_command("migrate", database=settings.JOURNAL_ALIAS, fake=True, verbosity=0)
"""


def name_with_tables(connection: psycopg.Connection, server: str) -> str:
    """The name of a database on this server to which nobody is connected and that has all tables."""
    done = Path(os.environ[FOLDER], f"{TABLES}.made")
    with _one_at_a_time(done.parent):
        if not done.exists():
            connection.execute(f"DROP DATABASE IF EXISTS {TABLES}")
            connection.execute(f"CREATE DATABASE {TABLES} OWNER {OWNER}")
            database = role_url(server.rpartition("/")[0] + f"/{TABLES}", OWNER)
            _call({variable("database"): database}, "-m", "groundswell.ops.owning", WEB)
            done.touch()
    return TABLES


def _call(variables: dict[str, str], *arguments: str) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "groundswell.config.settings"}
    without = {name: value for name, value in os.environ.items() if name != DATABASE}
    subprocess.run([sys.executable, "-P", *arguments], env={**without, **settings, **variables}, check=True)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / f"{TABLES}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
