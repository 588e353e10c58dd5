"""Capacity and the waiting list: never too many, and everybody is told once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
import time_machine
from django.db import connection, connections, transaction

from groundswell.attendances import operations
from groundswell.attendances import totals as totals_module
from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.queries import coming, is_full, tally_of, waiting_answers
from groundswell.attendances.waiting import _move_up, move_up
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.errors import InvalidFields
from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from tests import made_up
from tests.at_once import AT_ONCE, confirm_all_at_once


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()), capacity=3)


def totals(event: Event) -> tuple[int, int]:
    return coming(event.id), tally_of(event.id).waiting


def told(attendance: Attendance) -> list[str]:
    mails = Effect.objects.filter(subject=attendance.id).exclude(kind="attendances.confirm")
    return list(mails.order_by("id").values_list("kind", flat=True))


@pytest.mark.django_db
def test_confirming_takes_the_seats_and_an_answer_alone_none(event: Event) -> None:
    made_up.answer(event, "cy@example.org", guests=2)
    first = made_up.confirmed(event, "ada@example.org", guests=1)
    second = made_up.confirmed(event, "ben@example.org", guests=1)
    assert totals(event) == (2, 2)
    assert (first.waiting_since, list(waiting_answers(event))) == (None, [second])
    assert (told(first), told(second)) == (["attendances.placed"], ["attendances.placed"])
    # There is a seat, and Ben stands before everybody who comes later.
    third = made_up.confirmed(event, "dan@example.org")
    assert list(waiting_answers(event)) == [second, third]
    # Who brings fewer is let past as soon as places are given out.
    assert move_up() == 1
    assert list(waiting_answers(event)) == [second]


@pytest.mark.django_db
@pytest.mark.parametrize("leave", [made_up.cancel, made_up.forget])
def test_who_leaves_makes_room_for_the_next_who_is_told_once(
    event: Event, leave: Callable[[Attendance], object]
) -> None:
    there = made_up.confirmed(event, "ada@example.org", guests=2)
    second, third = (made_up.confirmed(event, f"{name}@example.org", guests=1) for name in ("ben", "cy"))
    assert move_up() == 0
    leave(there)
    assert (move_up(), move_up()) == (1, 0)
    assert totals(event) == (2, 2)
    assert told(second) == ["attendances.placed", "attendances.moved_up"]
    assert told(third) == ["attendances.placed"]


@pytest.mark.django_db
def test_a_larger_room_lets_them_in(event: Event) -> None:
    made_up.confirmed(event, "ada@example.org", guests=2)
    made_up.confirmed(event, "ben@example.org")
    events.change(made_up.SYSTEM, event=event, details=made_up.details(capacity=4))
    assert (move_up(), totals(event)) == (1, (4, 0))


@pytest.mark.django_db
def test_without_a_capacity_any_more_nobody_waits(event: Event) -> None:
    made_up.confirmed(event, "ada@example.org", guests=2)
    waiting = made_up.confirmed(event, "ben@example.org")
    events.change(made_up.SYSTEM, event=event, details=made_up.details(capacity=None))
    assert move_up() == 1
    waiting.refresh_from_db()
    assert (waiting.waiting_since, totals(event)) == (None, (4, 0))


@pytest.mark.django_db
def test_who_has_a_place_keeps_it_whatever_they_ask_for(event: Event) -> None:
    attendance = made_up.confirmed(event, "ada@example.org", guests=1)
    made_up.change(attendance, guests="9")
    assert (attendance.guests, attendance.has_place, totals(event)) == (1, True, (2, 0))
    made_up.change(attendance, guests="2")
    assert (attendance.guests, totals(event)) == (2, (3, 0))
    events.change(made_up.SYSTEM, event=event, details=made_up.details(capacity=1))
    made_up.change(attendance, guests="1")
    assert (attendance.guests, attendance.has_place, totals(event)) == (1, True, (2, 0))


@pytest.mark.django_db
def test_a_maybe_gives_the_place_back(event: Event) -> None:
    attendance = made_up.confirmed(event, "ada@example.org", guests=2)
    waiting = made_up.confirmed(event, "ben@example.org")
    made_up.change(attendance, answer="tentative", guests="2")
    assert (move_up(), totals(event)) == (1, (1, 0))
    # Who waits and says so once more keeps their turn.
    made_up.change(attendance, guests="2")
    since = attendance.waiting_since
    assert made_up.change(attendance, guests="2").waiting_since == since
    assert made_up.change(waiting, guests="0").has_place


@pytest.mark.django_db
def test_nobody_moves_up_once_it_is_off_or_in_vain(event: Event) -> None:
    there = made_up.confirmed(event, "ada@example.org", guests=2)
    made_up.confirmed(event, "ben@example.org")
    with transaction.atomic():
        assert _move_up(event.id) == 0
    made_up.cancel(there)
    events.cancel(made_up.SYSTEM, event=event)
    assert move_up() == 0


# Many at the same moment.


@pytest.mark.django_db(transaction=True)
def test_fifty_at_the_same_moment_get_as_many_places_as_there_are() -> None:
    event = made_up.event(made_up.root(made_up.organisation()), capacity=20)
    waiting = [made_up.answer(event, f"p{number}@example.org", guests=number % 2) for number in range(50)]
    confirm_all_at_once(waiting)
    while move_up():
        pass
    seated = Attendance.objects.filter(event=event, waiting_since=None)
    assert sum(1 + attendance.guests for attendance in seated) == coming(event.id) == 20
    assert Effect.objects.filter(kind="attendances.placed").count() == 50
    assert Attendance.objects.filter(event=event, confirmed_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_while_people_leave_each_place_is_given_out_once() -> None:
    event = made_up.event(made_up.root(made_up.organisation()), capacity=10)
    people = [made_up.confirmed(event, f"p{number}@example.org") for number in range(30)]

    def leave_and_move_up(attendance: Attendance) -> None:
        try:
            made_up.cancel(attendance)
            move_up()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(leave_and_move_up, people[:10]))
    while move_up():
        pass
    seated = Attendance.objects.filter(event=event, waiting_since=None, status="accepted")
    assert seated.count() == coming(event.id) == 10
    told_to = list(Effect.objects.filter(kind="attendances.moved_up").values_list("subject", flat=True))
    assert len(told_to) == len(set(told_to)) == 10


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time: there is no lock of ours to take out")
    together = Barrier(AT_ONCE, timeout=5)

    def no_lock(events: object) -> None:
        with suppress(BrokenBarrierError):
            together.wait()

    event = made_up.event(made_up.root(made_up.organisation()), capacity=2)
    waiting = [made_up.answer(event, f"p{number}@example.org") for number in range(AT_ONCE)]
    Tally.objects.get(event=event)
    monkeypatch.setattr(operations, "_lock", no_lock)
    confirm_all_at_once(waiting)
    assert coming(event.id) > 2


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_set_lets_nobody_past(event: Event, minutes: int) -> None:
    assert queue_over_a_set_clock(event, minutes) == ["ben", "cy", "dan"]


@pytest.mark.django_db
def test_by_the_clock_alone_somebody_would_get_past(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: by the bare time, who comes after the clock was set back stands before those who came earlier."""
    monkeypatch.setattr(totals_module.Seats, "_behind_all", lambda _, __: now())
    assert queue_over_a_set_clock(event, -10) == ["cy", "dan", "ben"]


def queue_over_a_set_clock(event: Event, minutes: int) -> list[str]:
    with time_machine.travel(now() - timedelta(minutes=min(minutes, 0))):
        made_up.confirmed(event, "ada@example.org", guests=2)
        made_up.confirmed(event, "ben@example.org")
    with time_machine.travel(now() + timedelta(minutes=max(minutes, 0))):
        made_up.confirmed(event, "cy@example.org")
        made_up.confirmed(event, "dan@example.org")
    waiting = Attendance.objects.filter(event=event, waiting_since__isnull=False).order_by("waiting_since", "id")
    return [attendance.person.email.partition("@")[0] for attendance in waiting.select_related("person")]


def limited(event: Event, capacity: int | None) -> str:
    """Set a capacity; returns why not, if it was refused."""
    try:
        events.change(made_up.SYSTEM, event=event, details=made_up.details(capacity=capacity))
    except InvalidFields as invalid:
        return invalid.errors["capacity"]
    return ""


@pytest.mark.django_db
def test_where_others_bring_people_a_capacity_is_in_tens_and_stands_for_an_hour() -> None:
    event = made_up.event(made_up.root(made_up.organisation()))
    ally = made_up.organisation("allies", "Allies")
    made_up.cohost(event, ally)
    # Before anybody answers there, it is nobody's but the host's.
    assert (limited(event, 41), limited(event, 42)) == ("", "")
    made_up.confirmed(event, by=ally)
    assert "in tens" in limited(event, 41)
    assert "once an hour" in limited(event, 50)
    # What is changed beside it waits for nothing.
    assert limited(event, 42) == ""
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        assert limited(event, 50) == ""
        assert "once an hour" in limited(event, None)
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        assert limited(event, None) == ""


@pytest.mark.django_db
def test_where_others_bring_people_the_page_says_that_it_is_full_by_the_last_snapshot() -> None:
    """The seats are exact: nobody gets one that is not there, and the mail says so."""
    event = made_up.event(made_up.root(made_up.organisation()), capacity=10)
    ally = made_up.organisation("allies", "Allies")
    made_up.cohost(event, ally)
    made_up.confirmed(event, "ada@example.org", guests=4)
    made_up.confirmed(event, "bo@example.org", guests=4, by=ally)
    waits = made_up.confirmed(event, "cy@example.org", by=ally)
    assert (waits.has_place, is_full(event, tally_of(event.id))) == (False, False)
    assert limited(event, None) == ""
    assert move_up() == 1
    for number in range(5):
        made_up.confirmed(event, f"{number}@example.org", by=ally)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        assert limited(event, 10) == ""
    event.refresh_from_db()
    assert not is_full(event, tally_of(event.id))
    made_up.snapshot()
    assert is_full(event, tally_of(event.id))


@pytest.mark.django_db
def test_however_many_stand_before_who_bring_too_many_the_next_who_fits_moves_up(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.attendances.waiting.AT_ONCE", 2)
    made_up.confirmed(event, "ada@example.org")
    made_up.confirmed(event, "ben@example.org")
    for name in ("cy", "dan", "eve"):
        made_up.confirmed(event, f"{name}@example.org", guests=3)
    alone = made_up.confirmed(event, "fay@example.org")
    events.change(made_up.SYSTEM, event=event, details=made_up.details(capacity=4))
    assert move_up() == 1
    alone.refresh_from_db()
    assert alone.has_place
