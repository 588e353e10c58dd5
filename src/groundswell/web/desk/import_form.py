"""The form of an import: what each column holds, and what people agreed to elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from groundswell.groups.errors import InvalidFields
from groundswell.people.asking import WAYS
from groundswell.people.imports import Agreed
from groundswell.people.sources import WORDS, Holds, columns_of, key

if TYPE_CHECKING:
    from groundswell.people.imports import Preview, Table

COLUMN = "column-"
FIELDS = ("agreed_text", "agreed_by", "agreed_on", "agreed_where", "agreed_all", "group")
STATED = {"text": "agreed_text", "on": "agreed_on", "where": "agreed_where", "by": "agreed_by"}
"""The fields of a statement by the names under which it is refused."""


def held(table: Table) -> dict[str, str]:
    """For each thing that a column can hold, the name of the first one that does, or nothing."""
    places = columns_of(table.header, table.columns)
    return {str(holds): table.header[places[holds][0]] if holds in places else "" for holds in Holds}


def mapping(table: Table, post: Mapping[str, str]) -> dict[str, list[str]]:
    """What was picked; where that is what was known already, with the columns that stand in for an empty one."""
    known, picked = held(table), {}
    for holds in Holds:
        name = post.get(f"{COLUMN}{holds}", "")
        as_before = key(name) == key(known[holds])
        picked[str(holds)] = list(table.columns.get(holds, ())) if as_before else [name] if name else []
    return picked


def fields(table: Table) -> list[dict[str, object]]:
    """A select for each thing that a column can hold."""
    known = held(table)
    options = [("", "–"), *((name, name) for name in dict.fromkeys(table.header) if name)]
    return [
        {"name": f"{COLUMN}{holds}", "label": label, "value": known[holds], "options": options}
        for holds, label in WORDS.items()
    ]


def agreed(post: Mapping[str, str]) -> Agreed | None:
    """What an owner states, or None where nothing of it is filled in.

    :raises InvalidFields: for what is no day, or no way.
    """
    text, day, where = (post.get(STATED[name], "").strip() for name in ("text", "on", "where"))
    ticked = bool(post.get("agreed_all"))
    if not any((text, day, where, ticked)):
        return None
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise InvalidFields({"on": _("Say since which day they agreed.")}) from None
    by = post.get("agreed_by") or "email"
    if by not in WAYS:
        raise InvalidFields({"by": _("Choose one of the ways.")})
    return Agreed(text=text, on=on, where=where, channel=WAYS[by], all=ticked)


def ways() -> list[tuple[str, str]]:
    """By what they can have agreed to be reached: value and label."""
    return [(code, str(way.label)) for code, way in WAYS.items()]


def seen(found: Preview, stated: Agreed | None) -> dict[str, object]:
    """A preview in words."""
    wants = {True: _("yes"), False: _("no"), None: _("the file does not say")}
    people: Sequence[dict[str, str]] = [
        {
            "name": one.name,
            "email": one.email,
            "phone": one.phone,
            "sector": one.sector,
            "tags": ", ".join(one.tags),
            "wants": _("never") if one.shut else wants[one.agreed],
        }
        for one in found.people
    ]
    by = stated.channel if stated else WAYS["email"]
    return {
        "people": people,
        "counted": found.counted,
        "goes_on": found.goes_on,
        "left_out": [{"number": number, "why": why} for number, why in found.left_out[:10]],
        "left_out_count": len(found.left_out),
        "unused": found.unused,
        "wanting": found.wanting[by],
        "shut": found.shut,
        "nobody": stated is None,
        "silent": stated is not None and not found.wanting[by] and not stated.all,
    }
