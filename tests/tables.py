"""Databases with all tables but no rows, for installations that a test starts.

Making the tables by their migrations takes longer than most tests, so a run makes them once and copies them. What
is about the making itself asks for an empty database: ``tests/ops/conftest.py`` has both.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from groundswell.config.environment import variable
from groundswell.ops.testing.environment import DATABASE, FOLDER
from groundswell.ops.testing.postgresql import OWNER, WEB, role_url

TABLES = "groundswell_test_tables"


def lay_tables(data: Path, *, prefix: str = "") -> None:
    """Put SQLite's files, with all tables, into the data folder of an installation that never ran."""
    made = Path(os.environ[FOLDER], TABLES)
    with _one_at_a_time():
        if not made.exists():
            part = made.with_suffix(".part")
            make_tables({variable("data"): str(part), variable("database"): ""})
            part.rename(made)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in made.glob("*.sqlite3"):
        shutil.copy(file, data / f"{prefix}{file.name}")


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
    with _one_at_a_time():
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
def _one_at_a_time() -> Iterator[None]:
    with Path(os.environ[FOLDER], f"{TABLES}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
