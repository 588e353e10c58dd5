"""What others are shown tells of nobody: the public count, the API, the desk and the panel show nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances import queries
from groundswell.attendances.models import Mark, Snapshot, Tally
from groundswell.attendances.notices import send_notices, tell
from groundswell.attendances.queries import tally_of
from groundswell.attendances.snapshots import Brought, brought_to, take_snapshots
from groundswell.attendances.waiting import move_up
from groundswell.events import cohosts, operations
from groundswell.events.models import Event
from groundswell.groups import operations as groups
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from tests import made_up

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def ally() -> Organisation:
    return made_up.organisation("allies", "Allies")


@pytest.fixture
def event(ally: Organisation) -> Event:
    """Twelve come by the host and eleven by the ally, three of them by both."""
    event = made_up.event(made_up.root(made_up.organisation()), target=30)
    made_up.cohost(event, ally)
    for number in range(12):
        made_up.confirmed(event, f"{number}@example.org")
    for number in range(9, 20):
        made_up.confirmed(event, f"{number}@example.org", by=ally)
    made_up.snapshot()
    return event


def brought(event: Event, organisation: Organisation) -> Brought:
    found = brought_to(event, organisation.id, tally_of(event.id))
    assert found is not None
    return found


def people(found: Brought) -> list[tuple[str, int]]:
    return [(share.organisation.name, share.people) for share in found.shares]


def test_each_sees_its_own_and_the_tens_of_the_others(event: Event, ally: Organisation) -> None:
    assert people(brought(event, event.organisation)) == [("Tenants’ Union", 12), ("Allies", 10)]
    assert people(brought(event, ally)) == [("Tenants’ Union", 10), ("Allies", 11)]
    for one in (event.organisation, ally):
        found = brought(event, one)
        assert (found.union, found.largest, found.total) == (20, 10, 20)


def test_the_public_count_is_the_union_of_the_last_snapshot(
    event: Event, ally: Organisation, client: Client
) -> None:
    for number in range(20, 40):
        made_up.confirmed(event, f"{number}@example.org", by=ally)
    assert queries.coming(event.id) == 20
    token = groups.make_api_token(SYSTEM, organisation=event.organisation, label="one", contact_data=False)
    said = client.get(f"/api/v1/events/{event.id}", headers={"Authorization": f"Bearer {token}"})
    assert said.json()["coming"] == 20
    assert "20 people are coming" in client.get(f"/e/{event.slug}").content.decode()
    assert queries.filling_up(Event.objects.all()) == []
    made_up.snapshot()
    assert queries.coming(event.id) == 40
    assert [one.people for one in queries.filling_up(Event.objects.all())] == [40]  # type: ignore[attr-defined]


def test_snapshots_are_made_once_in_an_hour(event: Event, ally: Organisation) -> None:
    before = Tally.objects.get().shown_at
    assert take_snapshots() == 0
    made_up.cancel(event.attendances.filter(organisation=ally).first())
    made_up.cancel(event.attendances.filter(organisation=ally).last())
    with time_machine.travel(before + HOUR - timedelta(seconds=1)):
        assert take_snapshots() == 0
        assert people(brought(event, event.organisation))[1] == ("Allies", 10)
    with time_machine.travel(before + HOUR):
        assert take_snapshots() == 1
        assert people(brought(event, event.organisation))[1] == ("Allies", 0)


def test_a_clock_that_is_set_back_keeps_no_figure_for_ever(event: Event) -> None:
    with time_machine.travel(now() - 24 * HOUR):
        assert (take_snapshots(), take_snapshots()) == (1, 0)


def test_the_first_snapshot_waits_until_everybody_is_marked(event: Event, ally: Organisation) -> None:
    other = made_up.event(event.group, title="Other")
    made_up.cohost(other, ally)
    made_up.confirmed(other, by=ally)
    assert take_snapshots() == 0
    found = brought(other, ally)
    assert (found.made_at, people(found)) == (None, [("Tenants’ Union", 0), ("Allies", 1)])
    made_up.snapshot()
    assert brought(other, ally).made_at is not None


def test_an_answer_counts_for_nine_people_at_most_in_what_others_see(event: Event, ally: Organisation) -> None:
    made_up.confirmed(event, "many@example.org", guests=9, by=ally)
    made_up.snapshot()
    assert people(brought(event, ally))[1] == ("Allies", 21)
    assert people(brought(event, event.organisation))[1] == ("Allies", 20)
    made_up.confirmed(event, "more@example.org", guests=9, by=ally)
    made_up.snapshot()
    assert people(brought(event, ally))[1] == ("Allies", 31)
    assert people(brought(event, event.organisation))[1] == ("Allies", 20)


def test_who_left_is_there_as_long_as_their_people_come(event: Event, ally: Organisation) -> None:
    third = made_up.organisation("third", "Third")
    cohost = made_up.cohost(event, third)
    assert people(brought(event, ally))[2] == ("Third", 0)
    cohosts.leave(SYSTEM, cohost=cohost)
    assert len(people(brought(event, ally))) == 2
    cohosts.remove(SYSTEM, cohost=event.cohosts.get(organisation=ally))
    assert people(brought(event, event.organisation)) == [("Tenants’ Union", 12), ("Allies", 10)]


def test_who_brings_people_without_holding_it_is_there_too(event: Event, ally: Organisation) -> None:
    event.cohosts.all().delete()
    assert people(brought(event, event.organisation)) == [("Tenants’ Union", 12), ("Allies", 10)]


def test_what_is_held_by_one_organisation_has_no_panel(event: Event) -> None:
    alone = made_up.event(event.group, title="Alone")
    made_up.confirmed(alone)
    assert brought_to(alone, alone.organisation_id, tally_of(alone.id)) is None
    assert queries.coming(alone.id) == 1


def test_reading_costs_the_same_for_many(
    event: Event, ally: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9) as one:
        brought(event, ally)
    for number in range(3):
        organisation = made_up.organisation(f"more-{number}", f"More {number}")
        made_up.cohost(event, organisation)
        made_up.confirmed(event, by=organisation)
    made_up.snapshot()
    with django_assert_max_num_queries(len(one)):
        assert len(brought(event, ally).shares) == 5


def test_a_ledger_tells_of_ones_own_people_only(ally: Organisation) -> None:
    hall = made_up.event(made_up.root(made_up.organisation()), capacity=2)
    made_up.cohost(hall, ally)
    there = made_up.confirmed(hall, guests=1)
    made_up.confirmed(hall, "bo@example.org")
    made_up.confirmed(hall, "bo@example.org", by=ally)
    made_up.cancel(there)
    assert move_up() == 2
    for organisation in (hall.organisation, ally):
        [entry] = Entry.objects.filter(organisation_id=organisation.id, verb="attendances.move_up")
        assert entry.detail == {"moved": 1}


def test_a_notice_tells_how_many_of_ones_own_people_got_it(event: Event) -> None:
    operations.cancel(SYSTEM, event=event)
    notice = tell(SYSTEM, event=event, kind="cancelled", subject="Off", text="It is off.")
    with time_machine.travel(now() + HOUR):
        assert send_notices() == 23
    notice.refresh_from_db()
    assert (notice.copies, Effect.objects.filter(about=notice.id).count()) == (12, 23)


def test_what_is_stored_for_others_is_rounded(event: Event) -> None:
    assert set(Snapshot.objects.values_list("people", flat=True)) == {10}
    assert (Tally.objects.get().union, Mark.objects.count()) == (20, 23)
