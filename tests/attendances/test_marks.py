"""Who answers on several pages counts once, and nobody can read how that is known."""

import re
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries

import groundswell
from groundswell.attendances import marks
from groundswell.attendances.models import Attendance, EventKey, Mark, Tally
from groundswell.attendances.queries import tally_of
from groundswell.attendances.snapshots import Brought, brought_to, take_snapshots
from groundswell.attendances.upkeep import freeze_totals
from groundswell.attendances.waiting import move_up
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.models import Organisation
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def ally() -> Organisation:
    return made_up.organisation("allies", "Allies")


@pytest.fixture
def event(ally: Organisation) -> Event:
    """One that is held together, with a key: somebody has answered on the ally's page, and nobody confirmed."""
    event = made_up.event(made_up.root(made_up.organisation()))
    made_up.cohost(event, ally)
    made_up.answer(event, "first@example.org", by=ally)
    made_up.snapshot()
    return event


def union(event: Event) -> int | None:
    return marks.union_of(event.id)


def test_a_mailbox_counts_once_with_the_most_guests_it_named(event: Event, ally: Organisation) -> None:
    assert union(event) == 0
    made_up.confirmed(event, guests=1)
    made_up.confirmed(event, "ADA@example.org", guests=3, by=ally)
    made_up.confirmed(event, "bo@example.org", by=ally)
    assert union(event) == 4 + 1
    assert Mark.objects.count() == 3


def test_an_answer_counts_for_nine_people_at_most(event: Event, ally: Organisation) -> None:
    made_up.confirmed(event, guests=9, by=ally)
    assert union(event) == 9


def test_only_who_has_the_mailbox_and_a_place_is_marked(event: Event, ally: Organisation) -> None:
    unconfirmed = made_up.answer(event, by=ally)
    assert union(event) == 0
    made_up.confirm(unconfirmed)
    assert union(event) == 1
    made_up.change(unconfirmed, answer="tentative")
    assert union(event) == 0
    made_up.change(unconfirmed, guests="2")
    assert union(event) == 3
    made_up.change(unconfirmed, guests="2")
    assert union(event) == 3
    made_up.cancel(unconfirmed)
    assert union(event) == 0


def test_who_is_forgotten_in_one_organisation_still_counts_in_the_other(event: Event, ally: Organisation) -> None:
    here, there = made_up.confirmed(event), made_up.confirmed(event, guests=2, by=ally)
    made_up.forget(there)
    assert union(event) == 1
    made_up.forget(here)
    assert (union(event), Mark.objects.count()) == (0, 0)


def test_one_comes_and_another_goes_in_one_batch(event: Event, ally: Organisation) -> None:
    """The totals stay as they are, and the marks do not."""
    goes, comes = made_up.confirmed(event, by=ally), made_up.confirmed(event, "bo@example.org", by=ally)
    made_up.cancel(comes)
    [before] = Mark.objects.values_list("digest", flat=True)
    changes = [_action("change", comes, answer="accepted"), _action("change", goes, answer="declined")]
    assert kinds.named("change").settle(ally.id, changes) == []
    [after] = Mark.objects.values_list("digest", flat=True)
    assert before != after


def test_a_place_that_is_given_out_is_marked(ally: Organisation) -> None:
    hall = made_up.event(made_up.root(made_up.organisation("hall", "Hall")), capacity=2)
    made_up.cohost(hall, ally)
    there = made_up.confirmed(hall, guests=1)
    made_up.confirmed(hall, "bo@example.org", by=ally)
    made_up.snapshot()
    assert union(hall) == 2
    made_up.cancel(there)
    assert move_up() == 1
    assert union(hall) == 1


def test_who_was_there_before_is_marked_some_at_a_time(
    ally: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "AT_ONCE", 2)
    event = made_up.event(made_up.root(made_up.organisation()))
    rows = [made_up.confirmed(event, f"{number}@example.org") for number in range(4)]
    assert marks.mark_those_there() == 0
    made_up.cohost(event, ally)
    made_up.answer(event, by=ally)
    assert (marks.mark_those_there(), union(event), Mark.objects.count()) == (1, None, 2)
    # Who changes meanwhile, and who is behind what was marked.
    made_up.change(rows[0], guests="2")
    made_up.cancel(rows[1])
    made_up.change(rows[3], guests="4")
    assert [marks.mark_those_there() for _ in range(3)] == [1, 1, 0]
    assert union(event) == 3 + 0 + 1 + 5


def test_an_event_that_is_held_by_one_has_no_key(event: Event) -> None:
    alone = made_up.event(event.group, title="Alone")
    made_up.confirmed(alone)
    made_up.snapshot()
    assert not EventKey.objects.filter(event=alone).exists()
    assert union(alone) is None


def test_a_mailbox_has_another_mark_at_another_event(event: Event, ally: Organisation) -> None:
    other = made_up.event(event.group, title="Other")
    made_up.cohost(other, ally)
    for each in (event, other):
        made_up.confirmed(each, by=ally)
    made_up.snapshot()
    assert len(set(Mark.objects.values_list("digest", flat=True))) == Mark.objects.count() == 2


def test_a_lost_key_loses_the_union_and_nothing_else(
    event: Event, ally: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        made_up.confirmed(event, f"{number}@example.org")
        made_up.confirmed(event, f"{number}@example.org", by=ally)
    made_up.snapshot()
    before = _brought(event)
    assert before.union == 10
    EventKey.objects.all().delete()
    with time_machine.travel(now() + timedelta(hours=1)):
        made_up.confirm(made_up.answer(event, "late@example.org", by=ally))
        assert take_snapshots() == 1
    lost = _brought(event)
    assert (lost.union, lost.largest, lost.total) == (None, 10, 20)
    assert [share.people for share in lost.shares] == [share.people for share in before.shares]
    # What can be known again is: everybody is marked anew, and nobody twice.
    monkeypatch.setattr(marks, "AT_ONCE", 3)
    made_up.snapshot()
    assert (_brought(event).union, union(event)) == (10, 11)


def _brought(event: Event) -> Brought:
    found = brought_to(event, event.organisation_id, tally_of(event.id))
    assert found is not None
    return found


def test_after_the_event_key_and_marks_are_gone_and_the_rounded_figure_stays(
    event: Event, ally: Organisation
) -> None:
    rows = [made_up.confirmed(event, f"{number}@example.org") for number in range(12)]
    rows += [made_up.confirmed(event, f"{number}@example.org", by=ally) for number in range(5, 25)]
    with time_machine.travel(event.closes_at + timedelta(hours=1)):
        events.close_over()
        event.refresh_from_db()
        # Between its end and this it is no withdrawal any more.
        made_up.forget(rows[0])
        assert freeze_totals() == 1
        assert freeze_totals() == 0
        assert (EventKey.objects.count(), union(event)) == (0, None)
        assert [marks.forget_marks() for _ in range(2)] == [1, 0]
        assert not Mark.objects.exists()
        before = (_brought(event), Tally.objects.values().get())
        assert before[1]["union"] == 20
        for row in rows[1:]:
            made_up.forget(row)
        made_up.snapshot()
        assert (_brought(event), Tally.objects.values().get()) == before


def test_before_its_end_it_is_a_withdrawal_that_the_next_snapshot_follows(
    event: Event, ally: Organisation
) -> None:
    rows = [made_up.confirmed(event, f"{number}@example.org", by=ally) for number in range(10)]
    made_up.snapshot()
    made_up.forget(rows[0])
    assert (_brought(event).union, Tally.objects.get().shown) == (10, 10)
    made_up.snapshot()
    assert (_brought(event).union, Tally.objects.get().shown) == (0, 0)


def test_confirming_costs_the_same_for_many(
    event: Event, ally: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def confirmations(*emails: str) -> list[Action]:
        rows = [made_up.answer(event, email, by=ally) for email in emails]
        return [_action("confirm", row, answer=str(row.action)) for row in rows]

    settle = kinds.named("confirm").settle
    one = confirmations("one@example.org")
    many = confirmations(*(f"{number}@example.org" for number in range(20)))
    with django_assert_max_num_queries(30) as first:
        settle(ally.id, one)
    with django_assert_max_num_queries(len(first)):
        settle(ally.id, many)
    assert union(event) == 21


def _action(kind: str, row: Attendance, **form: str) -> Action:
    return Action(uuid7(), kind, row.organisation_id, row.id, kinds.named(kind).parse(form), now())


def test_no_other_module_reads_keys_and_marks() -> None:
    root = Path(groundswell.__file__).parent
    reads = re.compile(r"EventKey|counting_key|union_of\b|attendances\.models import (\([^)]*|[^\n(]*)\bMark\b")
    readers = {str(path.relative_to(root)) for path in root.rglob("*.py") if reads.search(path.read_text())}
    assert readers == {
        "attendances/marks.py",
        "attendances/migrations/0008_union.py",
        "attendances/models.py",
        "attendances/privacy.py",
        "attendances/snapshots.py",
    }


@pytest.mark.slow
@pytest.mark.no_cover
def test_four_lists_of_a_hundred_thousand(event: Event, capsys: pytest.CaptureFixture[str]) -> None:
    """Overlapping as lists of one movement do: the sum is about 2.05 times those who exist.

    On PostgreSQL, where nothing of it is counted otherwise, they are of five thousand.
    """
    lists = [made_up.organisation(f"list-{number}", f"List {number}") for number in range(4)]
    key = EventKey.objects.get(event=event).key
    each, everybody = (100_000, 195_122) if connection.vendor == "sqlite" else (5_000, 9_756)
    step = everybody // len(lists)
    people: Counter[int] = Counter()
    for number, organisation in enumerate(lists):
        members = [(number * step + place) % everybody for place in range(each)]
        people.update(members)
        rows = (
            Mark(event=event, organisation=organisation, digest=marks._digest(key, f"{one}@example.org"), people=1)
            for one in members
        )
        Mark.objects.bulk_create(rows, batch_size=5000)
    started = time.perf_counter()
    counted = union(event)
    took = time.perf_counter() - started
    with capsys.disabled():
        print(f"\nunion of 4 x {each}: {counted}, sum/union {4 * each / counted:.2f}, {took:.2f} s")
    assert counted == len(people)
