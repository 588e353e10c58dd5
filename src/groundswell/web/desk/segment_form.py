"""A segment's form: a line for each block, read, and shown again as it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groundswell.kit.text import whole_number
from groundswell.people.segments import Segmentation, kinds, parse, written
from groundswell.web.desk import lines

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from groundswell.web.desk.lines import Row

Options = Sequence[tuple[str, "str | Promise"]]

LABELS: Mapping[str, str | Promise] = {
    "postcode": gettext_lazy("Postcode"),
    "distance": gettext_lazy("At most so far"),
    "unit": gettext_lazy("Miles or kilometres"),
    "event": gettext_lazy("Event"),
    "group": gettext_lazy("Group"),
    "name": gettext_lazy("Tag"),
    "language": gettext_lazy("Language"),
    "days": gettext_lazy("In so many days"),
    "since": gettext_lazy("Since which day"),
    "purpose": gettext_lazy("What they allow"),
    "channel": gettext_lazy("By what"),
    "answer": gettext_lazy("What they answered"),
    "offer": gettext_lazy("What they offered"),
    "link": gettext_lazy("The word of the link"),
}
"""Every field that a block can have, and what it is called."""

NUMBERS = {"distance": "25", "days": "7"}
"""Those that are figures, with what stands in a new line."""

DAYS = {"since"}
"""Those that are days of the calendar."""

OPTIONS: Mapping[str, Options] = {
    "unit": (("miles", gettext_lazy("miles")), ("km", gettext_lazy("kilometres"))),
    "purpose": (
        ("updates", gettext_lazy("news of the campaign")),
        ("nearby", gettext_lazy("events near them")),
        ("event", gettext_lazy("that we record that they plan to come")),
    ),
    "channel": (
        ("email", gettext_lazy("e-mail")),
        ("sms", gettext_lazy("text message")),
        ("phone", gettext_lazy("telephone")),
        ("post", gettext_lazy("post")),
    ),
    "answer": (
        ("any", gettext_lazy("anything")),
        ("accepted", gettext_lazy("yes")),
        ("tentative", gettext_lazy("maybe")),
        ("declined", gettext_lazy("no")),
    ),
    "offer": (
        ("steward", gettext_lazy("to be a steward")),
        ("drive", gettext_lazy("to drive people")),
        ("banner", gettext_lazy("to bring a banner")),
    ),
}
"""What can be chosen in a field, where that is always the same."""

JOIN_OPTIONS: Options = (
    ("and", gettext_lazy("only those who")),
    ("or", gettext_lazy("and also those who")),
    ("not", gettext_lazy("but not those who")),
)

EMPTY: Row = {"join": "and", "is": "near", **dict.fromkeys(LABELS, ""), **NUMBERS}
ASKED = {"purpose": "updates", "channel": "email"}
"""For what and by what they are to be written to, until somebody chooses otherwise."""

STEP = re.compile(r"line-(more|up|drop)(?:-([0-9]{1,2}))?")


@dataclass(frozen=True)
class Typed:
    """Everything that stands in the form."""

    values: Mapping[str, str]
    rows: Sequence[Row]


def as_it_is(name: str, segmentation: Segmentation) -> Typed | None:
    """A saved segment as it would be typed; None for one with brackets, which only programs make (0 queries)."""
    data = written(segmentation)
    if any("steps" in line for line in data["steps"]):
        return None
    rows = [{**EMPTY, **{part: str(value) for part, value in line.items()}} for line in data["steps"]]
    return Typed({**ASKED, "name": name, "sample": str(segmentation.sample or "")}, rows)


def taken(post: Mapping[str, str]) -> Typed:
    """What was typed; where for what and by what cannot be, it is as in an empty form."""
    values = {name: post.get(name, "") for name in ("name", "sample")}
    for field, otherwise in ASKED.items():
        known = [value for value, _label in OPTIONS[field]]
        values[field] = post.get(field, "") if post.get(field) in known else otherwise
    return Typed(values, lines.sent(post, "line", EMPTY))


def stepped(typed: Typed, step: str) -> Typed:
    """The form after one of the buttons at its lines, or as it was after any other button."""
    match = STEP.fullmatch(step)
    if match is None:
        return typed
    return replace(typed, rows=lines.moved(typed.rows, match[1], int(match[2] or 0), EMPTY))


def read(typed: Typed) -> Segmentation:
    """What the form says (0 queries).

    :raises SegmentUnclear: where a line says nothing; the sentence says which one.
    """
    sample = typed.values["sample"].strip()
    data = {"steps": [_line(row) for row in typed.rows], "sample": _number(sample) if sample else None}
    return parse(data)


def _line(row: Row) -> dict[str, Any]:
    known = kinds().get(row["is"])
    fields = known.__struct_fields__ if known else ()
    said = {name: _number(row[name]) if name in NUMBERS else _picked(name, row[name]) for name in fields}
    return {"join": row["join"], "is": row["is"], **said}


def _picked(name: str, typed: str) -> str:
    """What was picked; in a line that is new, what the browser shows as picked."""
    return typed or (OPTIONS[name][0][0] if name in OPTIONS else "")


def _number(typed: str) -> int | str:
    number = whole_number(typed.strip().replace(",", ""), 8)
    return typed if number is None else number


def shown(typed: Typed, chosen: Mapping[str, Options]) -> list[dict[str, object]]:
    """The lines as the page shows them; ``chosen`` is what can be picked where that depends on whose they are."""
    return [
        {
            "number": line["number"],
            "up": line["up"],
            "drop": line["drop"],
            "join": _field(line["cells"]["join"], _("Whom"), JOIN_OPTIONS),
            "is": _field(line["cells"]["is"], _("What"), [(kind, block.label) for kind, block in kinds().items()]),
            "fields": [
                _field(line["cells"][name], LABELS[name], OPTIONS.get(name) or chosen.get(name) or ())
                | {"figure": name in NUMBERS, "day": name in DAYS, "list": "tags" if name == "name" else ""}
                for name in _fields_of(row)
            ],
        }
        for line, row in zip(_numbered(typed), typed.rows, strict=True)
    ]


def _numbered(typed: Typed) -> list[dict[str, Any]]:
    return lines.numbered("line", typed.rows, {})


def _fields_of(row: Row) -> Sequence[str]:
    known = kinds().get(row["is"])
    return known.__struct_fields__ if known else ()


def _field(cell: Mapping[str, str], label: str | Promise, options: Options) -> dict[str, object]:
    return {"name": cell["name"], "value": cell["value"], "label": label, "options": options}
