"""What supporters do with an event, carried out for many as for one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groundswell.attendances.answers import Answer
from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.operations import MAILED_LATELY, attend, cancel, confirm
from groundswell.attendances.queries import coming, tally_of
from groundswell.events import operations as events
from groundswell.events.models import Event, Status
from groundswell.groups.models import Organisation
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.intake.models import Touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.people.models import Consent, Person, Purpose
from groundswell.people.operations import publish_wording
from groundswell.people.queries import current_wordings
from tests import made_up

pytestmark = pytest.mark.django_db

Status_ = Attendance.Status


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def event(organisation: Organisation) -> Event:
    return made_up.event(made_up.root(organisation))


def action(
    to: Event,
    email: str = "ada@example.org",
    *,
    at: datetime | None = None,
    via: str = "",
    patience: int = 0,
    **typed: str,
) -> Action:
    form = {"name": "Ada", "email": email, "agree": "yes", **typed}
    payload = kinds.named("attend").parse(form)
    return Action(uuid7(), "attend", to.organisation_id, to.id, payload, at or now(), via, patience)


def choice(kind: str, attendance: Attendance, answer: UUID | None = None) -> Action:
    form = {"answer": str(answer)} if answer else {}
    payload = kinds.named(kind).parse(form)
    return Action(uuid7(), kind, attendance.organisation_id, attendance.id, payload, now())


def refusals(refused: Sequence[object]) -> list[str]:
    return [one.code for one in refused]  # type: ignore[attr-defined]


def totals(event: Event) -> tuple[int, int, int]:
    tally = tally_of(event.id)
    return tally.confirmed, tally.guests, tally.unconfirmed


def mails() -> list[str]:
    return list(Effect.objects.order_by("due_at", "id").values_list("kind", flat=True))


def test_an_answer_waits_until_its_mailbox_says_yes(event: Event) -> None:
    sent = action(event, guests="2", via="ada-1", postcode="M1 1AE", patience=90)
    assert attend(event.organisation_id, [sent]) == []
    attendance = Attendance.objects.select_related("person").get()
    assert (attendance.status, attendance.confirmed_at, attendance.action) == (Status_.ACCEPTED, None, sent.id)
    assert (attendance.via, attendance.created_at, attendance.mailed_at) == (
        "ada-1",
        sent.received_at,
        sent.received_at,
    )
    assert attendance.answer() == Answer(
        name="Ada", email="ada@example.org", sector="M1 1", guests=2, ticked={"event": None}
    )
    assert totals(event) == (0, 0, 1)
    assert coming(event.id) == 0
    assert Consent.objects.count() == 0
    mail = Effect.objects.get()
    assert (mail.kind, mail.subject) == ("attendances.confirm", attendance.id)
    assert mail.due_at == sent.received_at + timedelta(seconds=90)
    assert Entry.objects.get(verb="attendances.attend").detail == {"made": 1, "changed": 0}


def test_a_confirmed_answer_counts_with_its_guests(event: Event) -> None:
    attendance = made_up.confirmed(event, guests=2, postcode="M1 1AE", boxes=["agree", "updates"])
    assert totals(event) == (1, 2, 0)
    assert coming(event.id) == 3
    assert (attendance.status, attendance.pending) == (Status_.ACCEPTED, "")
    person = Person.objects.get()
    assert (person.name, person.sector) == ("Ada", "M1 1")
    assert person.confirmed_at is not None
    assert set(Consent.objects.values_list("purpose", "action", "source")) == {
        ("event", "grant", attendance.action),
        ("updates", "grant", attendance.action),
    }
    assert Touch.objects.filter(tag=f"event:{event.id}:count").count() == 1


def test_confirming_twice_is_confirming_once(event: Event) -> None:
    attendance = made_up.confirmed(event)
    assert confirm(event.organisation_id, [choice("confirm", attendance, attendance.action)]) == []
    assert totals(event) == (1, 0, 0)
    assert Consent.objects.count() == 1


def test_a_double_click_is_one_answer_and_one_mail(event: Event) -> None:
    first = action(event)
    assert attend(event.organisation_id, [first, action(event)]) == []
    assert attend(event.organisation_id, [action(event, at=now() + timedelta(seconds=30))]) == []
    assert totals(event) == (0, 0, 1)
    assert mails() == ["attendances.confirm"]


def test_the_same_action_again_changes_nothing(event: Event) -> None:
    sent = action(event, guests="1")
    attend(event.organisation_id, [sent])
    before = Attendance.objects.values().get()
    assert attend(event.organisation_id, [sent]) == []
    assert Attendance.objects.values().get() == before
    assert totals(event) == (0, 0, 1)
    assert mails() == ["attendances.confirm"]


def test_a_later_answer_replaces_one_that_waits_and_gets_its_own_mail(event: Event) -> None:
    attend(event.organisation_id, [action(event, guests="1")])
    later = action(event, guests="4", at=now() + MAILED_LATELY + timedelta(seconds=1))
    attend(event.organisation_id, [later])
    attendance = Attendance.objects.get()
    assert (attendance.guests, attendance.action, attendance.mailed_at) == (4, later.id, later.received_at)
    assert totals(event) == (0, 0, 1)
    assert mails() == ["attendances.confirm"] * 2


def test_what_a_stranger_types_under_a_known_address_changes_nothing_confirmed(event: Event) -> None:
    before = made_up.confirmed(event, guests=1, postcode="M1 1AE")
    person = Person.objects.values().get()
    made_up.answer(event, "ADA@example.org", "Mallory", guests=9, postcode="SW1A 1AA", boxes=["agree", "updates"])
    after = Attendance.objects.select_related("person").get()
    assert Person.objects.values().get() == person
    assert (after.guests, after.status, after.confirmed_at) == (1, before.status, before.confirmed_at)
    assert totals(event) == (1, 1, 0)
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"event"}
    # Its mail shows what was typed, and it takes effect once the mailbox says yes.
    assert mails() == ["attendances.confirm"] * 2
    made_up.confirm(after)
    assert Person.objects.get().name == "Mallory"
    assert totals(event) == (1, 9, 0)
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"event", "updates"}
    assert Person.objects.get().confirmed_at == person["confirmed_at"]


def test_a_new_answer_right_after_confirming_gets_a_mail_of_its_own(event: Event) -> None:
    made_up.confirmed(event)
    made_up.answer(event, guests=3)
    assert mails() == ["attendances.confirm"] * 2


def test_a_yes_to_an_older_answer_than_the_newest_is_refused(event: Event) -> None:
    attendance = made_up.answer(event)
    made_up.answer(event, name="Mallory")
    refused = confirm(event.organisation_id, [choice("confirm", attendance, attendance.action)])
    assert refusals(refused) == ["superseded"]
    assert totals(event) == (0, 0, 1)
    refused = confirm(event.organisation_id, [choice("confirm", attendance)])
    assert refusals(refused) == ["superseded"]


def test_a_confirmed_answer_without_a_postcode_keeps_the_one_that_is_known(event: Event) -> None:
    made_up.confirmed(event, postcode="M1 1AE")
    made_up.confirmed(event)
    assert Person.objects.get().sector == "M1 1"


def test_somebody_new_in_the_same_batch_may_answer_twice(event: Event) -> None:
    later = timedelta(hours=1)
    batch = [
        action(event, guests="1"),
        action(event, "bo@example.org"),
        action(event, guests="2", at=now() + later),
    ]
    attend(event.organisation_id, batch)
    assert totals(event) == (0, 0, 2)
    assert Attendance.objects.get(person__email="ada@example.org").guests == 2
    assert len(mails()) == 3
    assert Entry.objects.get(verb="attendances.attend").detail == {"made": 2, "changed": 0}


@pytest.mark.parametrize("status", [Status.DRAFT, None])
def test_an_answer_to_nothing_is_refused_and_leaves_nothing(
    organisation: Organisation, status: str | None
) -> None:
    event = made_up.draft(made_up.root(organisation))
    sent = action(event)
    if status is None:
        event.delete()
    refused = attend(organisation.id, [sent])
    assert refusals(refused) == ["not-found"]
    assert (Person.objects.count(), Effect.objects.count()) == (0, 0)


def test_an_answer_to_another_organisations_event_is_refused(event: Event) -> None:
    other = made_up.organisation("others", "Others")
    assert refusals(attend(other.id, [action(event)])) == ["not-found"]
    assert Person.objects.count() == 0


def test_who_comes_too_late_is_told_so_and_nothing_of_them_is_kept(event: Event) -> None:
    late = action(event, "late@example.org", at=event.closes_at)
    assert refusals(attend(event.organisation_id, [action(event), late])) == ["event-closed"]
    assert [person.email for person in Person.objects.all()] == ["ada@example.org"]
    mail = Effect.objects.get(kind="attendances.refused")
    assert (mail.subject, mail.address) == (event.id, "late@example.org")


def test_who_answered_in_time_counts_even_if_it_settles_later(event: Event) -> None:
    sent = action(event)
    with time_machine.travel(event.closes_at + timedelta(minutes=1)):
        events.close_over()
        assert attend(event.organisation_id, [sent]) == []
    assert totals(event) == (0, 0, 1)


def test_an_answer_to_a_cancelled_event_is_refused_whenever_it_came(event: Event) -> None:
    sent = action(event)
    events.cancel(made_up.SYSTEM, event=event)
    assert refusals(attend(event.organisation_id, [sent])) == ["event-closed"]
    assert mails() == ["attendances.refused"]


def test_totals_that_are_frozen_stay(event: Event) -> None:
    made_up.confirmed(event)
    Tally.objects.update(frozen_at=now())
    attendance = made_up.confirmed(event, "bo@example.org", guests=3)
    assert totals(event) == (1, 0, 0)
    made_up.cancel(attendance)
    assert totals(event) == (1, 0, 0)


def test_other_words_than_the_organisations_are_no_agreement(event: Event) -> None:
    foreign = current_wordings(made_up.organisation("others", "Others").id)
    assert refusals(attend(event.organisation_id, [action(event, agree=str(foreign["event"].id))])) == [
        "not-agreed"
    ]
    own = current_wordings(event.organisation_id)
    # The words for news are no agreement to be recorded.
    assert refusals(attend(event.organisation_id, [action(event, agree=str(own["updates"].id))])) == ["not-agreed"]
    assert (Person.objects.count(), Effect.objects.count()) == (0, 0)


def test_another_organisations_words_give_no_consent(event: Event) -> None:
    foreign = current_wordings(made_up.organisation("others", "Others").id)
    own = current_wordings(event.organisation_id)
    boxes = {"updates": str(foreign["updates"].id), "nearby": str(own["updates"].id)}
    attend(event.organisation_id, [action(event, **boxes)])
    made_up.confirm(Attendance.objects.get())
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"event"}


def test_consent_is_by_the_words_that_were_shown(event: Event, organisation: Organisation) -> None:
    shown = current_wordings(organisation.id)
    boxes = {"agree": str(shown["event"].id), "updates": str(shown["updates"].id)}
    attend(event.organisation_id, [action(event, **boxes)])
    publish_wording(made_up.SYSTEM, organisation=organisation, purpose=Purpose.UPDATES, text="New words")
    made_up.confirm(Attendance.objects.get())
    assert Consent.objects.get(purpose="updates").wording == shown["updates"]


def test_a_box_that_names_no_words_is_by_those_in_force_when_it_was_ticked(
    event: Event, organisation: Organisation
) -> None:
    before = current_wordings(organisation.id)["updates"]
    attendance = made_up.answer(event, boxes=["agree", "updates"])
    with time_machine.travel(now() + timedelta(minutes=1)):
        publish_wording(made_up.SYSTEM, organisation=organisation, purpose=Purpose.UPDATES, text="New words")
        made_up.confirm(attendance)
    consent = Consent.objects.get(purpose="updates")
    assert consent.wording == before
    assert abs(consent.asked_at - attendance.created_at) < timedelta(seconds=1)


def test_a_no_takes_place_and_count_back_at_once(event: Event) -> None:
    attendance = made_up.confirmed(event, guests=2)
    made_up.cancel(attendance)
    assert (attendance.status, totals(event)) == (Status_.DECLINED, (0, 0, 0))
    assert cancel(event.organisation_id, [choice("cancel", attendance)]) == []
    assert totals(event) == (0, 0, 0)


def test_a_no_to_what_was_never_confirmed_takes_it_off_the_waiting(event: Event) -> None:
    attendance = made_up.cancel(made_up.answer(event))
    assert (attendance.status, attendance.pending, totals(event)) == (Status_.DECLINED, "", (0, 0, 0))
    # Who changes their mind answers again, and waits for the mail again.
    again = made_up.answer(event, guests=1)
    assert (again.status, totals(event)) == (Status_.ACCEPTED, (0, 0, 1))
    made_up.confirm(again)
    assert totals(event) == (1, 1, 0)


def test_who_said_no_after_a_yes_comes_back_by_confirming_again(event: Event) -> None:
    made_up.cancel(made_up.confirmed(event, guests=2))
    attendance = made_up.answer(event, guests=1)
    assert (attendance.status, totals(event)) == (Status_.DECLINED, (0, 0, 0))
    made_up.confirm(attendance)
    assert (attendance.status, totals(event)) == (Status_.ACCEPTED, (1, 1, 0))


@pytest.mark.parametrize("kind", ["confirm", "cancel"])
def test_a_choice_about_what_is_gone_or_anothers_is_refused(event: Event, kind: str) -> None:
    attendance = made_up.answer(event)
    other = made_up.organisation("others", "Others")
    operation = {"confirm": confirm, "cancel": cancel}[kind]
    assert refusals(operation(other.id, [choice(kind, attendance, attendance.action)])) == ["not-found"]
    attendance.delete()
    assert refusals(operation(event.organisation_id, [choice(kind, attendance)])) == ["not-found"]


def test_many_are_carried_out_by_as_many_queries_as_few(event: Event) -> None:
    def queries(count: int) -> int:
        batch = [action(event, f"p{uuid7().hex}@example.org") for _ in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            attend(event.organisation_id, batch)
        attendances = list(Attendance.objects.filter(action__in=[one.id for one in batch]))
        with CaptureQueriesContext(connection) as confirming:
            confirm(event.organisation_id, [choice("confirm", one, one.action) for one in attendances])
        with CaptureQueriesContext(connection) as cancelling:
            cancel(event.organisation_id, [choice("cancel", one) for one in attendances])
        return len(captured), len(confirming), len(cancelling)  # type: ignore[return-value]

    assert queries(2) == queries(50)
