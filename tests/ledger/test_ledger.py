"""Who did what: the database refuses every change, and one that got past it is found."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger import checking, operations
from groundswell.ledger.checking import check_chain
from groundswell.ledger.models import Entry, Head, Seal
from groundswell.ledger.operations import record, seal
from groundswell.ledger.queries import seal_hash

pytestmark = [pytest.mark.django_db, pytest.mark.owner]

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
    one, two = check_chain(ONE), check_chain(TWO)
    assert (one.seals, one.entries, one.unsealed, one.faults) == (2, 5, 0, [])
    assert (two.seals, two.entries, two.unsealed, two.faults) == (1, 1, 0, [])
    assert (one.sha256, None) == (seal_hash(ONE, 2), seal_hash(ONE, 3))


def test_a_long_list_is_sealed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "SEALED_AT_ONCE", 2)
    write(ONE, 5)
    assert [seal(), seal(), seal(), seal()] == [2, 2, 1, 0]
    assert check_chain(ONE).faults == []


def test_somebody_else_may_seal_in_the_same_moment() -> None:
    write()
    assert operations._seal_organisation(ONE) == 1
    assert operations._seal_organisation(ONE) == 0


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_seal", "ledger_head"])
def test_a_table_is_not_emptied_at_once(table: str) -> None:
    """DELETE asks a rule for each row; TRUNCATE, which only PostgreSQL has, does not."""
    write()
    seal()
    word = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    refused(lambda: run(f"{word} {table}"))


@pytest.mark.parametrize(
    ("model", "table"), [(Entry, "ledger_entry"), (Seal, "ledger_seal"), (Head, "ledger_head")]
)
def test_what_stands_is_not_replaced(model: type[Entry | Seal | Head], table: str) -> None:
    """On SQLite, INSERT OR REPLACE deletes the row that is there, and the rule for deletions does not see it."""
    write()
    seal()
    before = list(model.objects.values())
    word = "INSERT" if connection.vendor == "postgresql" else "INSERT OR REPLACE"
    with pytest.raises(DatabaseError), transaction.atomic():
        run(f"{word} INTO {table} SELECT * FROM {table}")
    assert list(model.objects.values()) == before


def test_an_entry_comes_without_a_seal() -> None:
    write()
    seal()
    refused(
        lambda: Entry.objects.bulk_create([Entry(organisation_id=ONE, id=uuid7(), verb="tests.put_in", seal=1)])
    )


@pytest.mark.parametrize(
    "change",
    [{"seals": 1}, {"seals": 3}, {"seals": 2, "entries": 1}, {"organisation_id": TWO, "seals": 2}],
    ids=str,
)
def test_the_head_moves_one_seal_further_only(change: dict[str, object]) -> None:
    write()
    seal()
    refused(lambda: Head.objects.update(**change))
    refused(lambda: Head.objects.all().delete())
    write()
    seal()
    assert Head.objects.get().seals == 2


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def unguarded() -> None:
    """The ledger as somebody finds it who may do anything; the test's transaction puts its triggers back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("ledger_entry", "ledger_seal", "ledger_head"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


def middle() -> Entry:
    return Entry.objects.filter(organisation_id=ONE, seal=2).order_by("id")[1]


def forge(**change: object) -> None:
    Entry.objects.filter(organisation_id=ONE, id=middle().id).update(**change)


def sealed(number: int = 2) -> QuerySet[Entry]:
    return Entry.objects.filter(organisation_id=ONE, seal=number)


def seals(*numbers: int) -> QuerySet[Seal]:
    return Seal.objects.filter(organisation_id=ONE, number__in=numbers)


def head() -> QuerySet[Head]:
    return Head.objects.filter(organisation_id=ONE)


def put_in(number: int | None = 2) -> None:
    """One more entry; it gets the number of a seal that is there already."""
    write()
    Entry.objects.filter(seal=None).update(seal=number)


def swap(one: Entry, other: Entry) -> None:
    """Each of two entries gets what the other says."""
    for here, there in ((one, other), (other, one)):
        Entry.objects.filter(organisation_id=ONE, id=here.id).update(verb=there.verb, object_id=there.object_id)


def swap_in_one_seal() -> None:
    swap(*sealed().order_by("id")[:2])


def swap_across_seals() -> None:
    swap(sealed(1)[0], middle())


def cut(*numbers: int) -> None:
    seals(*numbers).delete()
    Entry.objects.filter(organisation_id=ONE, seal__in=numbers).delete()


def put_behind() -> None:
    """A seal that fits the chain, and a head for it by somebody who has not got the key."""
    put_in(4)
    made = operations.chained(seals(3).get().sha256, list(sealed(4)))
    Seal.objects.create(organisation_id=ONE, number=4, entries=1, sha256=made)


def move_the_head_back() -> None:
    cut(3)
    head().update(seals=2, entries=6, sha256=seals(2).get().sha256)


TAMPERING: list[tuple[Callable[[], object], list[tuple[str, int]]]] = [
    (lambda: forge(verb="tests.forged"), [("altered", 2)]),
    (lambda: forge(detail={"people": 4}), [("altered", 2)]),
    (lambda: forge(actor=None), [("altered", 2)]),
    (lambda: forge(object_id=ONE), [("altered", 2)]),
    (lambda: forge(at=now()), [("altered", 2)]),
    (lambda: forge(id=uuid7()), [("altered", 2)]),
    (lambda: forge(seal=None), [("missing", 2)]),
    (lambda: forge(seal=3), [("missing", 2), ("added", 3)]),
    (lambda: forge(seal=9), [("missing", 2), ("missing", 4), ("missing", 9), ("added", 4)]),
    (swap_in_one_seal, [("altered", 2)]),
    (swap_across_seals, [("altered", 1), ("altered", 2)]),
    (lambda: Entry.objects.filter(id=middle().id).delete(), [("missing", 2)]),
    (put_in, [("added", 2)]),
    (lambda: (put_in(), Entry.objects.filter(id=middle().id).delete()), [("altered", 2)]),
    (lambda: seals(2).update(sha256="0" * 64), [("altered", 2), ("altered", 3)]),
    (lambda: seals(2).update(entries=2), [("added", 2), ("altered", 3)]),
    (lambda: seals(2).delete(), [("missing", 2), ("altered", 3)]),
    (lambda: cut(2), [("missing", 2), ("altered", 3)]),
    (lambda: cut(1), [("missing", 1), ("altered", 3)]),
    (lambda: cut(3), [("cut", 2)]),
    (lambda: cut(2, 3), [("cut", 1)]),
    (lambda: cut(1, 2, 3), [("cut", 0)]),
    (lambda: (cut(1, 2, 3), head().delete()), [("cut", 0)]),
    (lambda: head().delete(), [("head", 3)]),
    (lambda: head().update(entries=8), [("head", 3)]),
    (move_the_head_back, [("head", 2)]),
    (put_behind, [("added", 4)]),
]


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(("tampering", "faults"), TAMPERING)
def test_a_change_that_got_past_the_database_is_found(
    tampering: Callable[[], object], faults: list[tuple[str, int]]
) -> None:
    for _ in range(3):
        write(ONE, 3, people=3)
        write(TWO, 2)
        seal()
    assert check_chain(ONE).faults == []
    tampering()
    found = check_chain(ONE).faults
    assert [(fault.code, fault.seal) for fault in found] == faults
    assert all(fault.sentence.endswith(".") and "{" not in fault.sentence for fault in found)
    assert check_chain(TWO).faults == []


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("gone", [(3,), (2, 3), (1, 2, 3)])
def test_a_cut_end_is_found_however_the_chain_goes_on(gone: tuple[int, ...]) -> None:
    for _ in range(3):
        write(ONE, 3)
        seal()
    cut(*gone)
    for _ in range(5):
        write(ONE, 3)
        seal()
        assert check_chain(ONE).faults


@pytest.mark.usefixtures("unguarded")
def test_with_every_hash_made_anew_only_the_head_gives_it_away() -> None:
    """What nobody without the key in the data folder can make fit."""
    for _ in range(3):
        write(ONE, 3)
        seal()
    forge(verb="tests.forged")
    before = seals(1).get().sha256
    for number in (2, 3):
        before = operations.chained(before, list(sealed(number).order_by("id")))
        seals(number).update(sha256=before)
    assert [(fault.code, fault.seal) for fault in check_chain(ONE).faults] == [("altered", 3)]
    head().update(sha256=before)
    assert [(fault.code, fault.seal) for fault in check_chain(ONE).faults] == [("head", 3)]


@pytest.mark.usefixtures("unguarded")
def test_without_the_head_nobody_would_see_that_the_end_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a check that takes the last seal for the end."""
    monkeypatch.setattr(checking, "_at_end", lambda *_: ())
    for _ in range(3):
        write(ONE, 3)
        seal()
    cut(3)
    assert check_chain(ONE).faults == []


@pytest.mark.usefixtures("unguarded")
def test_without_its_rules_the_database_would_take_every_change() -> None:
    """The twin of all that the database refuses above."""
    write()
    seal()
    assert Entry.objects.update(verb="tests.forged") == 1
    assert Head.objects.update(seals=7) == 1
    Entry.objects.bulk_create([Entry(organisation_id=ONE, id=uuid7(), verb="tests.put_in", seal=1)])
    run("TRUNCATE ledger_entry" if connection.vendor == "postgresql" else "DELETE FROM ledger_entry")
    assert not Entry.objects.exists()


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("count", [1, 3])
def test_checking_costs_the_same_for_many(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(count):
        write(ONE, 2)
        seal()
    with django_assert_num_queries(4):
        check_chain(ONE)


def test_what_has_no_seal_yet_is_told() -> None:
    write(ONE, 2)
    chain = check_chain(ONE)
    assert (chain.seals, chain.entries, chain.unsealed, chain.faults) == (0, 0, 2, [])
