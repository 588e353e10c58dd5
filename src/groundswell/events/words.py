"""Events in words, as pages and mails show them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from groundswell.events.models import Audience, Event, Known
from groundswell.kit.grid import grid_reference
from groundswell.kit.places import Point


@dataclass(frozen=True)
class When:
    """A day and a time in words, and for machines."""

    date_long: str
    time: str
    zone_note: str
    iso: str


@dataclass(frozen=True)
class Place:
    """A place, or that it is to be announced. ``online`` says that one can take part from elsewhere.

    Where only co-ordinates are known, ``is_point`` says so, and the name is made of them.
    """

    known: bool
    online: bool
    name: str
    address: str
    postcode: str
    access: str
    is_point: bool = False

    def __str__(self) -> str:
        if self.known:
            return self.name
        return _("Online") if self.online else _("Place to be announced")


def when(event: Event) -> When:
    """When an event is, on the clock of its own zone."""
    day, starts, ends, zone = event.day, event.starts, event.ends, event.zone
    iso = datetime.combine(day, starts, ZoneInfo(zone)).isoformat() if starts else day.isoformat()
    zone_note = "" if zone == "Europe/London" else _("Time of %(zone)s") % {"zone": zone.replace("_", " ")}
    return When(day_in_full(day), _clock(starts, ends), zone_note, iso)


def day_in_full(day: date) -> str:
    """A day with its weekday, month and year (0 queries)."""
    return date_format(day, pgettext("date in full", "l j F Y"))


def _clock(starts: time | None, ends: time | None) -> str:
    if starts is None:
        return _("Time to be announced")
    if ends is None:
        return _("from %(start)s") % {"start": clock(starts)}
    return _("from %(start)s to %(end)s") % {"start": clock(starts), "end": clock(ends)}


def clock(moment: time) -> str:
    """A time of day as people of this language read it: 6.30 pm, 18 h 30."""
    whole, exact = pgettext("time of a full hour", "g A"), pgettext("time with minutes", "g.i A")
    return time_format(moment, exact if moment.minute else whole).lower()


def moment(event: Event, at: datetime) -> str:
    """A moment in words, on the clock of an event's own zone."""
    here = at.astimezone(ZoneInfo(event.zone))
    words = f"{day_in_full(here)}, {clock(here.time())}"
    return words if event.zone == "Europe/London" else f"{words} ({event.zone.replace('_', ' ')})"


def place(event: Event) -> Place:
    """Where an event is."""
    name = event.venue_name or _point_in_words(event.latitude, event.longitude)
    return Place(
        known=bool(name),
        online=bool(event.online_url),
        name=name,
        address=event.venue_address,
        postcode=event.venue_postcode,
        access=event.access_information,
        is_point=bool(name) and not event.venue_name,
    )


def _point_in_words(latitude: float | None, longitude: float | None) -> str:
    if latitude is None or longitude is None:
        return ""
    grid = grid_reference(Point(latitude, longitude))
    return _("Grid reference %(grid)s") % {"grid": grid} if grid else f"{latitude:.5f}, {longitude:.5f}"


def changes(event: Event) -> list[str]:
    """What has moved since the event was published, a sentence each (0 queries)."""
    former, said = event.former, []
    if "day" in former:
        starts, ends = (_kept_time(former[name]) for name in ("starts", "ends"))
        was = f"{day_in_full(date.fromisoformat(former['day']))}, {_clock(starts, ends)}"
        said.append(_("The time has changed. It was: %(was)s.") % {"was": was})
    if "venue_name" in former:
        name = former["venue_name"] or _point_in_words(former["latitude"], former["longitude"])
        parts = [name, former["venue_address"], former["venue_postcode"]]
        said.append(_("The place has changed. It was: %(was)s.") % {"was": ", ".join(filter(None, parts))})
    if "online" in former and event.online_url:
        said.append(_("The link for taking part online has changed."))
    elif "online" in former:
        said.append(_("One cannot take part online any more."))
    return said


def _kept_time(kept: str | None) -> time | None:
    return time.fromisoformat(kept) if kept else None


def audience(event: Event) -> str:
    """Whom an event is for, or nothing where everybody is welcome (0 queries)."""
    if event.audience == Audience.MEMBERS:
        return _("Members of %(group)s") % {"group": event.group.name}
    if event.audience == Audience.INVITED:
        return _("People who were invited")
    return ""


@dataclass(frozen=True)
class Access:
    """One thing of the access section: what, and whether it is there ("yes", "no" or "unknown")."""

    name: str
    label: str
    known: str
    answer: str


def access(event: Event) -> list[Access]:
    """The access section: what is there, what is not, and what nobody knows yet (0 queries)."""
    labels = {
        "step_free": _("Without steps"),
        "seats": _("Seats"),
        "bsl": _("British Sign Language"),
        "quiet_space": _("A quiet space"),
    }
    known = {Known.YES: _("Yes"), Known.NO: _("No"), Known.UNKNOWN: _("Not known yet")}
    answers = {name: Known(getattr(event, name)) for name in labels}
    return [Access(name, labels[name], answer.value, known[answer]) for name, answer in answers.items()]
