"""At the stall and at the door."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances import upkeep
from groundswell.attendances.door import add_by_hand, check_off, count_at_door
from groundswell.attendances.errors import NoDoorList, NotAgreed
from groundswell.attendances.models import Attendance
from groundswell.attendances.queries import checked_off, coming, tally_of
from groundswell.events import operations as events
from groundswell.events.errors import NotOpen
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.intake.kinds import Invalid
from groundswell.kit.clock import now
from tests import made_up

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {"name": "Ada", "email": "ada@example.org", "agree": "yes"}


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()), capacity=4)


@pytest.fixture
def steward(event: Event) -> Actor:
    return made_up.actor(event.group, made_up.STEWARD, "sam@example.org")


@pytest.fixture
def viewer(event: Event) -> Actor:
    return made_up.actor(event.group, made_up.VIEWER, "vera@example.org")


def test_who_signs_up_at_the_stall_counts_when_their_mailbox_says_so(event: Event, steward: Actor) -> None:
    attendance = add_by_hand(steward, event=event, form=FORM)
    assert attendance == Attendance.objects.get()
    assert (attendance.via, coming(event.id)) == ("stall", 0)
    made_up.confirm(attendance)
    assert coming(event.id) == 1


def test_at_the_stall_the_same_is_asked_as_everywhere(event: Event, steward: Actor, viewer: Actor) -> None:
    with pytest.raises(Invalid):
        add_by_hand(steward, event=event, form={**FORM, "agree": ""})
    with pytest.raises(NotAllowed):
        add_by_hand(viewer, event=event, form=FORM)
    off = events.cancel(made_up.SYSTEM, event=event)
    with pytest.raises(NotOpen):
        add_by_hand(steward, event=off, form=FORM)


def test_what_is_not_recorded_is_said_at_the_stall(event: Event, steward: Actor) -> None:
    with pytest.raises(NotAgreed):
        add_by_hand(steward, event=event, form={**FORM, "language": "fr"})
    # Called off after the page was opened, and by now of no use to whoever holds it.
    events.cancel(made_up.SYSTEM, event=Event.objects.get())
    with pytest.raises(NotOpen):
        add_by_hand(steward, event=event, form=FORM)
    assert not Attendance.objects.exists()


def test_the_tally_at_the_door_goes_up_and_down(event: Event, steward: Actor, viewer: Actor) -> None:
    assert [count_at_door(steward, event=event, people=people) for people in (1, 5, -2, -9, 999)] == [
        1,
        6,
        4,
        0,
        100,
    ]
    assert tally_of(event.id).door == 100
    with pytest.raises(NotAllowed):
        count_at_door(viewer, event=event, people=1)


def test_people_are_checked_off_only_where_a_list_is_kept(event: Event, steward: Actor, viewer: Actor) -> None:
    attendance = made_up.confirmed(event, guests=1)
    with pytest.raises(NoDoorList):
        check_off(steward, attendance=attendance, here=True)
    events.switch_door_list(made_up.SYSTEM, event=event, on=True)
    attendance.event.refresh_from_db()
    with pytest.raises(NotAllowed):
        check_off(viewer, attendance=attendance, here=True)
    check_off(steward, attendance=attendance, here=True)
    assert checked_off(event) == 2
    check_off(steward, attendance=attendance, here=False)
    assert checked_off(event) == 0
    made_up.cancel(attendance)
    with pytest.raises(NotFound):
        check_off(steward, attendance=attendance, here=True)


def plan(query: QuerySet[Attendance, UUID]) -> str:
    """How the database looks for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table of a few rows is read whole, whatever indexes there are.
            cursor.execute("SET LOCAL enable_seqscan = off")
        return query.explain()


def test_who_came_is_found_without_reading_everybody_who_answered() -> None:
    assert "attendances_checked_off" in plan(upkeep.ended_door_lists())


def test_the_events_own_way_would_read_them_all() -> None:
    """The twin: from every past event to its answers, as it once was."""
    past = Attendance.objects.filter(event__closes_at__lte=now()).values_list("event_id", flat=True)
    assert "attendances_checked_off" not in plan(past.distinct())


@pytest.mark.parametrize("names", [1, 3])
def test_who_came_is_counted_by_a_fixed_number_of_queries(
    event: Event, steward: Actor, django_assert_num_queries: DjangoAssertNumQueries, names: int
) -> None:
    events.switch_door_list(made_up.SYSTEM, event=event, on=True)
    for number in range(names):
        made_up.confirmed(event, f"p{number}@example.org")
    Attendance.objects.update(attended=True)
    with time_machine.travel(event.closes_at + timedelta(hours=73)):
        with django_assert_num_queries(7):  # two of them a savepoint
            assert upkeep.count_who_came() == names
        with django_assert_num_queries(1):
            assert upkeep.count_who_came() == 0


def test_after_three_days_the_names_are_a_figure(event: Event, steward: Actor) -> None:
    events.switch_door_list(made_up.SYSTEM, event=event, on=True)
    here, away = made_up.confirmed(event, guests=1), made_up.confirmed(event, "ben@example.org")
    here.event.refresh_from_db()
    check_off(steward, attendance=here, here=True)
    with time_machine.travel(event.closes_at + timedelta(hours=71)):
        assert upkeep.count_who_came() == 0
    with time_machine.travel(event.closes_at + timedelta(hours=73)):
        assert (upkeep.count_who_came(), upkeep.count_who_came()) == (1, 0)
    away.refresh_from_db()
    assert (tally_of(event.id).came, checked_off(event), away.attended) == (2, 0, None)
