"""An event as an iCalendar file (RFC 5545), for the calendar on somebody's phone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from groundswell import __version__
from groundswell.events.models import Event, Status
from groundswell.events.words import place


def calendar(event: Event) -> bytes:
    """The file. An event without a time lasts the whole day; its UID never changes, its SEQUENCE rises."""
    # Only here: it takes a tenth of the time that a process needs to start, and the web process needs it never.
    from icalendar import Calendar
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", f"{event.id}@groundswell")
    entry.add("sequence", event.version)
    entry.add("dtstamp", event.published_at or event.created_at)
    entry.add("summary", event.title)
    entry.add("status", "CANCELLED" if event.status == Status.CANCELLED else "CONFIRMED")
    entry.add("url", settings.PUBLIC_URL + reverse("event", args=[event.slug]))
    entry.add("location", _location(event))
    note = event.organisation.demonstration_note
    entry.add("description", f"{note}\n\n{event.text}" if note else event.text)
    for name, value in _times(event).items():
        entry.add(name, value)
    file = Calendar()
    file.add("prodid", f"-//Groundswell//{__version__}//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add_component(entry)
    file.add_missing_timezones()
    written: bytes = file.to_ical()
    return written


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
