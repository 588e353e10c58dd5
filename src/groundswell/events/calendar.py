"""Events as an iCalendar file (RFC 5545), for the calendar on somebody's phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from groundswell import __version__
from groundswell.events.models import Event, Status
from groundswell.events.words import place
from groundswell.kit.clock import now

if TYPE_CHECKING:
    from icalendar import Event as Entry

AGAIN_AFTER = timedelta(hours=1)
"""After what time a calendar that subscribes should look again."""


def calendar(event: Event, url: str = "") -> bytes:
    """One event as a file (0 queries); ``url`` is the whole address of a page of it other than its host's."""
    return feed([event], urls={event.id: url} if url else {})


def feed(events: Sequence[Event], name: str = "", urls: Mapping[UUID, str] = MappingProxyType({})) -> bytes:
    """Events with their organisations as one file (0 queries); with a name it is meant to be subscribed to.

    An event without a time lasts the whole day. Its UID never changes, its SEQUENCE rises with every change, and a
    cancelled one stays in and says so: only then does a calendar take it away.
    """
    # Only here: it takes a tenth of the time that a process needs to start, and most never write one.
    from icalendar import Calendar

    file = Calendar()
    file.add("prodid", f"-//Groundswell//{__version__}//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    if name:
        # RFC 7986, and what programs understood before it.
        file.add("name", name)
        file.add("x-wr-calname", name)
        file.add("refresh-interval", AGAIN_AFTER, parameters={"value": "DURATION"})
        file.add("x-published-ttl", "PT1H")
    for event in events:
        url = urls.get(event.id) or settings.PUBLIC_URL + reverse("event", args=[event.slug])
        file.add_component(_entry(event, url))
    years = sorted(event.day.year for event in events) or [now().year]
    # From 1970 on, a zone is long, and London begins with a "standard" summer time that python-dateutil believes.
    file.add_missing_timezones(date(years[0] - 1, 1, 1), date(years[-1] + 1, 12, 31))
    written: bytes = file.to_ical()
    return written


def _entry(event: Event, url: str) -> Entry:
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", f"{event.id}@groundswell")
    entry.add("sequence", event.version)
    entry.add("dtstamp", event.published_at or event.created_at)
    entry.add("summary", event.title)
    entry.add("status", "CANCELLED" if event.status == Status.CANCELLED else "CONFIRMED")
    entry.add("url", url)
    entry.add("location", _location(event))
    if event.latitude is not None and event.longitude is not None:
        entry.add("geo", (event.latitude, event.longitude))
    _add_organiser(entry, event)
    # Some calendars show no other address than one that stands in the text.
    entry.add("description", "\n\n".join(filter(None, [event.organisation.demonstration_note, event.text, url])))
    for name, value in _times(event).items():
        entry.add(name, value)
    return entry


def _add_organiser(entry: Entry, event: Event) -> None:
    if event.organisation.contact_email:
        address = f"mailto:{event.organisation.contact_email}"
        entry.add("organizer", address, parameters={"cn": event.organisation.name})


def _location(event: Event) -> str:
    known = [part for part in (event.venue_name, event.venue_address, event.venue_postcode) if part]
    return ", ".join(known) or str(place(event))


def _times(event: Event) -> dict[str, object]:
    if event.starts is None:
        return {"dtstart": event.day, "dtend": event.day + timedelta(days=1)}
    zone = ZoneInfo(event.zone)
    return {
        "dtstart": datetime.combine(event.day, event.starts, zone),
        "dtend": event.closes_at.astimezone(zone),
    }
