"""An event as its public page shows it: the same for the page itself, for its cards and for a preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.urls import reverse
from django.utils.safestring import SafeString

from groundswell.blocs.queries import first_in, is_elsewhere
from groundswell.discussions.queries import question_at
from groundswell.events.near import point_of
from groundswell.events.queries import announced_speakers, how_many_in, picture_of
from groundswell.events.words import Access, Place, When, access, audience, changes, place, when
from groundswell.kit.grid import grid_reference
from groundswell.web.public import shown

if TYPE_CHECKING:
    from groundswell.events.models import Event, Speaker


@dataclass(frozen=True)
class Spot:
    """Where a place without a postcode is: degrees to five figures (a metre), and the paper map's square."""

    latitude: str
    longitude: str
    grid: str


@dataclass(frozen=True)
class Many:
    """A series with its page, and how many events it has."""

    name: str
    url: str
    number: int


@dataclass(frozen=True)
class Shot:
    """A picture with its address; its size keeps the page from jumping while it loads."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Contingent:
    """A bloc of the event with its page, and who founded it; ``number`` is its place in the march, or 0."""

    name: str
    url: str
    organisation_name: str
    number: int


@dataclass(frozen=True)
class Blocs:
    """Some of the blocs in an event, and where all of them are, where there are more."""

    first: list[Contingent]
    url: str


class Headline(TypedDict):
    """What stands on an event's poster."""

    title: str
    kind_label: str
    url: str
    when: When
    place: Place
    status: str
    organisation_name: str


class Facts(Headline):
    """What stands below it as well."""

    text_html: SafeString
    coming: int
    group: shown.Link
    campaign: str
    changes: list[str]
    programme: list[Speaker]
    access: list[Access]
    audience: str
    picture: Shot | None
    spot: Spot | None
    calendar: str
    series: Many | None
    contact_name: str
    contact_how: str
    blocs: Blocs
    held: shown.Link | None
    question: shown.Link | None


def headline(event: Event) -> Headline:
    """What stands on an event's poster (0 queries)."""
    return {
        "title": event.title,
        "kind_label": event.get_kind_display(),
        "url": shown.event_url(event.slug),
        "when": when(event),
        "place": place(event),
        "status": event.status,
        "organisation_name": event.organisation.name,
    }


def facts(event: Event, people: int) -> Facts:
    """All that an event's page says (4 queries, 1 more in a series or for a discussion).

    ``people`` is how many are coming.
    """
    return {
        **headline(event),
        "text_html": shown.prose(event.text),
        "coming": people if event.count_shown else 0,
        "group": shown.Link(event.group.name, reverse("group", args=[event.group.slug])),
        "campaign": event.campaign.name if event.campaign else "",
        "changes": changes(event) if event.status == "published" else [],
        "programme": announced_speakers(event.id),
        "access": access(event),
        "audience": audience(event),
        "picture": _picture(event),
        "spot": _spot(event),
        "series": _series(event),
        "calendar": reverse("event-calendar", args=[event.slug]),
        "contact_name": event.contact_name,
        "contact_how": event.contact_how,
        "blocs": _blocs(event),
        "held": _held(event),
        "question": _question(event),
    }


SOME = 12
"""Blocs on an event's own page: a march of two hundred has a page of its own."""


def _blocs(event: Event) -> Blocs:
    found = first_in(event.id, SOME + 1)
    # What has a place comes first: so its place among these is its number.
    first = [
        Contingent(
            one.name,
            reverse("bloc", args=[one.slug]),
            one.organisation.name,
            number if one.position is not None else 0,
        )
        for number, one in enumerate(found[:SOME], start=1)
    ]
    return Blocs(first, reverse("march", args=[event.slug]) if len(found) > SOME else "")


def _held(event: Event) -> shown.Link | None:
    elsewhere = is_elsewhere(event.id)
    return shown.Link(elsewhere.host, elsewhere.url) if elsewhere else None


def _question(event: Event) -> shown.Link | None:
    found = question_at(event.id) if event.kind == "discussion" else None
    return shown.Link(found.question, reverse("discussion", args=[found.slug])) if found else None


def _picture(event: Event) -> Shot | None:
    found = picture_of(event.id)
    if found is None:
        return None
    return Shot(reverse("picture", args=[found.id]), found.alt, found.width, found.height)


def _series(event: Event) -> Many | None:
    if event.series is None:
        return None
    number = how_many_in(event.series.id)
    return Many(event.series.title, reverse("series", args=[event.series.slug]), number) if number > 1 else None


def _spot(event: Event) -> Spot | None:
    point = point_of(event)
    if event.venue_postcode or point is None:
        return None
    return Spot(f"{point.latitude:.5f}", f"{point.longitude:.5f}", grid_reference(point))
