"""``./groundswell manage ledger verify``: says whether the ledger is as it was written, and by its status."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from groundswell.groups.models import Organisation
from groundswell.ledger.models import Entry, Head, Seal
from groundswell.ledger.operations import record, seal
from tests import made_up

pytestmark = [pytest.mark.django_db, pytest.mark.owner]


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def work(organisation: Organisation, seals: int = 3) -> None:
    """Something is done and sealed, again and again."""
    for _ in range(seals):
        record(organisation_id=organisation.id, actor=None, verb="tests.work")
        seal()


def verify(*options: str) -> tuple[str, int]:
    """What the command prints, and its status."""
    printed = StringIO()
    try:
        call_command("ledger", "verify", *options, stdout=printed)
    except CommandError as error:
        return f"{printed.getvalue()}{error}", error.returncode
    except SystemExit as left:
        return printed.getvalue(), int(left.code or 0)
    return printed.getvalue(), 0


def unguard() -> None:
    """Take the rules away, as somebody can who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("ledger_entry", "ledger_seal", "ledger_head"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def test_a_whole_ledger_is_one_line_for_each_organisation(organisation: Organisation) -> None:
    seal()
    work(organisation)
    record(organisation_id=organisation.id, actor=None, verb="tests.work")
    entries, seals = Entry.objects.count() - 1, Seal.objects.count()
    line = f"{organisation.slug}: whole. {entries} entries under {seals} seals, and 1 too young for a seal.\n"
    assert verify() == (line, 0)


def test_each_fault_is_a_sentence_and_the_status_is_one(organisation: Organisation) -> None:
    work(organisation, 4)
    unguard()
    Entry.objects.filter(seal=2).update(verb="tests.forged")
    Entry.objects.filter(seal=3).delete()
    Entry.objects.filter(seal=4).delete()
    Seal.objects.filter(number=4).delete()
    said, status = verify()
    assert status == 1
    lines = said.splitlines()
    assert lines[0].startswith(f"{organisation.slug}: not whole. ")
    assert lines[1].startswith("  An entry under seal 2 of ")
    assert lines[2].startswith("  Entries are missing from seal 3 of ")
    assert lines[3] == "  The end is missing: the chain stops at seal 3 and should go on to 4; entries lost: 1."
    assert lines[4:] == ["The ledger is not as it was written."]


def test_it_can_be_had_as_json(organisation: Organisation) -> None:
    work(organisation)
    said, status = verify("--json")
    found = json.loads(said)
    assert (found["whole"], status) == (True, 0)
    assert found["organisations"][0]["organisation"] == organisation.slug
    assert found["organisations"][0]["sha256"] == Seal.objects.get(number=3).sha256
    unguard()
    Head.objects.all().delete()
    said, status = verify("--json")
    found = json.loads(said)
    assert (found["whole"], status) == (False, 1)
    assert found["organisations"][0]["faults"][0]["code"] == "head"


def test_a_ledger_made_anew_as_a_whole_is_found_by_what_was_known(
    organisation: Organisation, tmp_path: Path
) -> None:
    """What nothing inside of the installation can show: somebody had the database and the key."""
    work(organisation)
    known = tmp_path / "known.json"
    known.write_text(verify("--json")[0])
    work(organisation)
    assert verify("--known", str(known))[1] == 0
    unguard()
    for model in (Entry, Seal, Head):
        model.objects.all().delete()
    work(organisation, 7)
    assert verify()[1] == 0
    said, status = verify("--known", str(known))
    assert "It does not go on from seal 3 as it was known." in said
    assert status == 1


def test_an_organisation_that_is_gone_is_told(organisation: Organisation, tmp_path: Path) -> None:
    work(organisation)
    known = tmp_path / "known.json"
    known.write_text(verify("--json")[0])
    Organisation.objects.all().delete()
    said, status = verify("--known", str(known))
    assert "The organisation is gone with its whole ledger." in said
    assert status == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"organisations": [1]}', None])
def test_what_is_known_must_be_what_it_printed(
    organisation: Organisation, tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "known.json"
    if text is not None:
        file.write_text(text)
    assert verify("--known", str(file)) == (
        f"{file} is not what ./groundswell manage ledger verify --json printed.",
        1,
    )
