"""Two who change one event at once: what the other has saved meanwhile, held against what one has typed.

The form carries a short hash of each field as it was when it was opened. So it is known who changed what: what
only the other changed is taken over, what both changed stays as one typed it, and both are shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groundswell.web.desk.event_form import Typed
from groundswell.web.desk.lines import Row

LABELS: dict[str, str | Promise] = {
    "title": _("Title"),
    "kind": _("Kind"),
    "campaign": _("Campaign"),
    "series": _("Series"),
    "text": _("Text"),
    "date": _("Date"),
    "start": _("Begins"),
    "end": _("Ends"),
    "time_later": _("The time is to be announced"),
    "zone": _("Time zone"),
    "venue_later": _("The place is to be announced"),
    "venue": _("Place"),
    "address": _("Address"),
    "postcode": _("Postcode"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "online_url": _("Link to join online"),
    "step_free": _("Without steps"),
    "seats": _("Seats"),
    "bsl": _("British Sign Language"),
    "quiet_space": _("A quiet space"),
    "access": _("More about access"),
    "audience": _("Whom it is for"),
    "capacity": _("Capacity"),
    "count_hidden": _("Nobody sees how many are coming"),
    "expected": _("Expected"),
    "target": _("Target"),
    "contact_name": _("Contact"),
    "contact_how": _("How to reach them"),
    "speakers": _("Who speaks"),
    "questions": _("Questions"),
}
"""Every field that two can change, in the order of the form."""


@dataclass(frozen=True)
class Difference:
    """A field that the other has changed. ``taken`` says that theirs stands in the form now."""

    field: str
    label: str
    theirs: str
    mine: str
    taken: bool


def fingerprint(typed: Typed) -> str:
    """A short hash of each field, as the form carries it."""
    return " ".join(f"{name}:{short_hash(value)}" for name, value in _flat(typed).items())


def merged(now: Typed, mine: Typed) -> tuple[Typed, list[Difference]]:
    """What the form shows to the second of two, on the version of now, and what the first has changed."""
    opened = dict(part.split(":", 1) for part in mine.values["base"].split() if ":" in part)
    theirs, own = _flat(now), _flat(mine)
    found = [
        Difference(
            name, str(LABELS[name]), theirs[name], own[name], taken=short_hash(own[name]) == opened.get(name)
        )
        for name in LABELS
        if short_hash(theirs[name]) not in {short_hash(own[name]), opened.get(name)}
    ]
    taken = {one.field for one in found if one.taken}
    values = {**mine.values, **{name: now.values[name] for name in taken if name in now.values}}
    values |= {"version": now.values["version"], "base": fingerprint(now)}
    form = replace(mine, values=values)
    form = replace(form, speakers=now.speakers) if "speakers" in taken else form
    return (replace(form, questions=now.questions) if "questions" in taken else form), found


def _flat(typed: Typed) -> Mapping[str, str]:
    values = {name: typed.values.get(name, "") for name in LABELS}
    rows = {"speakers": typed.speakers, "questions": typed.questions}
    return values | {name: "\n".join(filter(None, map(_line, lines))) for name, lines in rows.items()}


def _line(row: Row) -> str:
    """A line in words; one in which nobody has typed anything is none."""
    if not row.get("name") and not row.get("text"):
        return ""
    return ", ".join(" / ".join(value.splitlines()) for name, value in row.items() if value and name != "id")


def short_hash(value: str) -> str:
    """By which it is known whether a field is still as it was; where its lines end does not matter."""
    # A browser sends line ends as two characters.
    plain = "\n".join(value.splitlines()).strip()
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()[:8]
