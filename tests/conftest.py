"""What all tests share: both databases, on SQLite and on PostgreSQL."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db.backends.postgresql import base as postgresql
from django.db.backends.sqlite3 import base as sqlite

# How long an example takes says something about the machine, nothing about the example.
hypothesis.settings.register_profile("groundswell", deadline=None)
hypothesis.settings.load_profile("groundswell")

HERE = Path(__file__).parent
DOORS = {"api", "config", "front", "guards", "ops", "web", "benchmarks"}
"""Folders of tests of what reaches the database through nouns only."""

DATABASE_FIXTURES = {"db", "transactional_db"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one flag of ours."""
    parser.addoption(
        "--full", action="store_true", help="the long way: twenty kills during ten thousand answers, and the like"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that may use the database may use the journal's too: on SQLite that is another file."""
    for item in items:
        if item.path.relative_to(HERE).parts[0] in DOORS:
            item.add_marker("door")
        marker = item.get_closest_marker("django_db")
        uses_database = marker or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if uses_database and (marker is None or "databases" not in marker.kwargs):
            kwargs = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**kwargs, databases="__all__"), append=False)


@pytest.fixture(autouse=True, scope="session")
def _empty_what_may_not_be_deleted() -> Iterable[None]:
    """After a test that commits, Django empties all tables, which some of our triggers refuse."""
    with pytest.MonkeyPatch.context() as patch:
        for backend, statements_around in ((sqlite, _without_triggers), (postgresql, _with_triggers_off)):
            operations = backend.DatabaseWrapper.ops_class
            patch.setattr(operations, "execute_sql_flush", _flush(operations.execute_sql_flush, statements_around))
        yield


def _flush(plain: Any, statements_around: Any) -> Any:
    def flush(self: Any, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            off, on = statements_around(cursor)
        plain(self, [*off, *statements, *on])

    return flush


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
def django_db_setup(django_db_setup: None) -> Iterable[None]:
    """PostgreSQL drops no database to which the journal's writer is still connected."""
    yield
    from groundswell.intake.journal import close_journal

    close_journal()
