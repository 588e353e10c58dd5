"""Promise 3: what the registry says about how long something is kept is what the rounds do.

For each term in the registry that ends, a minute before its end the thing is there, and a minute after it is not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from groundswell.attendances.counting import code_digest, code_for, opened_token, token_for
from groundswell.attendances.door import check_off
from groundswell.attendances.models import Attendance, Counted, EventKey, Mark, Shared
from groundswell.blocs.models import Steward
from groundswell.endorsements.models import Endorsement
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.affiliations import end_affiliation
from groundswell.groups.codes import ask_to_sign_in, count_guess
from groundswell.groups.granting import withdraw
from groundswell.groups.invitations import invite
from groundswell.groups.models import (
    Account,
    Affiliation,
    Approval,
    Carried,
    Guesses,
    Invitation,
    Membership,
    RecoveryAddress,
    SignedIn,
    SignInCode,
    SignInLink,
)
from groundswell.groups.new_owners import ask_for_owner
from groundswell.groups.operations import make_sign_in_link
from groundswell.groups.recovery import name_recovery
from groundswell.groups.sessions import note_session
from groundswell.intake import kinds
from groundswell.intake.journal import journal
from groundswell.intake.kinds import Action
from groundswell.intake.models import Entry, SetAside, Touch
from groundswell.intake.settling import settle
from groundswell.intake.touches import touch
from groundswell.kit import privacy
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.rounds import rounds
from groundswell.outbox.delivery import deliver
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from groundswell.people.complaints import answer_complaint
from groundswell.people.merging import merge
from groundswell.people.models import Complaint, Merge, Person
from tests import made_up

pytestmark = pytest.mark.django_db(transaction=True)

A_MINUTE = timedelta(minutes=1)
AN_HOUR = 3600


@dataclass
class Kept:
    """Something that is there, from when its term counts, and how to see whether it is still there."""

    since: datetime
    rows: QuerySet  # type: ignore[type-arg]

    def is_there(self) -> bool:
        return self.rows.exists()


def journal_entry() -> Kept:
    root = made_up.root(made_up.organisation())
    event = made_up.event(root, day=made_up.in_days(60))
    payload = kinds.named("attend").parse({"name": "Ada", "email": "ada@example.org", "agree": "yes"})
    action = Action(uuid7(), "attend", root.organisation_id, event.id, payload, now(), "a-link")
    journal().append(action)
    settle()
    return Kept(action.received_at, Entry.objects.filter(id=action.id))


def journal_payload() -> Kept:
    kept = journal_entry()
    return Kept(kept.since, kept.rows.exclude(payload=b""))


def journal_via() -> Kept:
    kept = journal_entry()
    return Kept(kept.since, kept.rows.exclude(via=""))


def set_aside() -> Kept:
    root = made_up.root(made_up.organisation())
    payload = kinds.named("cancel").parse({})
    journal().append(Action(uuid7(), "cancel", root.organisation_id, uuid7(), payload, now()))
    settle()
    return Kept(SetAside.objects.get().at, SetAside.objects.all())


def asked_for() -> Kept:
    root = made_up.root(made_up.organisation())
    terms = made_up.Terms(role=made_up.OWNER)
    ask_for_owner(made_up.actor(root, made_up.OWNER), group=root, email="new@example.org", terms=terms)
    return Kept(Approval.objects.get().ends_at, Approval.objects.all())


def recovery_address() -> Kept:
    organisation = made_up.organisation()
    name_recovery(SYSTEM, organisation=organisation, email="far@example.org")
    return Kept(RecoveryAddress.objects.get().ends_at, RecoveryAddress.objects.all())


def touched() -> Kept:
    touch("a tag")
    return Kept(now(), Touch.objects.filter(tag="a tag"))


def mail() -> Kept:
    attendance = made_up.answer(made_up.event(made_up.root(made_up.organisation()), day=made_up.in_days(60)))
    deliver()
    made_up.confirm(attendance)
    sent = Effect.objects.get(subject=attendance.id)
    return Kept(sent.done_at, Effect.objects.filter(id=sent.id))


def sign_in_link() -> Kept:
    make_sign_in_link(account=made_up.account(made_up.root(made_up.organisation())))
    return Kept(SignInLink.objects.get().expires_at, SignInLink.objects.all())


def sign_in_code() -> Kept:
    ask_to_sign_in(email="nobody@example.org")
    return Kept(SignInCode.objects.get().expires_at, SignInCode.objects.all())


def signed_in() -> Kept:
    note_session(account=made_up.account(made_up.root(made_up.organisation())), key="k", device="Firefox, Android")
    return Kept(SignedIn.objects.get().ends_at, SignedIn.objects.all())


def invited() -> Kept:
    root = made_up.root(made_up.organisation())
    invite(
        made_up.actor(root, made_up.OWNER),
        group=root,
        email="bea@example.org",
        terms=made_up.Terms(role=made_up.VIEWER),
    )
    return Kept(Invitation.objects.get().expires_at, Invitation.objects.all())


def affiliation() -> Kept:
    made = made_up.allied(made_up.organisation(), made_up.organisation("others", "Others"))
    end_affiliation(SYSTEM, organisation=made.organisation, affiliation_id=made.id)
    return Kept(Affiliation.objects.get().ended_at, Affiliation.objects.all())


def ended_role() -> Kept:
    ends_at = now() + timedelta(hours=1)
    made_up.account(made_up.root(made_up.organisation()), ends_at=ends_at)
    return Kept(ends_at, Membership.objects.filter(ends_at=ends_at))


def guesses() -> Kept:
    count_guess("mailbox", "nobody@example.org")
    return Kept(Guesses.objects.get().last_at, Guesses.objects.all())


def carried() -> Kept:
    made_up.carried(made_up.draft(made_up.root(made_up.organisation())))
    return Kept(Carried.objects.get().created_at, Carried.objects.all())


def account() -> Kept:
    root = made_up.root(made_up.organisation())
    known = made_up.account(root)
    withdraw(SYSTEM, group=root, account_id=known.id)
    known.last_login = now() + timedelta(days=1)
    known.save()
    return Kept(known.last_login, Account.objects.filter(id=known.id))


def session() -> Kept:
    SessionStore().save()
    return Kept(Session.objects.get().expire_date, Session.objects.all())


def attendance() -> Kept:
    attendance = made_up.confirmed(made_up.event(made_up.root(made_up.organisation())))
    return Kept(attendance.event.closes_at, Attendance.objects.filter(id=attendance.id))


def unconfirmed_change() -> Kept:
    event = made_up.event(made_up.root(made_up.organisation()), day=made_up.in_days(60))
    made_up.confirmed(event)
    with time_machine.travel(now() + timedelta(minutes=11)):
        changed = made_up.answer(event, name="Augusta")
    return Kept(changed.mailed_at, Attendance.objects.filter(id=changed.id).exclude(pending=""))


def needs() -> Kept:
    event = made_up.event(made_up.root(made_up.organisation()))
    attendance = made_up.confirmed(event, needs="A seat, please")
    return Kept(event.closes_at, Attendance.objects.filter(id=attendance.id).exclude(needs=""))


def let_see() -> Kept:
    event, ally = made_up.event(made_up.root(made_up.organisation())), made_up.organisation("allies", "Allies")
    made_up.cohost(event, ally)
    made_up.confirmed(event, **{f"ally-{ally.id}": "yes"})
    return Kept(event.closes_at, Shared.objects.filter(organisation=ally))


def checked_off() -> Kept:
    event = made_up.event(made_up.root(made_up.organisation()), capacity=20)
    events.switch_door_list(SYSTEM, event=event, on=True)
    attendance = made_up.confirmed(event)
    attendance.event.refresh_from_db()
    check_off(SYSTEM, attendance=attendance, here=True)
    return Kept(event.closes_at, Attendance.objects.filter(id=attendance.id, attended=True))


def counted() -> Kept:
    event = made_up.event(made_up.root(made_up.organisation()))
    token = opened_token(event.id, token_for(event.id))
    form = {"people": "2", "token": str(token), "digest": code_digest(event.id, code_for(token))}
    assert not made_up.act("count", event.organisation_id, event.id, form)
    return Kept(event.closes_at, Counted.objects.filter(event=event))


def bloc_steward() -> Kept:
    root = made_up.root(made_up.organisation())
    bloc = made_up.bloc(root, made_up.event(root))
    return Kept(bloc.event.closes_at, Steward.objects.filter(bloc=bloc))


def contact_of_endorsement() -> Kept:
    event = made_up.event(made_up.root(made_up.organisation()), day=made_up.in_days(60))
    made = made_up.endorsement(f"/e/{event.slug}")
    return Kept(made.created_at, Endorsement.objects.exclude(contact_email=""))


def complaint() -> Kept:
    answered = answer_complaint(SYSTEM, complaint=made_up.complaint(made_up.organisation()), text="Done.")
    return Kept(answered.answered_at, Complaint.objects.all())


def counting_key() -> Kept:
    event = _held_together()
    return Kept(event.closes_at, EventKey.objects.filter(event=event))


def mark() -> Kept:
    event = _held_together()
    return Kept(event.closes_at, Mark.objects.filter(event=event))


def _held_together() -> Event:
    event, ally = made_up.event(made_up.root(made_up.organisation())), made_up.organisation("allies", "Allies")
    made_up.cohost(event, ally)
    made_up.confirmed(event, by=ally)
    return event


def merged() -> Kept:
    ours = made_up.organisation()
    people = [made_up.subscriber(ours, name) for name in ("Ada", "Augusta")]
    made = merge(SYSTEM, kept=people[0], away=people[1])
    return Kept(made.at, Merge.objects.filter(id=made.id))


SCENES: dict[str, Callable[[], Kept]] = {
    "intake.Entry": journal_entry,
    "intake.Entry.payload": journal_payload,
    "intake.Entry.via": journal_via,
    "intake.SetAside": set_aside,
    "intake.Touch": touched,
    "outbox.Effect": mail,
    "groups.SignInLink": sign_in_link,
    "groups.SignInCode": sign_in_code,
    "groups.Membership": ended_role,
    "groups.Invitation": invited,
    "groups.Approval": asked_for,
    "groups.RecoveryAddress": recovery_address,
    "groups.Affiliation": affiliation,
    "groups.SignedIn": signed_in,
    "groups.Guesses": guesses,
    "groups.Carried": carried,
    "groups.Account": account,
    "sessions.Session": session,
    "attendances.Attendance": attendance,
    "attendances.Attendance.pending": unconfirmed_change,
    "attendances.Attendance.needs": needs,
    "attendances.Attendance.attended": checked_off,
    "blocs.Steward": bloc_steward,
    "endorsements.Endorsement.contact_email": contact_of_endorsement,
    "attendances.Shared": let_see,
    "attendances.Counted": counted,
    "attendances.EventKey": counting_key,
    "attendances.Mark": mark,
    "people.Merge": merged,
    "people.Complaint": complaint,
}


def terms() -> dict[str, timedelta]:
    """Every term in the registry that ends, of a table or of one field of it."""
    of_tables = {table.model: table.term for table in privacy.tables()}
    of_fields = {
        f"{table.model}.{name}": one.term
        for table in privacy.tables()
        for name, one in table.fields.items()
        if one.term
    }
    return {name: term.after for name, term in (of_tables | of_fields).items() if term.after is not None}


def do_the_rounds() -> None:
    """All that the worker does, until nothing is left to do."""
    for each in rounds():
        while each.run():
            pass


def test_every_term_that_ends_is_tried_out() -> None:
    assert set(terms()) == set(SCENES)


@pytest.mark.parametrize("name", SCENES)
def test_a_minute_before_the_end_it_is_there_and_a_minute_after_it_is_gone(name: str) -> None:
    kept = SCENES[name]()
    ends = kept.since + terms()[name]
    with time_machine.travel(ends - A_MINUTE, tick=False):
        do_the_rounds()
        assert kept.is_there()
    with time_machine.travel(ends + A_MINUTE, tick=False):
        do_the_rounds()
        assert not kept.is_there()


def test_what_nobody_confirms_goes_after_48_hours_with_its_person() -> None:
    event = made_up.event(made_up.root(made_up.organisation()), day=made_up.in_days(60))
    answered = made_up.answer(event).created_at
    with time_machine.travel(answered + timedelta(hours=48) - A_MINUTE, tick=False):
        do_the_rounds()
        assert Person.objects.exists()
    with time_machine.travel(answered + timedelta(hours=48) + A_MINUTE, tick=False):
        do_the_rounds()
        assert not Attendance.objects.exists()
        assert not Person.objects.exists()
        assert not Effect.objects.exists()


def test_a_person_stays_after_the_event_only_by_a_consent_to_more() -> None:
    event = made_up.event(made_up.root(made_up.organisation()))
    made_up.confirmed(event, "ada@example.org")
    made_up.confirmed(event, "bo@example.org", boxes=("agree", "updates"))
    with time_machine.travel(event.closes_at + timedelta(days=30, minutes=1), tick=False):
        do_the_rounds()
        assert not Attendance.objects.exists()
        assert [person.email for person in Person.objects.all()] == ["bo@example.org"]


def test_a_kept_copy_goes_with_its_mail() -> None:
    kept = mail()
    sent = Effect.objects.get()
    copy = kept_path(sent.organisation_id, sent.id)
    assert copy.exists()
    with time_machine.travel(kept.since + timedelta(days=30, minutes=1), tick=False):
        do_the_rounds()
        assert not copy.exists()


def test_address_and_language_of_a_refused_answer_go_when_its_mail_is_sent() -> None:
    root = made_up.root(made_up.organisation())
    off = events.cancel(SYSTEM, event=made_up.event(root))
    form = {"name": "Ada", "email": "ada@example.org", "agree": "yes", "language": "en"}
    assert made_up.act("attend", root.organisation_id, off.id, form)
    kept = Effect.objects.values_list("address", "language")
    assert kept.get() == ("ada@example.org", "en")
    deliver()
    assert kept.get() == ("", "")


def test_every_round_comes_at_least_once_an_hour() -> None:
    """So nothing is kept longer than its term and an hour."""
    assert [each.name for each in rounds() if each.every > AN_HOUR] == []


def test_what_is_not_due_is_left_alone_by_the_worker() -> None:
    """The twin: without its round the term is only a promise."""
    kept = session()
    with time_machine.travel(kept.since + timedelta(days=1), tick=False):
        for each in rounds():
            if each.name != "forget old sign-ins":
                each.run()
        assert kept.is_there()
