"""Complaints about how data is handled: each is taken down, acknowledged within 30 days, looked into, answered.

The Data Protection Act 2018 asks for it in section 164A, in force since 19 June 2026: a way to complain, an
acknowledgement within 30 days, an answer without undue delay. Decision 0060 says how this is done here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.groups.access import CONTACT, Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.groups.models import Organisation
from groundswell.intake.kinds import Action, Form, Invalid, Refused
from groundswell.kit.clock import now
from groundswell.kit.text import bounded, mailbox, mailbox_key, one_line, paragraphs
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.outbox.queries import delivered
from groundswell.people.access import require_everybody
from groundswell.people.errors import ComplaintChanged
from groundswell.people.models import Complaint, Person

TO_ACKNOWLEDGE = timedelta(days=30)
"""So long an organisation has to say that it has a complaint; counted from the day after it came."""

KEPT = timedelta(days=2 * 365)
"""So long a complaint is kept after it was answered."""

LONGEST = 4000

WAYS = [(str(way), way.label) for way in Complaint.Way if way != Complaint.Way.PAGE]
"""How else one comes than by our own page, each way with its label."""

RECEIVED, ANSWERED = "people.complaint_received", "people.complaint_answered"


class Words(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody wrote; who they are where no link says it."""

    text: str
    name: str = ""
    email: str = ""
    language: str = ""


def parse_by_link(form: Form) -> bytes:
    """Read a complaint of somebody whom a link of theirs names."""
    errors: dict[str, str] = {}
    return _packed(Words(text=_text(form, errors), language=form.get("language", "")[:12]), errors)


def parse_by_page(form: Form) -> bytes:
    """Read a complaint of somebody who says who they are."""
    errors: dict[str, str] = {}
    words = Words(
        text=_text(form, errors),
        name=_name(form.get("name", ""), errors),
        email=_address(form.get("email", ""), errors),
        language=form.get("language", "")[:12],
    )
    return _packed(words, errors)


def _packed(words: Words, errors: Mapping[str, str]) -> bytes:
    if errors:
        raise Invalid(errors)
    return msgspec.json.encode(words)


def _text(form: Form, errors: dict[str, str]) -> str:
    return _words("text", form.get("text", ""), _("Write what is wrong, in your own words."), errors)


def _words(name: str, typed: str, missing: str, errors: dict[str, str]) -> str:
    words = bounded(name, typed, LONGEST, paragraphs, errors)
    if not words:
        errors.setdefault(name, missing)
    return words


def _name(typed: str, errors: dict[str, str]) -> str:
    return bounded("name", typed, 120, one_line, errors)


def _address(typed: str, errors: dict[str, str]) -> str:
    return bounded("email", typed, 254, mailbox, errors)


@transaction.atomic
def take_complaints(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Take complaints down, each with a mail that says so; the subject is the person, or else the organisation.

    Refuses (NotFound) who is not known any more. Queries: 3, and 1 for each.
    """
    own = Person.objects.filter(organisation_id=organisation_id)
    people = own.in_bulk({action.subject for action in actions})
    known = [action for action in actions if action.subject == organisation_id or action.subject in people]
    taken = [_taken(organisation_id, action, people.get(action.subject)) for action in known]
    Complaint.objects.bulk_create(taken)
    patience = {action.id: timedelta(seconds=action.patience) for action in known}
    outbox.enqueue(_mail(one, RECEIVED, one.received_at + patience[one.id]) for one in taken)
    for one in taken:
        record(organisation_id=organisation_id, actor=None, verb="people.complain", object_id=one.id)
    return [Refused.because(action, NotFound) for action in actions if action not in known]


def _taken(organisation_id: UUID, action: Action, person: Person | None) -> Complaint:
    words = msgspec.json.decode(action.payload, type=Words)
    email = person.email if person else words.email
    return Complaint(
        id=action.id,
        organisation_id=organisation_id,
        person=person,
        name=person.name if person else words.name,
        email=email,
        email_key=mailbox_key(email),
        language=words.language,
        text=words.text,
        received_at=action.received_at,
    )


def _mail(complaint: Complaint, kind: str, due_at: datetime) -> outbox.Draft:
    return outbox.Draft(
        kind=kind,
        organisation_id=complaint.organisation_id,
        subject=complaint.id,
        email=complaint.email,
        language=complaint.language,
        due_at=due_at,
    )


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A complaint that came some other way, as somebody here writes it down."""

    text: str
    way: str
    received_on: date | None
    name: str = ""
    email: str = ""


@transaction.atomic
def enter_complaint(actor: Actor, *, organisation: Organisation, brought: Brought) -> Complaint:
    """Write down a complaint that came by letter, telephone or mail (3 queries, 4 with an address).

    Where it has an address, a mail there acknowledges it.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless they see all of its people with their addresses.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    require_everybody(actor, organisation, CONTACT)
    made = Complaint(organisation=organisation, language=organisation.offered[0], **_checked(brought))
    made.save(force_insert=True)
    if made.email:
        outbox.enqueue([_mail(made, RECEIVED, now())])
    _record(actor, made, "people.enter_complaint")
    return made


def _checked(brought: Brought) -> dict[str, object]:
    errors: dict[str, str] = {}
    today = now().date()
    email = _address(brought.email, errors) if brought.email.strip() else ""
    values: dict[str, object] = {
        "text": _text({"text": brought.text}, errors),
        "name": _name(brought.name, errors),
        "email": email,
        "email_key": mailbox_key(email),
        "way": brought.way,
    }
    if brought.way not in Complaint.Way:
        errors["way"] = _("Choose how it came.")
    if not brought.received_on or not date(2018, 5, 25) <= brought.received_on <= today:
        errors["received_on"] = _("Enter the day on which it came, today at the latest.")
    elif brought.received_on != today:
        values["received_at"] = datetime.combine(brought.received_on, time(12), UTC)
    if errors:
        raise InvalidFields(errors)
    return values


@transaction.atomic
def acknowledge(actor: Actor, *, complaint: Complaint) -> None:
    """Say that whoever complained was told otherwise than by our mail that it is here (3 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they see all of the organisation's people with their addresses.
    :raises ComplaintChanged: if it is acknowledged.
    """
    require_everybody(actor, complaint.organisation, CONTACT)
    unacknowledged = Complaint.objects.filter(id=complaint.id, acknowledged_at=None)
    if not unacknowledged.update(acknowledged_at=now()):
        raise ComplaintChanged
    _record(actor, complaint, "people.acknowledge_complaint")


@transaction.atomic
def answer_complaint(actor: Actor, *, complaint: Complaint, text: str) -> Complaint:
    """Say what came of a complaint, by mail where it has an address; it is closed then (4 queries at most).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless they see all of the organisation's people with their addresses.
    :raises InvalidFields: without words, or with too many.
    :raises ComplaintChanged: if it is answered.
    """
    require_everybody(actor, complaint.organisation, CONTACT)
    words = _answer(text)
    open_ones = Complaint.objects.filter(id=complaint.id, answered_at=None)
    complaint.answered_at = now()
    complaint.acknowledged_at = complaint.acknowledged_at or complaint.answered_at
    complaint.answer = words
    changed = {"answer": words, "answered_at": complaint.answered_at, "acknowledged_at": complaint.acknowledged_at}
    if not open_ones.update(**changed):
        raise ComplaintChanged
    if complaint.email:
        outbox.enqueue([_mail(complaint, ANSWERED, now())])
    _record(actor, complaint, "people.answer_complaint")
    return complaint


def _answer(typed: str) -> str:
    errors: dict[str, str] = {}
    words = _words("answer", typed, _("Write what you found, and what you have done about it."), errors)
    if errors:
        raise InvalidFields(errors)
    return words


def _record(actor: Actor, complaint: Complaint, verb: str) -> None:
    record(organisation_id=complaint.organisation_id, actor=actor.id, verb=verb, object_id=complaint.id)


def due_on(complaint: Complaint) -> date:
    """The day by which whoever complained must know that it is here (0 queries)."""
    return (complaint.received_at + TO_ACKNOWLEDGE).date()


def note_acknowledged() -> int:
    """Note the complaints whose mail was handed over; returns how many (2 queries, and 1 for each)."""
    waiting = Complaint.objects.filter(acknowledged_at=None).exclude(email="").order_by("-received_at")
    told = delivered(RECEIVED, waiting.values_list("id", flat=True)[:500])
    for complaint, at in told.items():
        Complaint.objects.filter(id=complaint, acknowledged_at=None).update(acknowledged_at=at)
    return len(told)


def forget_old_complaints() -> int:
    """Delete those that were answered two years ago; returns how many (1 query)."""
    return Complaint.objects.filter(answered_at__lte=now() - KEPT).delete()[0]


def complaints_waiting(organisations: Iterable[UUID]) -> int:
    """How many complaints to these organisations nobody has answered yet (1 query)."""
    return Complaint.objects.filter(organisation_id__in=list(organisations), answered_at=None).count()
