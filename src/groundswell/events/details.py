"""What an organiser says of an event, checked field by field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from groundswell.events.models import Audience, Event, Kind, Known
from groundswell.events.timing import is_zone
from groundswell.groups.errors import InvalidFields
from groundswell.kit.places import NotAPostcode, postcode
from groundswell.kit.text import bounded, one_line, paragraphs, too_long


@dataclass(frozen=True, kw_only=True)
class Details:
    """An event's own fields. An empty ``venue_name`` and a missing ``starts`` mean "to be announced"."""

    title: str
    kind: str = Kind.RALLY
    text: str = ""
    day: date
    starts: time | None = None
    ends: time | None = None
    zone: str = "Europe/London"
    venue_name: str = ""
    venue_address: str = ""
    venue_postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    online_url: str = ""
    step_free: str = Known.UNKNOWN
    seats: str = Known.UNKNOWN
    bsl: str = Known.UNKNOWN
    quiet_space: str = Known.UNKNOWN
    access_information: str = ""
    capacity: int | None = None
    audience: str = Audience.EVERYBODY
    contact_name: str = ""
    contact_how: str = ""
    count_shown: bool = True
    expected: int | None = None
    target: int | None = None


KINDS = list(Kind.choices)
"""Each kind of event with its label."""

AUDIENCES = list(Audience.choices)
"""Each audience with its label."""

KNOWN = list(Known.choices)
"""Each answer to whether a place has something, with its label."""

ACCESS = ("step_free", "seats", "bsl", "quiet_space")
"""What the access section says yes, no or "not known yet" to."""

LONGEST_ADDRESS = 500
"""Characters of an address to join online at."""

YEARS = range(1900, 2200)
"""Years in which every day has its moments in UTC, whatever the zone."""


def checked(details: Details) -> Details:
    """The same, made safe to store.

    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    for name, (longest, clean) in _TEXTS.items():
        values[name] = bounded(name, getattr(details, name), longest, clean, errors)
    if not values["title"] and "title" not in errors:
        errors["title"] = _("Give the event a title.")
    _check_choices(details, errors)
    _check_times(details, errors)
    _check_position(details, errors)
    for name, (least, most) in FIGURES.items():
        _check_figure(name, getattr(details, name), least, most, errors)
    values["venue_postcode"] = _postcode(details.venue_postcode, errors)
    values["online_url"] = _address(details.online_url, errors)
    if errors:
        raise InvalidFields(errors)
    return replace(details, **values)  # type: ignore[arg-type]


def _check_choices(details: Details, errors: dict[str, str]) -> None:
    if details.kind not in Kind.values:
        errors["kind"] = _("Choose one of the kinds.")
    if details.audience not in Audience.values:
        errors["audience"] = _("Choose whom it is for.")
    for name in ACCESS:
        if getattr(details, name) not in Known.values:
            errors[name] = _("Choose yes, no or not known yet.")


def _check_times(details: Details, errors: dict[str, str]) -> None:
    if details.day.year not in YEARS:
        years = {"first": YEARS[0], "last": YEARS[-1]}
        errors["day"] = _("Choose a day in one of the years %(first)s to %(last)s.") % years
    if not is_zone(details.zone):
        errors["zone"] = _("This is not a time zone, for example Europe/London.")
    if details.ends is not None and details.starts is None:
        errors["starts"] = _("Say when it starts, or leave the end open as well.")


def _check_position(details: Details, errors: dict[str, str]) -> None:
    for name, furthest in (("latitude", 90), ("longitude", 180)):
        value = getattr(details, name)
        if value is not None and not -furthest <= value <= furthest:
            errors[name] = _("Enter degrees from -%(most)s to %(most)s.") % {"most": furthest}
    if (details.latitude is None) != (details.longitude is None):
        missing = "latitude" if details.latitude is None else "longitude"
        errors.setdefault(missing, _("Enter both co-ordinates, or none."))


FIGURES = {"capacity": (1, 1_000_000), "expected": (0, 10_000_000), "target": (0, 10_000_000)}
"""The least and the most that each figure may be."""


def _check_figure(name: str, value: int | None, least: int, most: int, errors: dict[str, str]) -> None:
    if value is not None and not least <= value <= most:
        errors[name] = _("Enter a number from %(least)s to %(most)s.") % {"least": least, "most": most}


_TEXTS: dict[str, tuple[int, Callable[[str], str]]] = {
    "title": (140, one_line),
    "text": (10_000, paragraphs),
    "venue_name": (140, one_line),
    "venue_address": (300, one_line),
    "access_information": (2000, paragraphs),
    "contact_name": (120, one_line),
    "contact_how": (200, one_line),
}


def _postcode(typed: str, errors: dict[str, str]) -> str:
    if not typed.strip():
        return ""
    try:
        return postcode(typed)
    except NotAPostcode as error:
        errors["venue_postcode"] = str(error)
        return ""


def _address(typed: str, errors: dict[str, str]) -> str:
    typed = typed.strip()
    if wrong := too_long(typed, LONGEST_ADDRESS):
        errors["online_url"] = wrong
    try:
        if typed:
            _is_address(typed)
    except ValidationError:
        errors["online_url"] = _("Enter a whole address that begins with https://.")
    return typed


_is_address = URLValidator(schemes=["https"])


def as_json(details: Details) -> dict[str, object]:
    """Details as they can be kept in a template, without the day."""
    values = asdict(details)
    del values["day"]
    return {name: value.isoformat() if isinstance(value, time) else value for name, value in values.items()}


def from_json(kept: Mapping[str, Any], day: date) -> Details:
    """Details that were kept, for another day; what an earlier version did not know yet is as usual."""
    known = {one.name for one in fields(Details)} - {"day"}
    values = {name: value for name, value in kept.items() if name in known}
    for name in ("starts", "ends"):
        values[name] = time.fromisoformat(values[name]) if values.get(name) else None
    return Details(day=day, **values)


def details_of(event: Event) -> Details:
    """What an event says now (0 queries)."""
    return Details(**{one.name: getattr(event, one.name) for one in fields(Details)})


def slug_of(title: str) -> str:
    """A title as part of an address: ASCII letters, digits and hyphens, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "event"
