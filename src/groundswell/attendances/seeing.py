"""Writing down who was shown a list of people: once in ten minutes for each reader, list and part of it.

Each of these takes 1 query, and where it is the first time 1 more in a savepoint. The actor was let to the event.
"""

from uuid import UUID

from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.ledger.operations import record_read


def see_answers(
    actor: Actor, *, event: Event, organisation_id: UUID | None = None, people: int, part: str = ""
) -> None:
    """Who is coming, may come, waits or has not confirmed, in the desk: the host's, or another organisation's."""
    _record(actor, event, "attendances.see_answers", people, part, organisation_id)


def see_found(actor: Actor, *, event: Event, organisation_id: UUID | None = None, people: int) -> None:
    """Whom a search has found, among the host's or another organisation's."""
    _record(actor, event, "attendances.see_found", people, organisation_id=organisation_id)


def see_shared(actor: Actor, *, event: Event, organisation_id: UUID, people: int, part: str = "") -> None:
    """Other organisations' people who allowed this one to see them."""
    _record(actor, event, "attendances.see_shared", people, part, organisation_id)


def see_door_list(actor: Actor, *, event: Event, people: int, part: str = "") -> None:
    """The list that checks people off at the door."""
    _record(actor, event, "attendances.see_door_list", people, part)


def see_help(
    actor: Actor, *, event: Event, organisation_id: UUID | None = None, people: int, part: str = ""
) -> None:
    """Who needs what, and who offers what, of the host's or another organisation's people."""
    _record(actor, event, "attendances.see_help", people, part, organisation_id)


def see_assigned(actor: Actor, *, event: Event, people: int) -> None:
    """Those who were assigned to a volunteer, with their addresses."""
    _record(actor, event, "attendances.see_assigned", people)


def see_passengers(actor: Actor, *, event: Event, organisation_id: UUID, people: int) -> None:
    """Who of an organisation's is on which coach."""
    _record(actor, event, "attendances.see_passengers", people, organisation_id=organisation_id)


def see_by_program(actor: Actor, *, event: Event, people: int, part: str = "") -> None:
    """The answers as a program gets them."""
    _record(actor, event, "attendances.see_by_program", people, part)


def _record(
    actor: Actor, event: Event, verb: str, people: int, part: str = "", organisation_id: UUID | None = None
) -> None:
    record_read(
        organisation_id=organisation_id or event.organisation_id,
        actor=actor.id,
        verb=verb,
        people=people,
        object_id=event.id,
        part=part,
    )
