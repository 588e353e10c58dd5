"""The only way to an event in the back office."""

from uuid import UUID

from groundswell.events.models import Event
from groundswell.groups.access import VIEWER, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Membership


def event_for(actor: Actor, event_id: UUID, role: Membership.Role = VIEWER) -> Event:
    """The event, for an actor with the role in its group (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    event = Event.objects.select_related("organisation", "group", "campaign").filter(id=event_id).first()
    if event is None:
        raise NotFound
    actor.require(role, event.group_id)
    return event
