"""What an organiser says of an event, checked field by field."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from groundswell.events.models import Kind
from groundswell.events.timing import is_zone
from groundswell.groups.errors import InvalidFields
from groundswell.kit.places import NotAPostcode, postcode
from groundswell.kit.text import NotText, one_line, paragraphs


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
    access_information: str = ""


KINDS = list(Kind.choices)
"""Each kind of event with its label."""

YEARS = range(1900, 2200)
"""Years in which every day has its moments in UTC, whatever the zone."""


def checked(details: Details) -> Details:
    """The same, made safe to store.

    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    for name, (longest, clean) in _TEXTS.items():
        values[name] = _text(name, getattr(details, name), longest, clean, errors)
    if not values["title"] and "title" not in errors:
        errors["title"] = "Give the event a title."
    if details.kind not in Kind.values:
        errors["kind"] = "Choose one of the kinds."
    if details.day.year not in YEARS:
        errors["day"] = f"Choose a day in one of the years {YEARS[0]} to {YEARS[-1]}."
    if not is_zone(details.zone):
        errors["zone"] = "This is not a time zone, for example Europe/London."
    if details.ends is not None and details.starts is None:
        errors["starts"] = "Say when it starts, or leave the end open as well."
    values["venue_postcode"] = _postcode(details.venue_postcode, errors)
    if errors:
        raise InvalidFields(errors)
    times = {"day": details.day, "starts": details.starts, "ends": details.ends}
    return Details(kind=details.kind, zone=details.zone, **times, **values)  # type: ignore[arg-type]


_TEXTS: dict[str, tuple[int, Callable[[str], str]]] = {
    "title": (140, one_line),
    "text": (10_000, paragraphs),
    "venue_name": (140, one_line),
    "venue_address": (300, one_line),
    "access_information": (2000, paragraphs),
}


def _text(name: str, typed: str, longest: int, clean: Callable[[str], str], errors: dict[str, str]) -> str:
    try:
        value = clean(typed)
    except NotText as error:
        errors[name] = str(error)
        return ""
    if len(value) > longest:
        errors[name] = f"Please use at most {longest} characters; this has {len(value)}."
    return value


def _postcode(typed: str, errors: dict[str, str]) -> str:
    if not typed.strip():
        return ""
    try:
        return postcode(typed)
    except NotAPostcode as error:
        errors["venue_postcode"] = str(error)
        return ""


def slug_of(title: str) -> str:
    """A title as part of an address: ASCII letters, digits and hyphens, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "event"
