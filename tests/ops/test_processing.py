"""The record of processing is what the registry says, and stands in the repository for review."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from groundswell.kit.privacy import tables
from groundswell.ops.processing import record_of_processing

SNAPSHOT = Path(__file__).parents[2] / "docs/reference/record-of-processing.md"
RENEW = "./groundswell manage processing > docs/reference/record-of-processing.md"


def test_the_record_is_the_one_that_was_reviewed() -> None:
    assert record_of_processing() == SNAPSHOT.read_text(), f"If the change is meant: {RENEW}"


def test_the_command_prints_it() -> None:
    printed = StringIO()
    call_command("processing", stdout=printed)
    assert printed.getvalue() == SNAPSHOT.read_text()


def test_every_table_is_in_it() -> None:
    record = record_of_processing()
    assert [table.model for table in tables() if f"### `{table.model}`" not in record] == []
