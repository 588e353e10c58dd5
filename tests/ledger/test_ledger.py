"""Who did what: the database refuses every change, and one that got past it is found."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger import operations
from groundswell.ledger.models import Entry, Seal
from groundswell.ledger.operations import record, seal
from groundswell.ledger.queries import first_broken_seal

pytestmark = pytest.mark.django_db

ONE, TWO = UUID(int=1), UUID(int=2)


def write(organisation: UUID = ONE, count: int = 1, **detail: object) -> None:
    for _ in range(count):
        record(organisation_id=organisation, actor=uuid7(), verb="tests.write", object_id=uuid7(), **detail)


def refused(change: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change()


def test_what_was_done_is_written_down() -> None:
    actor, about = uuid7(), uuid7()
    record(organisation_id=ONE, actor=actor, verb="tests.write", object_id=about, people=3, code="x")
    entry = Entry.objects.get()
    assert (entry.organisation_id, entry.actor, entry.verb, entry.object_id) == (ONE, actor, "tests.write", about)
    assert entry.detail == {"people": 3, "code": "x"}
    assert entry.seal is None
    assert now() - entry.at < timedelta(minutes=1)


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        {"verb": "tests.forged"},
        {"actor": ONE},
        {"actor": None},
        {"object_id": None},
        {"detail": {"people": 4}},
        {"at": now() - timedelta(days=1)},
        {"organisation_id": TWO},
        {"id": ONE},
        {"seal": None, "verb": "tests.forged"},
        {"seal": 7, "verb": "tests.forged"},
    ],
    ids=",".join,
)
def test_the_database_refuses_to_change_an_entry(sealed: bool, change: dict[str, object]) -> None:
    write(people=3)
    if sealed:
        seal()
    refused(lambda: Entry.objects.update(**change))


def test_a_seal_is_set_once() -> None:
    write()
    seal()
    refused(lambda: Entry.objects.update(seal=None))
    refused(lambda: Entry.objects.update(seal=2))


def test_the_database_refuses_to_delete_what_was_written() -> None:
    write()
    seal()
    refused(lambda: Entry.objects.all().delete())
    refused(lambda: Seal.objects.all().delete())
    refused(lambda: Seal.objects.update(sha256="0" * 64))


def test_each_organisation_has_a_chain_of_its_own() -> None:
    write(ONE, 3)
    write(TWO, 1)
    assert seal() == 4
    assert seal() == 0
    write(ONE, 2)
    assert seal() == 2
    found = Seal.objects.order_by("organisation_id", "number").values_list("organisation_id", "number", "entries")
    assert list(found) == [(ONE, 1, 3), (ONE, 2, 2), (TWO, 1, 1)]
    assert first_broken_seal(ONE) is None
    assert first_broken_seal(TWO) is None
    assert first_broken_seal(uuid7()) is None


def test_a_long_list_is_sealed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "SEALED_AT_ONCE", 2)
    write(ONE, 5)
    assert [seal(), seal(), seal(), seal()] == [2, 2, 1, 0]
    assert first_broken_seal(ONE) is None


def test_somebody_else_may_seal_in_the_same_moment() -> None:
    write()
    assert operations._seal_organisation(ONE) == 1
    assert operations._seal_organisation(ONE) == 0


@pytest.fixture
def unguarded() -> None:
    """The ledger as somebody finds it who may do anything; the test's transaction puts its triggers back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("ledger_entry", "ledger_seal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


def middle() -> Entry:
    return Entry.objects.filter(organisation_id=ONE, seal=2).order_by("id")[1]


def forge(**change: object) -> None:
    Entry.objects.filter(organisation_id=ONE, id=middle().id).update(**change)


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(
    "tampering",
    [
        lambda: forge(verb="tests.forged"),
        lambda: forge(detail={"people": 4}),
        lambda: forge(actor=None),
        lambda: forge(object_id=ONE),
        lambda: forge(at=now()),
        lambda: forge(id=uuid7()),
        lambda: forge(seal=None),
        lambda: forge(seal=3),
        lambda: Entry.objects.filter(id=middle().id).delete(),
        lambda: Seal.objects.filter(organisation_id=ONE, number=2).update(sha256="0" * 64),
        lambda: Seal.objects.filter(organisation_id=ONE, number=2).update(entries=2),
        lambda: Seal.objects.filter(organisation_id=ONE, number=2).delete(),
        lambda: record_into_the_past(),
    ],
)
def test_a_change_that_got_past_the_database_is_found(tampering: Callable[[], object]) -> None:
    for _ in range(3):
        write(ONE, 3, people=3)
        write(TWO, 2)
        seal()
    assert first_broken_seal(ONE) is None
    tampering()
    assert first_broken_seal(ONE) == 2
    assert first_broken_seal(TWO) is None


def record_into_the_past() -> None:
    write()
    Entry.objects.filter(seal=None).update(seal=2)


@pytest.mark.usefixtures("unguarded")
def test_with_every_hash_made_anew_only_the_chain_gives_it_away() -> None:
    for _ in range(3):
        write(ONE, 3)
        seal()
    forge(verb="tests.forged")
    first = Seal.objects.get(number=1)
    entries = list(Entry.objects.filter(seal=2).order_by("id"))
    Seal.objects.filter(organisation_id=ONE, number=2).update(sha256=operations.chained(first.sha256, entries))
    assert first_broken_seal(ONE) == 3
