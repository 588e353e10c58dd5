"""On SQLite the journal is a file of its own."""

import pytest
from pytest_django import Settings

from groundswell.intake.models import Entry, Position
from groundswell.intake.routing import JournalRouter


@pytest.mark.parametrize("alias", ["journal", "default"])
def test_entries_go_to_the_journal_and_all_else_to_the_main_database(settings: Settings, alias: str) -> None:
    settings.JOURNAL_ALIAS = alias
    router = JournalRouter()
    assert (router.db_for_read(Entry), router.db_for_write(Entry)) == (alias, alias)
    assert (router.db_for_read(Position), router.db_for_write(Position)) == ("default", "default")
    assert router.allow_migrate(alias, "intake", "entry")
    assert router.allow_migrate("default", "intake", "position")
    assert router.allow_migrate("default", "people", "person")
    assert not router.allow_migrate("journal", "people", "person")
    assert not router.allow_migrate("journal", "sessions")
