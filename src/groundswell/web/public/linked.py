"""What machines read of an event's page: schema.org's words for it, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from groundswell.blocs.words import gathers_iso, state
from groundswell.events.near import point_of
from groundswell.events.words import place, when
from groundswell.web.public import shown

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc
    from groundswell.events.models import Event, Speaker

SCHEMA = "https://schema.org"
ESCAPES = {ord(letter): f"\\u{ord(letter):04X}" for letter in "<>&\u2028\u2029"}


def linked_data(event: Event, speakers: Sequence[Speaker], images: Sequence[str]) -> SafeString:
    """An event as the inside of a data block (0 queries).

    Nothing in it can end the block, and no browser runs what is in one: the policy of the pages does not touch it.
    """
    text = json.dumps(_described(event, speakers, images), ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 (escaped just here)


def _described(event: Event, speakers: Sequence[Speaker], images: Sequence[str]) -> dict[str, object]:
    said = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": event.title,
        "description": event.text,
        "url": shown.event_url(event.slug),
        "startDate": when(event).iso,
        "endDate": event.closes_at.astimezone(ZoneInfo(event.zone)).isoformat() if event.ends else "",
        "eventStatus": _status(event),
        "previousStartDate": event.former.get("day", ""),
        "eventAttendanceMode": _mode(event),
        "location": _locations(event),
        "organizer": _called(event.organisation.name, reverse("group", args=[event.group.slug]), "Organization"),
        "performer": [{"@type": "Person", "name": speaker.name} for speaker in speakers],
        "maximumAttendeeCapacity": event.capacity,
        "image": list(images),
    }
    return {name: value for name, value in said.items() if value}


def _called(name: str, path: str, kind: str) -> dict[str, str]:
    return {"@type": kind, "name": name, "url": settings.PUBLIC_URL + path}


def _status(event: Event) -> str:
    if event.status == "cancelled":
        return f"{SCHEMA}/EventCancelled"
    return f"{SCHEMA}/{'EventRescheduled' if 'day' in event.former else 'EventScheduled'}"


def _mode(event: Event) -> str:
    if not event.online_url:
        return f"{SCHEMA}/OfflineEventAttendanceMode"
    return f"{SCHEMA}/{'MixedEventAttendanceMode' if place(event).known else 'OnlineEventAttendanceMode'}"


def _locations(event: Event) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if place(event).known:
        found.append(_place(event))
    if event.online_url:
        # The link itself is for those who are coming; its page is where one becomes one of them.
        found.append({"@type": "VirtualLocation", "url": shown.event_url(event.slug)})
    return found


def _place(event: Event) -> dict[str, object]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": event.venue_address,
        "postalCode": event.venue_postcode,
    }
    found: dict[str, object] = {
        "@type": "Place",
        "name": place(event).name,
        "address": {name: value for name, value in address.items() if value},
    }
    point = point_of(event)
    if point is not None:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}
    return found


def linked_bloc(bloc: Bloc, callers: Sequence[shown.Link], images: Sequence[str]) -> SafeString:
    """A bloc as an event inside of its event, as the inside of a data block (0 queries)."""
    said = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": bloc.name,
        "description": bloc.text,
        "url": shown.bloc_url(bloc.slug),
        "startDate": gathers_iso(bloc),
        "eventStatus": f"{SCHEMA}/EventCancelled" if state(bloc) == "cancelled" else _status(bloc.event),
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": _gathering(bloc),
        "organizer": [_called(one.name, one.url, "Organization") for one in callers],
        "superEvent": {"@type": "Event", "name": bloc.event.title, "url": shown.event_url(bloc.event.slug)},
        "image": list(images),
    }
    text = json.dumps(
        {name: value for name, value in said.items() if value}, ensure_ascii=False, separators=(",", ":")
    )
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 (escaped just here)


def _gathering(bloc: Bloc) -> dict[str, object]:
    if not bloc.landmark:
        return _place(bloc.event) if place(bloc.event).known else {}
    found: dict[str, object] = {"@type": "Place", "name": bloc.landmark}
    if bloc.latitude is not None:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": bloc.latitude, "longitude": bloc.longitude}
    return found
