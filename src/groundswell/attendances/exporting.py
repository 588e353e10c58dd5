"""Taking the answers to an event out of the house, which is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from groundswell.attendances.queries import all_responses_to, confirmed_answers
from groundswell.events.models import CoHost, Event
from groundswell.groups.access import EXPORT, Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.ledger.operations import record


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
    """The confirmed answers to an event, the first one first; the ledger says who took how many (3 queries).

    What is not confirmed stays: nobody knows whose address it is, and it is erased after 48 hours.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may take its people out.
    """
    actor.require(EXPORT, event.group_id, event.id)
    return _export(actor, event, event.organisation_id)


@transaction.atomic
def export_own_answers(actor: Actor, *, cohost: CoHost) -> list[Exported]:
    """The same of a co-host's own people, as long as they are kept, also after it has left (3 queries).

    :raises NotFound: if the co-host's side is none of the actor's.
    :raises NotAllowed: unless the actor may take the people of its group out.
    """
    if cohost.group_id is None:
        raise NotFound
    actor.require(EXPORT, cohost.group_id)
    return _export(actor, cohost.event, cohost.organisation_id)


def _export(actor: Actor, event: Event, organisation_id: UUID) -> list[Exported]:
    if not actor.contact_data:
        raise NotAllowed
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
        for attendance in confirmed_answers(event, organisation_id).order_by("id").iterator(chunk_size=2000)
    ]
    record(
        organisation_id=organisation_id,
        actor=actor.id,
        verb="attendances.export",
        object_id=event.id,
        people=len(answers),
    )
    return answers
