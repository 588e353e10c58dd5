"""A bloc's form: what is typed into it, read, shown again as it was typed, and held against what others saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groundswell.blocs.details import Coach, Details, Looks, checked, details_of
from groundswell.groups.errors import InvalidFields
from groundswell.web.desk import lines
from groundswell.web.desk.event_form import clock_from, degrees_from, figure_from
from groundswell.web.desk.event_meanwhile import Difference, short_hash
from groundswell.web.desk.lines import Row

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc

TEXTS = ("name", "text", "landmark", "route", "march", "bring", "dispersal")
DEGREES = ("latitude", "longitude")
CLOCKS = ("gathers", "sets_off")
ELSEWHERE = ("host", "url", "other_title", "other_date", "other_start", "other_venue")
FIELDS = (*TEXTS, *DEGREES, *CLOCKS, "group", "event", *ELSEWHERE)

EMPTY = {
    "steward": {"name": "", "phone": "", "section": ""},
    "coach": {"id": "", "where": "", "leaves": "", "seats": "", "note": ""},
}
"""What each steward's and each coach's line consists of while nothing is typed in it."""

LABELS: dict[str, str | Promise] = {
    "name": _("Name"),
    "text": _("What it is for"),
    "landmark": _("Landmark"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "route": _("How to get there"),
    "gathers": _("Gathers at"),
    "sets_off": _("Sets off at"),
    "march": _("Place in the march, in words"),
    "bring": _("Banner and placards"),
    "dispersal": _("Afterwards"),
    "steward": _("Stewards"),
    "coach": _("Coaches"),
}
"""Every field that two can change, in the order of the form."""


@dataclass(frozen=True)
class Typed:
    """Everything that stands in the form: its fields, and the lines of stewards and coaches."""

    values: Mapping[str, str]
    rows: Mapping[str, Sequence[Row]]


BLANK = Typed({}, dict.fromkeys(EMPTY, ()))


def as_it_is(bloc: Bloc) -> Typed:
    """A bloc as it would be typed (2 queries)."""
    known = details_of(bloc)
    values = {name: str(getattr(known, name)) for name in TEXTS}
    values |= {name: _shown(getattr(known, name)) for name in DEGREES}
    values |= {name: _clock(getattr(known, name)) for name in CLOCKS}
    coaches = [
        {
            "id": str(one.id),
            "where": one.where,
            "leaves": _clock(one.leaves),
            "seats": str(one.seats),
            "note": one.note,
        }
        for one in known.pick_ups
    ]
    stewards = [{"name": one.name, "phone": one.phone, "section": one.section} for one in known.stewards]
    made = Typed({**values, "version": str(bloc.version)}, {"steward": stewards, "coach": coaches})
    return replace(made, values={**made.values, "base": fingerprint(made)})


def _shown(value: float | None) -> str:
    return "" if value is None else str(value)


def _clock(value: object) -> str:
    return f"{value:%H:%M}" if value else ""


def taken(post: Mapping[str, str]) -> Typed:
    """What was typed."""
    values = {name: post.get(name, "") for name in (*FIELDS, "version", "base")}
    return Typed(values, {kind: lines.sent(post, kind, empty) for kind, empty in EMPTY.items()})


STEP = re.compile(r"(steward|coach)-(more|up|drop)(?:-([0-9]{1,2}))?")


def stepped(typed: Typed, step: str) -> Typed | None:
    """The form after one of the buttons at its lines: one more, one up, one less; None for any other button."""
    match = STEP.fullmatch(step)
    if match is None:
        return None
    kind, verb, number = match[1], match[2], int(match[3] or 0)
    rows = lines.moved(typed.rows[kind], verb, number, EMPTY[kind])
    return replace(typed, rows={**typed.rows, kind: rows})


def read(typed: Typed) -> Details:
    """What the form says of the bloc (0 queries).

    :raises InvalidFields: with a sentence for each field that is wrong, so that one sees them all at once.
    """
    errors: dict[str, str] = {}
    values = typed.values
    details = Details(
        **{name: values[name] for name in TEXTS},  # type: ignore[arg-type]
        **{name: degrees_from(name, values[name], errors) for name in DEGREES},  # type: ignore[arg-type]
        **{name: clock_from(name, values[name], errors) for name in CLOCKS},  # type: ignore[arg-type]
        stewards=tuple(Looks(**row) for row in typed.rows["steward"]),
        pick_ups=tuple(_coach(number, row, errors) for number, row in enumerate(typed.rows["coach"])),
    )
    try:
        known = checked(details)
    except InvalidFields as invalid:
        raise InvalidFields({**invalid.errors, **errors}) from None
    if errors:
        raise InvalidFields(errors)
    return known


def _coach(number: int, row: Row, errors: dict[str, str]) -> Coach:
    try:
        known = UUID(row["id"]) if row["id"] else None
    except ValueError:
        known = None
    return Coach(
        where=row["where"],
        leaves=clock_from(f"coach-{number}-leaves", row["leaves"], errors),
        seats=figure_from(f"coach-{number}-seats", row["seats"], errors) or 0,
        note=row["note"],
        id=known,
    )


def fingerprint(typed: Typed) -> str:
    """A short hash of each field, as the form carries it."""
    return " ".join(f"{name}:{short_hash(value)}" for name, value in _flat(typed).items())


def merged(now: Typed, mine: Typed) -> tuple[Typed, list[Difference]]:
    """What the form shows to the second of two, and what the first has changed: see the events' own form."""
    opened = dict(part.split(":", 1) for part in mine.values["base"].split() if ":" in part)
    theirs, own = _flat(now), _flat(mine)
    found = [
        Difference(
            name,
            str(LABELS[name]),
            theirs[name],
            own[name],
            taken=short_hash(own[name]) == opened.get(name),
        )
        for name in LABELS
        if short_hash(theirs[name]) not in {short_hash(own[name]), opened.get(name)}
    ]
    took = {one.field for one in found if one.taken}
    values = {**mine.values, **{name: now.values[name] for name in took - EMPTY.keys()}}
    values |= {name: now.values[name] for name in ("version", "base")}
    rows = {kind: (now if kind in took else mine).rows[kind] for kind in EMPTY}
    return Typed(values, rows), found


def _flat(typed: Typed) -> dict[str, str]:
    values = {name: typed.values.get(name, "") for name in LABELS if name not in EMPTY}
    return values | {kind: "\n".join(filter(None, map(_line, typed.rows[kind]))) for kind in EMPTY}


def _line(row: Row) -> str:
    return ", ".join(value for name, value in row.items() if value and name != "id")
