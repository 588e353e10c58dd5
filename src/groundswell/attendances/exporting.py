"""Taking the answers to an event out of the house, which is written down; of more than fifty by two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from groundswell.attendances.models import Attendance
from groundswell.attendances.queries import all_responses_to, confirmed_answers
from groundswell.events.models import CoHost, Event
from groundswell.events.queries import questions_of
from groundswell.groups.access import EXPORT, Actor
from groundswell.groups.approvals import MANY, Content, ask, spend
from groundswell.groups.errors import NotAllowed, NotFound, SecondPersonNeeded
from groundswell.groups.models import Approval
from groundswell.ledger.operations import record

EXPORT_OF_MANY = "attendances.export"
"""What a second person agrees to."""


@dataclass(frozen=True)
class Exported:
    """One confirmed answer; ``responses`` is what it says to the event's own questions, by their ids."""

    name: str
    email: str
    guests: int
    sector: str
    via: str
    answered_at: datetime
    confirmed_at: datetime | None
    responses: Mapping[UUID, str]


@transaction.atomic
def export_answers(actor: Actor, *, event: Event) -> list[Exported]:
    """The confirmed answers to an event, the first one first; the ledger says who took how many (4 queries).

    What is not confirmed stays: nobody knows whose address it is, and it is erased after 48 hours.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may take its people out.
    :raises SecondPersonNeeded: if more than fifty people are in it; see :func:`ask_to_export`.
    """
    _require(actor, event)
    return _export_few(actor, event, event.organisation_id)


@transaction.atomic
def export_own_answers(actor: Actor, *, cohost: CoHost) -> list[Exported]:
    """The same of a co-host's own people, as long as they are kept, also after it has left (4 queries).

    :raises NotFound: if the co-host's side is none of the actor's.
    :raises NotAllowed: unless the actor may take the people of its group out.
    :raises SecondPersonNeeded: if more than fifty people are in it; see :func:`ask_to_export_own`.
    """
    _require_own(actor, cohost.group_id)
    return _export_few(actor, cohost.event, cohost.organisation_id)


def ask_to_export(actor: Actor, *, event: Event) -> Approval:
    """Ask for all who have confirmed by now; who confirms later is not in it.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may take its people out.
    """
    _require(actor, event)
    return ask(actor, kind=EXPORT_OF_MANY, group=event.group, subject=event.id, title=event.title)


def ask_to_export_own(actor: Actor, *, cohost: CoHost) -> Approval:
    """The same of a co-host's own people.

    :raises NotFound: if the co-host's side is none of the actor's.
    :raises NotAllowed: unless the actor may take the people of its group out.
    """
    if cohost.group is None:
        raise NotFound
    _require_own(actor, cohost.group_id)
    event = cohost.event
    return ask(actor, kind=EXPORT_OF_MANY, group=cohost.group, subject=event.id, title=event.title)


@transaction.atomic
def export_approved(actor: Actor, *, approval: Approval) -> tuple[Event, list[Exported]]:
    """The event and exactly those answers to which a second person agreed, once.

    :raises NotFound: unless the actor asked for it, and the event is still theirs.
    :raises NotAllowed: unless the actor may still take its people out.
    :raises ApprovalRefused: if it cannot be used, each reason by its own name; see
        :func:`groundswell.groups.approvals.spend`.
    """
    event = _event_of(approval)
    if approval.organisation_id == event.organisation_id:
        _require(actor, event)
    else:
        _require_own(actor, approval.group_id)
    spent = spend(actor, approval=approval, kind=EXPORT_OF_MANY)
    return event, _take(actor, event, spent.organisation_id, _asked_for(event, spent))


def in_an_export(approval: Approval) -> Content:
    """Who is in an export that was asked for, and which facts of theirs (3 queries)."""
    event = _event_of(approval)
    columns = [*Exported.__dataclass_fields__, *(f"{one.id} {one.text}" for one in questions_of(event.id))]
    answers = _asked_for(event, approval)
    return Content(people=list(answers.values_list("id", flat=True)), parts=columns)


def export_in_words(approval: Approval) -> str:
    """What somebody asks for who wants people as a file (0 queries)."""
    return gettext("Take out the names and addresses of those who are coming to “%(title)s” as a file") % {
        "title": approval.title
    }


def _event_of(approval: Approval) -> Event:
    found = Event.objects.filter(id=approval.subject).first()
    if found is None:
        raise NotFound
    return found


def _asked_for(event: Event, approval: Approval) -> QuerySet[Attendance]:
    """Whoever confirms later changes nothing about what was asked for."""
    return confirmed_answers(event, approval.organisation_id).filter(confirmed_at__lte=approval.asked_at)


def _require(actor: Actor, event: Event) -> None:
    actor.require(EXPORT, event.group_id, event.id)
    if not actor.contact_data:
        raise NotAllowed


def _require_own(actor: Actor, group_id: UUID | None) -> None:
    if group_id is None:
        raise NotFound
    actor.require(EXPORT, group_id)
    if not actor.contact_data:
        raise NotAllowed


def _export_few(actor: Actor, event: Event, organisation_id: UUID) -> list[Exported]:
    answers = confirmed_answers(event, organisation_id)
    if not actor.everything and answers.count() > MANY:
        raise SecondPersonNeeded
    return _take(actor, event, organisation_id, answers)


def _take(actor: Actor, event: Event, organisation_id: UUID, which: QuerySet[Attendance]) -> list[Exported]:
    responses = all_responses_to(event, organisation_id)
    answers = [
        Exported(
            name=attendance.person.name,
            email=attendance.person.email,
            guests=attendance.guests,
            sector=attendance.person.sector,
            via=attendance.via,
            answered_at=attendance.created_at,
            confirmed_at=attendance.confirmed_at,
            responses=responses.get(attendance.id, {}),
        )
        for attendance in which.order_by("id").iterator(chunk_size=2000)
    ]
    record(
        organisation_id=organisation_id,
        actor=actor.id,
        verb="attendances.export",
        object_id=event.id,
        people=len(answers),
    )
    return answers
