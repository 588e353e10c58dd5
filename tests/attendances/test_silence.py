"""Moves and cancellations of which those who said yes have not been told."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.notices import tell, withdraw_notice
from groundswell.attendances.silence import untold, untold_of
from groundswell.events import operations
from groundswell.events.models import Event
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Group
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def event(group: Group) -> Event:
    event = made_up.event(group)
    made_up.confirmed(event)
    return event


def move(event: Event, days: int) -> Event:
    day = made_up.in_days(days)
    return operations.change(made_up.SYSTEM, event=event, details=made_up.details(day=day))


def waiting() -> list[str]:
    return [kind for _, kind in untold(Event.objects.all())]


def say(event: Event, kind: str) -> object:
    return tell(made_up.SYSTEM, event=event, kind=kind, subject="To all", text="Dear friends")


def test_a_move_waits_until_it_is_told_and_so_does_the_next(event: Event) -> None:
    assert (waiting(), untold_of(event)) == ([], "")
    event = move(event, 8)
    assert (waiting(), untold_of(event)) == (["moved"], "moved")
    say(event, "moved")
    assert waiting() == []
    event = move(event, 9)
    assert waiting() == ["moved"]


def test_the_way_back_is_told_to_those_who_were_sent_elsewhere_only(event: Event, group: Group) -> None:
    assert waiting() == []
    event = move(move(event, 8), 7)
    assert waiting() == [], "nobody heard of the move"
    event = move(event, 8)
    say(event, "moved")
    event = move(event, 7)
    assert waiting() == ["moved"]
    say(event, "moved")
    assert waiting() == []


def test_what_is_cancelled_waits_until_it_is_told(event: Event) -> None:
    off = operations.cancel(made_up.SYSTEM, event=move(event, 8))
    assert waiting() == ["cancelled"]
    notice = say(off, "cancelled")
    assert waiting() == []
    withdraw_notice(made_up.SYSTEM, notice=notice)  # type: ignore[arg-type]
    assert waiting() == ["cancelled"]


def test_somebody_says_that_nobody_needs_to_be_told(event: Event) -> None:
    event = operations.tell_nobody(made_up.SYSTEM, event=move(event, 8))
    assert Entry.objects.latest("id").verb == "events.tell_nobody"
    assert waiting() == []
    move(event, 9)
    assert waiting() == ["moved"]
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), made_up.OWNER)
    with pytest.raises(NotFound):
        operations.tell_nobody(stranger, event=event)


def test_nobody_waits_for_what_nobody_said_yes_to_or_what_is_over(group: Group) -> None:
    move(made_up.event(group), 8)
    answered = made_up.event(group)
    made_up.answer(answered)
    move(answered, 8)
    assert waiting() == []
    made_up.confirmed(answered)
    assert waiting() == ["moved"]
    Event.objects.filter(id=answered.id).update(closes_at=answered.opens_at - timedelta(days=30))
    assert waiting() == []
    operations.close_over()
    assert untold_of(Event.objects.get(id=answered.id)) == ""


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same(group: Group, django_assert_num_queries: DjangoAssertNumQueries, number: int) -> None:
    for _ in range(number):
        event = made_up.event(group)
        made_up.confirmed(event)
        move(event, 8)
    with django_assert_num_queries(2):
        assert len(waiting()) == number
