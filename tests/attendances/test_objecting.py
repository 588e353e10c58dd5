"""Objecting to everything: what was allowed ends, what lies ahead is cancelled, and it stays so."""

import pytest

from groundswell.attendances import objecting
from groundswell.attendances.models import Attendance, Notice, Shared
from groundswell.attendances.notices import mail_kind, send_notices, tell
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.intake.kinds import Refused
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.people import choices
from groundswell.people.models import Consent, Person, Suppression
from groundswell.people.operations import grant_elsewhere
from groundswell.people.queries import current_wordings, granted
from groundswell.people.reach import allowing
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def event(root: Group) -> Event:
    return made_up.event(root)


@pytest.fixture
def ada(event: Event) -> Person:
    made_up.confirmed(event, boxes=("agree", "updates", "nearby"))
    return Person.objects.get(name="Ada")


def object_to_all(person: Person) -> list[Refused]:
    return made_up.act("object", person.organisation_id, person.id, {})


def allows(person: Person) -> set[tuple[str, str]]:
    return granted(person.organisation_id, [person.id]).get(person.id, set())


def test_everything_ends_at_once_and_is_an_objection(ada: Person) -> None:
    assert allows(ada) == {("event", "email"), ("updates", "email"), ("nearby", "email")}
    assert object_to_all(ada) == []
    assert allows(ada) == set()
    said = Consent.objects.filter(action="object").values_list("purpose", "channel")
    channels = ("email", "sms", "phone", "post")
    expected = {(purpose, channel) for purpose in ("updates", "nearby") for channel in channels}
    assert set(said) == expected | {("event", "email")}
    assert not allowing(ada.organisation_id, "updates").exists()
    assert Suppression.objects.get().reason == "unsubscribed"


def test_it_is_one_entry_and_said_again_nothing(ada: Person) -> None:
    object_to_all(ada)
    said = Consent.objects.count()
    object_to_all(ada)
    assert Consent.objects.count() == said
    assert Entry.objects.filter(verb="people.object").count() == 1


def test_what_they_said_yes_to_is_cancelled(ada: Person, event: Event) -> None:
    object_to_all(ada)
    assert ada.attendances.get().status == "declined"
    event.refresh_from_db()
    assert event.tally.confirmed == 0


def test_what_is_over_stays_counted(ada: Person, event: Event) -> None:
    Event.objects.filter(id=event.id).update(closes_at=now())
    object_to_all(ada)
    assert ada.attendances.get().status == "accepted"
    assert event.tally.confirmed == 1


def test_no_other_organisation_sees_them_any_more(event: Event) -> None:
    ally = made_up.organisation("ally", "Ally")
    made_up.cohost(event, ally)
    made_up.confirmed(event, "bea@example.org", "Bea", **{f"ally-{ally.id}": "yes"})
    bea = Person.objects.get(name="Bea")
    assert Shared.objects.exists()
    object_to_all(bea)
    assert not Shared.objects.exists()
    assert Consent.objects.get(purpose="ally", action="object").partner == ally.id


def thanked(person: Person, event: Event) -> bool:
    """Whether a thank you reaches somebody after they have objected."""
    Event.objects.filter(id=event.id).update(opens_at=now(), closes_at=now())
    event.refresh_from_db()
    object_to_all(person)
    tell(SYSTEM, event=event, kind="thanks", subject="Thanks", text="Dear friends")
    Notice.objects.update(due_at=now())
    send_notices()
    made_up.send_mails()
    return Effect.objects.filter(kind=mail_kind(Notice.Kind.THANKS), state="done").exists()


def test_a_thank_you_reaches_them_no_more(ada: Person, event: Event) -> None:
    assert not thanked(ada, event)


def test_without_shutting_their_address_it_would(
    ada: Person, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "shut", lambda *_args: None)
    assert thanked(ada, event)


def test_no_list_makes_a_yes_of_it(ada: Person, root: Group) -> None:
    object_to_all(ada)
    words = current_wordings(root.organisation_id)["updates"]
    assert grant_elsewhere(root.organisation_id, [ada.id], words, uuid7()) == 0


def test_what_they_agree_to_anew_by_a_mail_holds(ada: Person, event: Event) -> None:
    object_to_all(ada)
    made_up.confirmed(event, boxes=("agree", "updates"))
    assert allows(ada) == {("event", "email"), ("updates", "email")}
    assert allowing(ada.organisation_id, "updates").exists()


def test_it_holds_for_all_who_are_one_with_them(ada: Person, root: Group) -> None:
    bea = made_up.subscriber(root.organisation, "Bea")
    Person.objects.filter(id=bea.id).update(merged_into=ada, phone="+441134960000")
    object_to_all(bea)
    assert allows(ada) == allows(bea) == set()
    assert set(Suppression.objects.values_list("channel", flat=True)) == {"email", "sms", "phone"}


def test_who_was_forgotten_is_refused(root: Group) -> None:
    (refused,) = made_up.act("object", root.organisation_id, uuid7(), {})
    assert refused.code == "not-found"


def test_without_cancelling_they_would_be_expected(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objecting, "cancel", lambda _organisation, _actions: [])
    object_to_all(ada)
    assert Attendance.objects.get().status == "accepted"
