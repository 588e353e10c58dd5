"""Saying yes by the link in an invitation."""

import pytest

from groundswell.attendances.models import Attendance, Tally
from groundswell.events import operations as events
from groundswell.events.errors import NotOpen
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Invalid, Refused, named
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from groundswell.people.models import Person
from groundswell.people.queries import current_wordings, granted
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    root = made_up.root(made_up.organisation())
    return made_up.event(root)


@pytest.fixture
def ada(event: Event) -> Person:
    return made_up.subscriber(event.organisation, "Ada")


def say_yes(event: Event, person: Person, **more: str) -> list[Refused]:
    wording = current_wordings(event.organisation_id)["event"]
    form = {"person": str(person.id), "wording": str(wording.id), "language": "en", **more}
    return made_up.act("come", event.organisation_id, event.id, form)


def test_it_counts_at_once_and_no_mail_asks_again(event: Event, ada: Person) -> None:
    assert say_yes(event, ada) == []
    attendance = Attendance.objects.get(person=ada)
    assert (attendance.status, attendance.pending) == ("accepted", "")
    assert attendance.confirmed_at
    assert Tally.objects.get(event=event).confirmed == 1
    assert ("event", "email") in granted(event.organisation_id, [ada.id])[ada.id]
    assert not Effect.objects.filter(kind="attendances.confirm").exists()


def test_pressed_twice_it_is_one_answer(event: Event, ada: Person) -> None:
    assert say_yes(event, ada) == say_yes(event, ada) == []
    assert Attendance.objects.count() == 1
    assert Tally.objects.get(event=event).confirmed == 1


def test_who_had_declined_comes_after_all(event: Event, ada: Person) -> None:
    say_yes(event, ada)
    made_up.cancel(Attendance.objects.get(person=ada))
    assert say_yes(event, ada) == []
    assert Tally.objects.get(event=event).confirmed == 1


def test_many_at_once(event: Event, ada: Person) -> None:
    bo = made_up.subscriber(event.organisation, "Bo")
    for person in (ada, bo):
        assert say_yes(event, person) == []
    assert Tally.objects.get(event=event).confirmed == 2


def test_who_is_forgotten_is_refused_and_the_others_come(event: Event, ada: Person) -> None:
    gone = Person(id=uuid7())
    assert [refused.code for refused in say_yes(event, gone)] == [NotFound.code]
    assert not Attendance.objects.exists()


def test_an_event_that_is_off_takes_no_yes(event: Event, ada: Person) -> None:
    events.cancel(SYSTEM, event=event)
    (refused,) = say_yes(event, ada)
    assert refused.code == NotOpen.code
    assert not Attendance.objects.exists()


def test_words_of_another_organisation_are_no_consent(event: Event, ada: Person) -> None:
    others = made_up.organisation("others", "Others")
    (refused,) = say_yes(event, ada, wording=str(current_wordings(others.id)["event"].id))
    assert refused.code == "not-agreed"
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("form", [{}, {"person": "x"}, {"person": str(uuid7()), "wording": ""}])
def test_what_names_no_words_is_no_yes(form: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        named("come").parse(form)
