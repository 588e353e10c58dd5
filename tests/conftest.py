"""What all tests share: both databases, on SQLite and on PostgreSQL."""

import pytest

DATABASE_FIXTURES = {"db", "transactional_db"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that may use the database may use the journal's too: on SQLite that is another file."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        uses_database = marker or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if uses_database and (marker is None or "databases" not in marker.kwargs):
            kwargs = marker.kwargs if marker else {}
            item.add_marker(pytest.mark.django_db(**kwargs, databases="__all__"), append=False)
