"""A bloc as its public page and its sheets show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from groundswell.attendances.coaches import FEW, left_of
from groundswell.blocs.queries import Standing, callers_of, pick_ups_of, standing_of
from groundswell.blocs.words import gathers, state, told, walks
from groundswell.events.near import point_of
from groundswell.events.words import When, clock, when
from groundswell.kit.grid import grid_reference
from groundswell.kit.places import Point
from groundswell.web.public import shown
from groundswell.web.public.facts import Spot
from groundswell.web.spots import Beside, spot

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc
    from groundswell.events.models import Event


@dataclass(frozen=True)
class Stop:
    """Where a coach takes people up, when, and whether of its seats "some", "few" or "none" are left."""

    where: str
    leaves: str
    seats: int
    note: str
    left: str
    id: str


@dataclass(frozen=True)
class Around:
    """The event around a bloc; ``held`` is whoever holds it elsewhere, with their page, or None."""

    title: str
    url: str
    host: str
    held: shown.Link | None
    when: When


class BlocFacts(TypedDict):
    """All that a bloc's page says."""

    name: str
    url: str
    state: str
    told: list[str]
    callers: list[shown.Link]
    around: Around
    gathers: str
    landmark: str
    route: str
    spot: Spot | None
    map: SafeString
    text_html: SafeString
    bring: str
    stops: list[Stop]
    dispersal: str
    standing: Standing | None
    walks: str


def bloc_facts(found: Bloc) -> BlocFacts:
    """All that a bloc's page says (4 queries at most)."""
    point = _point(found)
    standing = standing_of(found)
    return {
        "name": found.name,
        "url": shown.bloc_url(found.slug),
        "state": state(found),
        "told": told(found),
        "callers": _callers(found),
        "around": _around(found.event),
        "gathers": gathers(found),
        "landmark": found.landmark,
        "route": found.route,
        "spot": _spot(point),
        "map": _map(found, point),
        "text_html": shown.prose(found.text),
        "bring": found.bring,
        "stops": _stops(found),
        "dispersal": found.dispersal,
        "standing": standing,
        "walks": walks(standing, found),
    }


def _callers(found: Bloc) -> list[shown.Link]:
    return [
        shown.Link(one.organisation.name, reverse("group", args=[one.group.slug])) for one in callers_of(found.id)
    ]


def _around(event: Event) -> Around:
    held = getattr(event, "elsewhere", None)
    return Around(
        title=event.title,
        url=reverse("event", args=[event.slug]),
        host=held.host if held else event.organisation.name,
        held=shown.Link(held.host, held.url) if held else None,
        when=when(event),
    )


def _point(found: Bloc) -> Point | None:
    if found.latitude is None or found.longitude is None:
        return None
    return Point(found.latitude, found.longitude)


def _spot(point: Point | None) -> Spot | None:
    if point is None:
        return None
    return Spot(f"{point.latitude:.5f}", f"{point.longitude:.5f}", grid_reference(point))


def _map(found: Bloc, point: Point | None) -> SafeString:
    """Where to stand, and where the event itself is if that is near."""
    if point is None:
        return SafeString("")
    there = point_of(found.event)
    name = found.event.venue_name or found.event.title
    beside = [Beside(there, name)] if there is not None and there != point else []
    label = _("Map of two kilometres around the place where the bloc gathers, on the National Grid")
    return spot(point, label, beside)


def _stops(found: Bloc) -> list[Stop]:
    pick_ups = pick_ups_of(found.id)
    left = left_of(pick_ups)
    return [
        Stop(
            one.where,
            clock(one.leaves) if one.leaves else "",
            one.seats,
            one.note,
            in_words(left[one.id]),
            str(one.id),
        )
        for one in pick_ups
    ]


def in_words(seats: int) -> str:
    """Whether seats are left: a figure would tell callers of each other's people (0 queries)."""
    return "none" if seats == 0 else "few" if seats < FEW else "some"
