"""The blocks of segments that say where people live by an event."""

from typing import ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groundswell.events.models import Event, Status
from groundswell.events.near import point_of
from groundswell.people.blocks import Distance, Unit, how_far, within
from groundswell.people.segments import Block


def known_event(organisation_id: UUID | None, event_id: UUID) -> Event | None:
    """The event, where it is the organisation's or has a page that anybody may see (1 query)."""
    seen = Q(organisation_id=organisation_id) | ~Q(status=Status.DRAFT)
    return Event.objects.filter(seen, id=event_id).first() if organisation_id else None


def title_of(organisation_id: UUID | None, event_id: UUID) -> str:
    """What the event is called in a sentence, in quotes; "an event" where they may not know (1 query)."""
    event = known_event(organisation_id, event_id)
    return gettext("“%(title)s”") % {"title": event.title} if event else gettext("an event")


class NearEvent(Block, frozen=True, kw_only=True, tag="near_event"):
    """Who lives at most so far from an event, wherever it moves to."""

    label: ClassVar = _("live near an event")
    event: UUID
    distance: Distance
    unit: Unit = "miles"

    def where(self, organisation_id: UUID) -> Q:
        """By the area and where the event is now (1 query)."""
        event = known_event(organisation_id, self.event)
        return within(point_of(event) if event else None, self.distance, self.unit)

    def words(self, organisation_id: UUID | None) -> str:
        """How far, and from which event (1 query)."""
        said = {
            "distance": how_far(self.distance, self.unit),
            "place": title_of(organisation_id, self.event),
        }
        return gettext("live within %(distance)s of %(place)s") % said
