"""Lines of a form, one under the other, that are added, moved and taken out: speakers, stewards, headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Row = Mapping[str, str]
"""What is typed in one line, by its parts."""


def sent(post: Mapping[str, str], kind: str, empty: Row) -> list[Row]:
    """The lines of a kind that were sent, by their numbers; what a line lacks is as in an empty one."""
    pattern = re.compile(rf"{kind}-([0-9]{{1,2}})-(?:{'|'.join(empty)})")
    numbers = {int(match[1]) for name in post if (match := pattern.fullmatch(name))}
    return [
        {part: post.get(f"{kind}-{number}-{part}", otherwise) for part, otherwise in empty.items()}
        for number in sorted(numbers)
    ]


def moved(rows: Sequence[Row], verb: str, number: int, empty: Row) -> list[Row]:
    """The lines after one of their buttons: one ``more``, one ``up``, or one less (``drop``)."""
    lines = list(rows)
    if verb == "more":
        lines.append(empty)
    elif verb == "drop":
        del lines[number : number + 1]
    elif 0 < number < len(lines):
        lines[number - 1 : number + 1] = lines[number], lines[number - 1]
    return lines


def numbered(kind: str, rows: Sequence[Row], errors: Mapping[str, str]) -> list[dict[str, object]]:
    """The lines as a form shows them, with the names of their fields and what their buttons send."""
    return [
        {
            "number": number + 1,
            "cells": {
                part: {
                    "name": f"{kind}-{number}-{part}",
                    "value": value,
                    "error": errors.get(f"{kind}-{number}-{part}", ""),
                }
                for part, value in row.items()
            },
            "up": f"{kind}-up-{number}" if number else "",
            "drop": f"{kind}-drop-{number}",
        }
        for number, row in enumerate(rows)
    ]
