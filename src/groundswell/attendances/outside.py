"""Allies without an organisation in this installation: how many people they say that they bring to an event."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.attendances.models import Outside
from groundswell.events.models import Event
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.kit.text import bounded, one_line
from groundswell.ledger.operations import record

MOST_PEOPLE = 1_000_000
MOST_ALLIES = 30


@transaction.atomic
def write_outside(actor: Actor, *, event: Event, name: str, people: int | None) -> Outside:
    """Write down how many people an ally says that it brings; the same name replaces what was said (4 queries).

    ``people`` is None where what was typed is no number.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises InvalidFields: at ``ally`` and ``ally_people``.
    """
    actor.require(ORGANISER, event.group_id, event.id)
    errors: dict[str, str] = {}
    ally = bounded("ally", name, 140, one_line, errors)
    if not ally:
        errors.setdefault("ally", _("Write what the ally is called."))
    if people is None or not 1 <= people <= MOST_PEOPLE:
        errors["ally_people"] = _("Enter how many people they say, from 1 on.")
    others = Outside.objects.filter(event=event).exclude(name=ally)
    if others.count() >= MOST_ALLIES:
        errors["ally"] = _("At most %(most)s allies can be written down.") % {"most": MOST_ALLIES}
    if errors or people is None:
        raise InvalidFields(errors)
    written, _made = Outside.objects.update_or_create(
        event=event, name=ally, defaults={"people": people, "organisation_id": event.organisation_id}
    )
    _record(actor, event, "attendances.write_outside")
    return written


@transaction.atomic
def drop_outside(actor: Actor, *, event: Event, outside_id: UUID | None) -> None:
    """Take an ally's figure off again (2 queries).

    :raises NotFound: if the event is none of the actor's, or has no such ally.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    actor.require(ORGANISER, event.group_id, event.id)
    if outside_id is None or not Outside.objects.filter(event=event, id=outside_id).delete()[0]:
        raise NotFound
    _record(actor, event, "attendances.drop_outside")


def outside_of(event: Event) -> Sequence[Outside]:
    """The allies outside of an event that the actor was let to, by name (1 query)."""
    return list(Outside.objects.filter(event=event).order_by("name"))


def _record(actor: Actor, event: Event, verb: str) -> None:
    record(organisation_id=event.organisation_id, actor=actor.id, verb=verb, object_id=event.id)
