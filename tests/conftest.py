"""What all tests share: both databases, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.core.management.commands import flush
from django.db.backends.postgresql import base as postgresql
from django.db.backends.sqlite3 import base as sqlite

from groundswell.kit import scope
from groundswell.ops.testing.environment import DATABASE
from groundswell.ops.testing.postgresql import OWNER, WEB
from tests.tables import lay_tables, name_with_tables

# How long an example takes says something about the machine, nothing about the example.
hypothesis.settings.register_profile("groundswell", deadline=None)
hypothesis.settings.load_profile("groundswell")

HERE = Path(__file__).parent
DOORS = {"api", "config", "front", "guards", "ops", "web", "benchmarks"}
"""Folders of tests of what reaches the database through nouns only."""

ABOUT_POSTGRESQL = {"test_rows.py", "test_scopes.py", "test_owning.py"}
ABOUT_POSTGRESQL |= {"test_backup.py", "test_postgresql.py", "test_restore.py", "test_supervisor.py"}
"""Files in those folders that are tried on PostgreSQL each time all the same."""

ALIKE = {"api", "web"}
"""Folders of tests that ask for one page or answer after the other: the quick run takes a share of them."""

OF_ALL_PAGES = {"test_access.py", "test_exports.py", "test_mass_assignment.py", "test_reads.py"}
OF_ALL_PAGES |= {"test_onlookers.py", "test_translations.py", "test_union.py"}
"""The guards that ask at every address; of them as well."""

INSTALLED = {"crash", "benchmarks", "upgrade"}
INSTALLED |= {"test_backup.py", "test_supervisor.py", "test_log_canary.py", "test_demo.py"}
"""What starts whole installations again and again: slow, all of it."""

SENDING = {"test_allowances.py", "test_coming_back.py", "test_hands.py", "test_kills.py", "test_relay_log.py"}
SENDING |= {"test_providers.py"}
"""Files about mailings that are sent by real processes, which are killed: slow as well."""

DATABASE_FIXTURES = {"db", "transactional_db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one flag of ours."""
    parser.addoption(
        "--full", action="store_true", help="the long way: twenty kills during ten thousand answers, and the like"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and what is of a door; and let a test of the database use the journal."""
    for item in items:
        installed = bool(INSTALLED.intersection(item.path.relative_to(HERE).parts))
        sending = item.path.parent.name == "mailings" and item.path.name in SENDING
        if installed or sending:
            item.add_marker("slow")
        if item.path.relative_to(HERE).parts[0] in DOORS and item.path.name not in ABOUT_POSTGRESQL:
            item.add_marker("door")
        guards = "guards" in item.path.parts
        if item.path.relative_to(HERE).parts[0] in ALIKE or (guards and item.path.name in OF_ALL_PAGES):
            item.add_marker("drawn")
        if installed or guards:
            # Tracing doubles a test's time; the others run all that must be run wholly.
            item.add_marker("no_cover")
        marker = item.get_closest_marker("django_db")
        uses_database = marker or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if uses_database and (marker is None or "databases" not in marker.kwargs):
            kwargs = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**kwargs, databases="__all__"), append=False)
        asks_one = uses_database or installed or item.get_closest_marker("enable_socket")
        if os.environ.get(DATABASE) and not asks_one and item.path.name not in ABOUT_POSTGRESQL:
            # Without a database it was run already, beside those on SQLite.
            item.add_marker("again")


@pytest.fixture(autouse=True, scope="session")
def _empty_what_may_not_be_deleted() -> Iterable[None]:
    """After a test that commits, Django empties all tables, which some of our triggers refuse.

    It would also make the rights of its admin anew, which nobody here has and which take longer than the rest.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        for backend, around in ((sqlite, _without_triggers), (postgresql, _with_triggers_off)):
            operations = backend.DatabaseWrapper.ops_class
            patch.setattr(operations, "execute_sql_flush", _flush_tables(operations.execute_sql_flush, around))
        yield


def _flush_tables(plain: Any, around: Any) -> Any:
    def execute(self: Any, statements: list[str]) -> None:
        with as_owner(self.connection), self.connection.cursor() as cursor:
            off, on = around(cursor)
            plain(self, [*off, *statements, *on])

    return execute


def become(connection: Any, role: str) -> None:
    """Ask as another role of the cluster from now on."""
    connection.close()
    connection.close_pool()
    connection.settings_dict["USER"] = role


@contextmanager
def as_owner(connection: Any) -> Iterator[None]:
    """Ask as the owner of the tables, who alone may change them; outside of any transaction."""
    before = connection.settings_dict["USER"]
    if connection.vendor == "postgresql" and before != OWNER:
        become(connection, OWNER)
    try:
        yield
    finally:
        if connection.vendor == "postgresql" and before != OWNER:
            become(connection, before)


def _without_triggers(cursor: Any) -> tuple[list[str], list[str]]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = cursor.fetchall()
    return [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]


def _with_triggers_off(cursor: Any) -> tuple[list[str], list[str]]:
    cursor.execute("SELECT DISTINCT CAST(tgrelid AS regclass)::text FROM pg_trigger WHERE NOT tgisinternal")
    tables = [table for (table,) in cursor.fetchall()]
    return tuple(
        [f"ALTER TABLE {table} {word} TRIGGER USER" for table in tables] for word in ("DISABLE", "ENABLE")
    )  # type: ignore[return-value]


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the databases are there already, and go with the folder of the run."""
    return not os.environ.get(DATABASE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Copy the tables instead of making them by a hundred migrations in each process."""
    from django.conf import settings
    from django.db import connection

    if server := os.environ.get(DATABASE):
        with psycopg.connect(server, autocommit=True) as superuser:
            connection.settings_dict["TEST"]["TEMPLATE"] = name_with_tables(superuser, server)
    else:
        lay_tables(settings.DATA, prefix="test-")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterable[None]:
    """On PostgreSQL the tables belong to one role, and the tests ask as another one, like the application.

    It drops no database to which the journal's writer is still connected.
    """
    from django.db import connection

    from groundswell.intake.journal import close_journal
    from groundswell.ops.owning import give_rights

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            give_rights(WEB)
            become(connection, WEB)
    yield
    close_journal()
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            become(connection, OWNER)


@pytest.fixture
def _role_of_the_test(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[None]:
    from django.db import connection

    if request.node.get_closest_marker("owner") and connection.vendor == "postgresql":
        become(connection, OWNER)
        yield
        become(connection, WEB)
    else:
        yield


@pytest.fixture
def _django_db_helper(_role_of_the_test: None, _django_db_helper: None) -> None:
    """Before the test's transaction begins, it is settled as which role it asks."""


@pytest.fixture(autouse=True, scope="session")
def _threads_ask_for_all() -> Iterable[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scope, "_scope", ContextVar("scope", default=scope.ALL))
        yield


@pytest.fixture(autouse=True)
def _ask_for_all(_threads_ask_for_all: None) -> None:
    """Tests of nouns act as the system does, for all organisations; the doors say by themselves for whom."""
    scope._scope.set(scope.ALL)
