"""Seats on coaches: taken when somebody confirms, never one too many, and given back."""

from contextlib import suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances import coaches, mails, operations
from groundswell.attendances.coaches import left_of, passengers_of
from groundswell.attendances.marks import mark_those_there
from groundswell.attendances.models import Attendance
from groundswell.attendances.snapshots import take_snapshots
from groundswell.blocs import operations as blocs
from groundswell.blocs.callers import accept, invite
from groundswell.blocs.details import Coach, details_of
from groundswell.blocs.models import Bloc, PickUp
from groundswell.groups.access import SYSTEM
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from groundswell.web.public.bloc_facts import in_words
from tests import made_up
from tests.at_once import AT_ONCE, confirm_all_at_once

pytestmark = pytest.mark.django_db

COACHES = (Coach(where="Riverside", seats=3), Coach(where="Hillside", seats=20))


def called() -> Bloc:
    group = made_up.root(made_up.organisation())
    return made_up.bloc(group, made_up.event(group), pick_ups=COACHES)


@pytest.fixture
def bloc() -> Bloc:
    return called()


def coach(bloc: Bloc, where: str = "Riverside") -> PickUp:
    return bloc.pick_ups.get(where=where)


def wants(bloc: Bloc, who: str, where: str = "Riverside", **typed: object) -> Attendance:
    typed = {"coach": str(coach(bloc, where).id), **typed}
    return made_up.joined(bloc, f"{who}@example.org", who, **typed)  # type: ignore[arg-type]


def boards(bloc: Bloc, who: str, where: str = "Riverside", **typed: object) -> Attendance:
    return made_up.confirm(wants(bloc, who, where, **typed))


def left(bloc: Bloc, where: str = "Riverside") -> int:
    one = coach(bloc, where)
    return left_of([one])[one.id]


def told(attendance: Attendance) -> str:
    effect = Effect.objects.filter(subject=attendance.id, kind="attendances.placed").order_by("-id")[0]
    mail = mails.placed(effect)
    assert mail is not None
    return mail.text


def test_an_answer_takes_no_seat_and_its_confirmation_does(bloc: Bloc) -> None:
    made = wants(bloc, "ada", guests=1)
    assert left(bloc) == 3
    made = made_up.confirm(made)
    assert (left(bloc), made.seats, made.pick_up) == (1, 2, coach(bloc))
    assert "Your seats on the coach: 2\nRiverside" in told(made)


def test_who_finds_it_full_comes_all_the_same_and_is_told(bloc: Bloc) -> None:
    boards(bloc, "ada", guests=2)
    late = boards(bloc, "bo")
    assert (late.pick_up, late.seats, late.bloc, late.has_place) == (None, 0, bloc, True)
    assert "The coach is full" in told(late)
    assert left(bloc) == 0


def test_who_brings_too_many_has_no_seat_rather_than_some(bloc: Bloc) -> None:
    boards(bloc, "ada", guests=1)
    assert boards(bloc, "bo", guests=1).seats == 0
    assert left(bloc) == 1


@pytest.mark.parametrize("verb", ["cancel", "maybe", "forget", "none"])
def test_seats_go_back(bloc: Bloc, verb: str) -> None:
    made = boards(bloc, "ada", guests=2)
    if verb == "cancel":
        made_up.cancel(made)
    elif verb == "maybe":
        made_up.change(made, answer="tentative")
    elif verb == "forget":
        made_up.forget(made)
    else:
        boards(bloc, "ada", coach="")
    assert left(bloc) == 3


def test_a_seat_is_kept_whatever_is_said_elsewhere(bloc: Bloc) -> None:
    made = boards(bloc, "ada")
    made_up.confirmed(bloc.event, "ada@example.org", "ada")
    made_up.change(made, guests="0", needs="A seat in front")
    assert left(bloc) == 2


def test_more_guests_have_seats_where_there_are_any(bloc: Bloc) -> None:
    made = made_up.change(boards(bloc, "ada"), guests="2")
    assert (made.seats, left(bloc)) == (3, 0)
    made = made_up.change(made, guests="5")
    assert (made.seats, made.guests, left(bloc)) == (3, 5, 0)
    assert "no room for all of you. Your seats on it: 3" in told(made)
    made = made_up.change(made, guests="0")
    assert (made.seats, left(bloc)) == (1, 2)


def test_from_one_coach_to_the_other(bloc: Bloc) -> None:
    boards(bloc, "ada", guests=2)
    boards(bloc, "ada", "Hillside", guests=2)
    assert (left(bloc), left(bloc, "Hillside")) == (3, 17)


def test_another_blocs_coach_or_none_that_there_is(bloc: Bloc) -> None:
    other = made_up.bloc(bloc.group, bloc.event, name="Blue", pick_ups=COACHES)
    for stranger in (str(coach(other).id), str(uuid7()), "Riverside"):
        assert boards(bloc, "ada", coach=stranger).seats == 0
    assert left(other) == 3


def test_a_coach_that_is_made_smaller_or_goes(bloc: Bloc) -> None:
    made = boards(bloc, "ada", guests=2)
    kept = coach(bloc)
    details = details_of(bloc)
    smaller = [Coach(where="Riverside", seats=2, id=kept.id)]
    blocs.change(SYSTEM, bloc=bloc, details=replace(details, pick_ups=smaller))
    assert left(bloc) == 0
    assert boards(bloc, "bo").seats == 0
    bloc.refresh_from_db()
    blocs.change(SYSTEM, bloc=bloc, details=replace(details_of(bloc), pick_ups=()))
    made.refresh_from_db()
    assert made.pick_up is None
    assert left_of([]) == {}


def test_an_organisation_sees_its_own_people_only(
    bloc: Bloc, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ally = made_up.root(made_up.organisation("allies", "Allies"))
    accept(SYSTEM, caller=invite(SYSTEM, bloc=bloc, group=ally))
    boards(bloc, "ada", guests=1)
    boards(bloc, "zoe", by=ally.organisation)
    one = coach(bloc)
    with django_assert_num_queries(1):
        assert [each.name for each in passengers_of([one], [bloc.organisation_id])[one.id]] == ["ada"]
    assert [(each.name, each.seats) for each in passengers_of([one], [ally.organisation_id])[one.id]] == [
        ("zoe", 1)
    ]
    assert passengers_of([one], []) == {one.id: []}


def test_no_single_seat_shows_where_others_bring_people_to_the_event(bloc: Bloc) -> None:
    """Though one alone calls to the bloc: its eleventh would show by the word "few", and by its end as well."""
    ally = made_up.organisation("allies", "Allies")
    theirs = made_up.bloc(made_up.root(ally), bloc.event, name="Green", pick_ups=COACHES)
    made_up.snapshot()
    for number in range(11):
        made_up.confirm(
            made_up.joined(theirs, f"{number}@example.org", by=ally, coach=str(coach(theirs, "Hillside").id))
        )
        assert left(theirs, "Hillside") == 20
    made_up.snapshot()
    assert left(theirs, "Hillside") == 10


@pytest.mark.django_db(transaction=True)
def test_fifty_at_the_same_moment_get_as_many_seats_as_there_are() -> None:
    bloc = called()
    confirm_all_at_once([wants(bloc, f"p{number}", "Hillside") for number in range(50)])
    assert [one.seats for one in Attendance.objects.filter(pick_up=coach(bloc, "Hillside"))] == [1] * 20
    assert Attendance.objects.filter(confirmed_at__isnull=False).count() == 50


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time: there is no lock of ours to take out")
    together = Barrier(AT_ONCE, timeout=5)

    def no_lock(events: object) -> None:
        with suppress(BrokenBarrierError):
            together.wait()

    bloc = called()
    asked = [wants(bloc, f"p{number}") for number in range(AT_ONCE)]
    monkeypatch.setattr(operations, "_lock", no_lock)
    confirm_all_at_once(asked)
    assert Attendance.objects.filter(pick_up=coach(bloc)).count() > 3


# What callers can find out of each other's people.


def with_ally(theirs: int) -> tuple[Bloc, PickUp]:
    """A bloc to which two call, with a coach on which the other one's people hold so many seats."""
    bloc = called()
    ally = made_up.organisation("allies", "Allies")
    made_up.call_together(bloc, ally)
    one = coach(bloc, "Hillside")
    for number in range(theirs):
        made_up.confirm(made_up.joined(bloc, f"p{number}@example.org", by=ally, coach=str(one.id)))
    while mark_those_there():
        pass
    take_snapshots()
    return bloc, coach(bloc, "Hillside")


def said_of(bloc: Bloc, one: PickUp) -> list[str]:
    """What the page says for each number of seats that its founder may try."""
    words = []
    for seats in range(1, 25):
        one.seats = seats
        words.append(in_words(left_of([one])[one.id]))
    return words


@pytest.mark.parametrize("theirs", [3, 9])
def test_trying_numbers_of_seats_tells_no_more_than_a_ten(theirs: int) -> None:
    bloc, one = with_ally(theirs)
    assert said_of(bloc, one) == ["few"] * 9 + ["some"] * 15


def test_by_the_exact_figures_they_would_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(coaches, "_taken_as_shown", lambda pick_ups: coaches._taken([one.id for one in pick_ups]))
    bloc, one = with_ally(3)
    assert said_of(bloc, one)[:4] == ["none", "none", "none", "few"]


def test_what_is_shown_as_taken_is_a_ten_of_each() -> None:
    _bloc, one = with_ally(12)
    assert one.taken == 10
