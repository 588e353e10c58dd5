"""Lists of a public page that go on: which part an address asks for, and whether front may keep that page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from groundswell.groups.errors import NotFound
from groundswell.kit.text import whole_number


@dataclass(frozen=True)
class Turned[Row]:
    """One part of a list, its number, and the query of the next part or nothing."""

    rows: list[Row]
    number: int
    more: str


def turned[Row](request: HttpRequest, name: str, found: QuerySet[Any, Row], size: int) -> Turned[Row]:
    """The part of a list that the address names by a number, the first where it names none (1 query).

    :raises NotFound: for a part that there is none of.
    """
    number = number_of(request, name)
    rows = list(found[(number - 1) * size : number * size + 1])
    if number > 1 and not rows:
        raise NotFound
    return Turned(rows[:size], number, f"{name}={number + 1}" if len(rows) > size else "")


def number_of(request: HttpRequest, name: str = "page") -> int:
    """Which part of a list the address asks for (0 queries).

    :raises NotFound: for what is no number of a part.
    """
    asked = whole_number(request.GET.get(name, "1"), 4)
    if not asked:
        raise NotFound
    return asked


def is_keepable(request: HttpRequest, numbers: Mapping[str, int]) -> bool:
    """Whether front may keep this page, of whose lists the address shows these parts.

    One for each sector, or for each way to write a number, would push out of its memory what it is there for.
    """
    query = request.META.get("QUERY_STRING", "")
    return query in {"", *(f"{name}={number}" for name, number in numbers.items())}
