"""Which events are near a postcode: worked out here, from a table that is shipped."""

from collections.abc import Iterable
from dataclasses import dataclass

from groundswell.events.models import Event
from groundswell.kit.places import KM_PER_MILE, Point, distance_km, locate, sector


@dataclass(frozen=True)
class Near:
    """An event, and how far it is as the crow flies; None where nobody knows where it is."""

    event: Event
    miles: float | None


def point_of(event: Event) -> Point | None:
    """Where an event is: its own co-ordinates, else the middle of its postcode's sector (0 queries)."""
    if event.latitude is not None and event.longitude is not None:
        return Point(event.latitude, event.longitude)
    return locate(sector(event.venue_postcode)) if event.venue_postcode else None


def nearest(events: Iterable[Event], here: Point) -> list[Near]:
    """Events by their distance, those whose place is not known at the end in the order of time (0 queries)."""
    measured = [Near(event, _miles(event, here)) for event in events]
    return sorted(measured, key=lambda one: (one.miles is None, one.miles or 0.0, one.event.opens_at))


def _miles(event: Event, here: Point) -> float | None:
    there = point_of(event)
    return None if there is None else distance_km(here, there) / KM_PER_MILE
