"""What all tests share: both databases, on SQLite and on PostgreSQL."""

from collections.abc import Iterable
from typing import Any

import hypothesis
import pytest
from django.db.backends.sqlite3 import base as sqlite

# How long an example takes says something about the machine, nothing about the example.
hypothesis.settings.register_profile("groundswell", deadline=None)
hypothesis.settings.load_profile("groundswell")

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
        marker = item.get_closest_marker("django_db")
        uses_database = marker or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if uses_database and (marker is None or "databases" not in marker.kwargs):
            kwargs = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**kwargs, databases="__all__"), append=False)


@pytest.fixture(autouse=True, scope="session")
def _empty_what_may_not_be_deleted() -> Iterable[None]:
    """After a test that commits, Django empties SQLite's tables by DELETE, which some of our triggers refuse."""
    operations = sqlite.DatabaseWrapper.ops_class
    plain = operations.execute_sql_flush

    def flush(self: Any, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        off = [f"DROP TRIGGER {name}" for name, _ in triggers]
        plain(self, [*off, *statements, *(sql for _, sql in triggers)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterable[None]:
    """PostgreSQL drops no database to which the journal's writer is still connected."""
    yield
    from groundswell.intake.journal import close_journal

    close_journal()
