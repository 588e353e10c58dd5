"""Writing down who was shown people: once in ten minutes for each reader and part of a list.

Each of these takes 1 query, and where it is the first time 1 more in a savepoint. The actor was let to them.
"""

from uuid import UUID

from groundswell.groups.access import Actor
from groundswell.ledger.operations import record_read
from groundswell.people.models import Import, Person, Segment
from groundswell.people.operations import ledger_name


def see_people(actor: Actor, *, organisation_id: UUID, people: int, part: str = "") -> None:
    """A part of the list of all whom they may see, or whom a search has found."""
    record_read(
        organisation_id=organisation_id, actor=actor.id, verb="people.see_people", people=people, part=part
    )


def see_person(actor: Actor, *, person: Person) -> None:
    """Somebody's own page. Who it was stays out of the ledger: it names nobody."""
    record_read(
        organisation_id=person.organisation_id,
        actor=actor.id,
        verb="people.see_person",
        people=1,
        part=ledger_name(person),
    )


def see_left_out(actor: Actor, *, brought: Import) -> None:
    """The rows of a file that were left out."""
    record_read(
        organisation_id=brought.organisation_id,
        actor=actor.id,
        verb="people.see_left_out",
        people=brought.left_out,
        object_id=brought.id,
    )


def see_segment(actor: Actor, *, segment: Segment, people: int, part: str = "") -> None:
    """Those whom a segment means, as a program gets them."""
    record_read(
        organisation_id=segment.organisation_id,
        actor=actor.id,
        verb="people.see_segment",
        people=people,
        object_id=segment.id,
        part=part,
    )


def see_complaints(actor: Actor, *, organisation_id: UUID, people: int, part: str = "") -> None:
    """A part of the complaints about data, or one of them."""
    record_read(
        organisation_id=organisation_id, actor=actor.id, verb="people.see_complaints", people=people, part=part
    )
