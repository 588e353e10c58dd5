"""What time does to attendances."""

from datetime import timedelta

import pytest
import time_machine

from groundswell.attendances import upkeep
from groundswell.attendances.erasing import forget
from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.operations import MAILED_LATELY
from groundswell.attendances.queries import tally_of
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.people.models import Erasure, Person
from tests import made_up

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()), day=made_up.in_days(20))


def reminders() -> int:
    return Effect.objects.filter(kind="attendances.reminder").count()


def test_who_did_not_confirm_is_reminded_once_the_day_after(event: Event) -> None:
    attendance = made_up.answer(event)
    with time_machine.travel(now()) as clock:
        clock.shift(23 * HOUR)
        assert upkeep.remind_unconfirmed() == 0
        clock.shift(2 * HOUR)
        assert upkeep.remind_unconfirmed() == 1
        assert upkeep.remind_unconfirmed() == 0
        clock.shift(20 * HOUR)
        assert upkeep.remind_unconfirmed() == 0
    assert reminders() == 1
    assert Effect.objects.get(kind="attendances.reminder").subject == attendance.id


@pytest.mark.parametrize("then", ["confirm", "cancel"])
def test_who_chose_gets_no_reminder(event: Event, then: str) -> None:
    getattr(made_up, then)(made_up.answer(event))
    with time_machine.travel(now() + 25 * HOUR):
        assert upkeep.remind_unconfirmed() == 0


def test_nobody_is_reminded_of_what_is_cancelled_or_about_to_be_erased(event: Event) -> None:
    made_up.answer(event)
    with time_machine.travel(now() + 49 * HOUR):
        assert upkeep.remind_unconfirmed() == 0
    events.cancel(made_up.SYSTEM, event=event)
    with time_machine.travel(now() + 25 * HOUR):
        assert upkeep.remind_unconfirmed() == 0


def test_what_nobody_confirmed_is_erased_after_48_hours(event: Event) -> None:
    made_up.answer(event, "ada@example.org", guests=2)
    kept = made_up.confirmed(event, "bo@example.org")
    with time_machine.travel(now() + 47 * HOUR):
        assert upkeep.erase_unconfirmed() == 0
    with time_machine.travel(now() + 49 * HOUR):
        assert upkeep.erase_unconfirmed() == 1
        assert upkeep.erase_unconfirmed() == 0
    assert [person.email for person in Person.objects.all()] == ["bo@example.org"]
    assert list(Attendance.objects.values_list("id", flat=True)) == [kept.id]
    assert Effect.objects.filter(subject=kept.id).count() == Effect.objects.count() == 1
    tally = tally_of(event.id)
    assert (tally.confirmed, tally.unconfirmed) == (1, 0)
    assert Entry.objects.get(verb="attendances.expire").detail == {"attendances": 1}
    # Nobody asked for it, so nothing is remembered about them.
    assert Erasure.objects.count() == 0


def test_the_48_hours_begin_with_the_last_mail(event: Event) -> None:
    made_up.answer(event)
    with time_machine.travel(now()) as clock:
        clock.shift(40 * HOUR)
        made_up.answer(event, guests=1)
        clock.shift(9 * HOUR)
        assert upkeep.erase_unconfirmed() == 0
        clock.shift(40 * HOUR)
        assert upkeep.erase_unconfirmed() == 1


def test_a_person_of_whom_something_else_is_known_stays(event: Event) -> None:
    made_up.confirmed(event)
    elsewhere = made_up.event(event.group, title="Elsewhere", day=made_up.in_days(20))
    made_up.answer(elsewhere)
    with time_machine.travel(now() + 49 * HOUR):
        assert upkeep.erase_unconfirmed() == 1
    assert Person.objects.count() == 1
    assert Attendance.objects.get().event == event
    assert tally_of(elsewhere.id).unconfirmed == 0
    assert Effect.objects.count() == 1


def test_what_was_confirmed_in_the_meantime_stays(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    attendance = made_up.answer(event)
    plain = upkeep.locked_attendances

    def locked(organisation_id: object, ids: object) -> object:
        Attendance.objects.update(confirmed_at=now())
        return plain(organisation_id, ids)  # type: ignore[arg-type]

    monkeypatch.setattr(upkeep, "locked_attendances", locked)
    with time_machine.travel(now() + 49 * HOUR):
        assert upkeep.erase_unconfirmed() == 0
    assert Attendance.objects.get() == attendance


def test_a_change_that_its_mailbox_did_not_confirm_is_dropped(event: Event) -> None:
    made_up.confirmed(event, guests=1)
    with time_machine.travel(now() + MAILED_LATELY + HOUR):
        made_up.answer(event, name="Mallory", guests=9)
    with time_machine.travel(now() + 48 * HOUR):
        assert upkeep.drop_unconfirmed_changes() == 0
    with time_machine.travel(now() + 50 * HOUR):
        assert upkeep.drop_unconfirmed_changes() == 1
        assert upkeep.drop_unconfirmed_changes() == 0
    attendance = Attendance.objects.get()
    assert (attendance.pending, attendance.guests) == ("", 1)
    assert attendance.answer().name == "Ada"


def test_totals_are_fixed_when_the_event_is_over(event: Event) -> None:
    attendance = made_up.confirmed(event, guests=2)
    assert upkeep.freeze_totals() == 0
    with time_machine.travel(event.closes_at + HOUR):
        assert upkeep.freeze_totals() == 0, "not before the event is marked as over"
        events.close_over()
        assert upkeep.freeze_totals() == 1
        assert upkeep.freeze_totals() == 0
        made_up.forget(attendance)
    assert (tally_of(event.id).confirmed, tally_of(event.id).guests) == (1, 2)
    assert Person.objects.count() == 0


def test_totals_of_what_was_cancelled_are_fixed_at_its_time(event: Event) -> None:
    made_up.confirmed(event)
    events.cancel(made_up.SYSTEM, event=event)
    assert upkeep.freeze_totals() == 0
    with time_machine.travel(event.closes_at + HOUR):
        assert upkeep.freeze_totals() == 1


def test_before_its_end_the_count_falls_with_who_is_forgotten(event: Event) -> None:
    attendance = made_up.confirmed(event, guests=2)
    made_up.confirmed(event, "bo@example.org")
    made_up.forget(attendance)
    assert (tally_of(event.id).confirmed, tally_of(event.id).guests) == (1, 0)
    assert Erasure.objects.count() == 1


def test_who_is_gone_cannot_be_forgotten_again(event: Event) -> None:
    attendance = made_up.confirmed(event)
    made_up.forget(attendance)
    payload = kinds.named("forget").parse({})
    again = Action(uuid7(), "forget", event.organisation_id, attendance.person_id, payload, now())
    assert [one.code for one in forget(event.organisation_id, [again, again])] == ["not-found"] * 2


def test_another_organisation_forgets_nobody_of_ours(event: Event) -> None:
    attendance = made_up.confirmed(event)
    other = made_up.organisation("others", "Others")
    payload = kinds.named("forget").parse({})
    action = Action(uuid7(), "forget", other.id, attendance.person_id, payload, now())
    assert [one.code for one in forget(other.id, [action])] == ["not-found"]
    assert Person.objects.count() == 1


def test_a_month_after_the_event_people_go_and_totals_stay(event: Event) -> None:
    made_up.confirmed(event, guests=1)
    keeper = made_up.confirmed(event, "bo@example.org", boxes=["agree", "updates"])
    with time_machine.travel(event.closes_at + HOUR):
        events.close_over()
        upkeep.freeze_totals()
    with time_machine.travel(event.closes_at + 29 * DAY):
        assert upkeep.erase_after_events() == 0
    with time_machine.travel(event.closes_at + 31 * DAY):
        assert upkeep.erase_after_events() == 2
        assert upkeep.erase_after_events() == 0
    # Who allowed more stays, without the answer.
    assert list(Person.objects.values_list("id", flat=True)) == [keeper.person_id]
    assert Attendance.objects.count() == 0
    tally = Tally.objects.get()
    assert (tally.confirmed, tally.guests) == (2, 1)
    assert Entry.objects.get(verb="attendances.purge").detail == {"attendances": 2}


def test_people_of_two_organisations_are_erased_apart(event: Event) -> None:
    made_up.answer(event)
    other = made_up.event(made_up.root(made_up.organisation("others", "Others")), title="Other")
    made_up.answer(other)
    with time_machine.travel(now() + 49 * HOUR):
        assert upkeep.erase_unconfirmed() == 2
    found = Entry.objects.filter(verb="attendances.expire").values_list("organisation_id", flat=True)
    assert set(found) == {event.organisation_id, other.organisation_id}
