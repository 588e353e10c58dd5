"""Maps of Great Britain, drawn by the server on an outline that is shipped: no map service learns who looked.

A map says nothing that does not stand beside it in words as well: in the list or the table that it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import hypot, sqrt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from groundswell.kit.outline import HIGH, WIDE, on_the_map, outline
from groundswell.kit.places import Point

SIDE = 54
"""How wide a mark is, in the map's units: 24 pixels where the map is as narrow as it gets on a phone."""

MOST_MARKS = 40
"""With more places than that, marks would lie in the sea: they become dots, and the list has the links."""

LARGEST = 40


@dataclass(frozen=True)
class Mark:
    """A place with a number, and the page that the same number has in the list."""

    point: Point
    number: int
    name: str
    url: str
    hollow: bool = False


@dataclass(frozen=True)
class Share:
    """A place, and how many of something are there."""

    point: Point
    count: int


def marked(marks: Sequence[Mark], label: str) -> SafeString:
    """A map with a numbered mark for each place, moved aside where two would cover each other."""
    spots = [on_the_map(mark.point) for mark in marks]
    inside = [(mark, spot) for mark, spot in zip(marks, spots, strict=True) if _is_inside(spot)]
    if len(inside) > MOST_MARKS:
        return _map("img", label, _dots([(spot, 9.0) for _, spot in inside]))
    places = apart([spot for _, spot in inside])
    rows = [(mark, spot, place) for (mark, spot), place in zip(inside, places, strict=True)]
    leaders = format_html_join(
        "",
        '<path class="leader" d="M{} {}L{} {}"/>',
        ((*map(round, spot), *map(round, place)) for _, spot, place in rows),
    )
    return _map("group", label, leaders + format_html_join("", "{}", ((_mark(mark, at),) for mark, _, at in rows)))


def shares(places: Sequence[Share], label: str) -> SafeString:
    """A map with a dot for each place, its area as large as the count."""
    most = max((place.count for place in places), default=1)
    spots = [(on_the_map(place.point), LARGEST * sqrt(place.count / most)) for place in places]
    return _map("img", label, _dots([(spot, max(size, 4.0)) for spot, size in spots if _is_inside(spot)]))


def apart(spots: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """For each place the nearest one that is within the map and where its mark covers none of those before."""
    placed: list[tuple[float, float]] = []
    for x, y in spots:
        nearby = ((x + right, y + down) for right, down in _ways())
        placed.append(next((at for at in nearby if _fits(at, placed)), (x, y)))
    return placed


@cache
def _ways() -> list[tuple[int, int]]:
    """Steps away from a place, the shortest first; half the map is enough for all that may be marked."""
    steps = range(-640, 641, 8)
    return sorted(product(steps, steps), key=lambda way: hypot(*way))


def _fits(at: tuple[float, float], placed: Sequence[tuple[float, float]]) -> bool:
    x, y = at
    edge = SIDE / 2 + 2
    if not (edge <= x <= WIDE - edge and edge <= y <= HIGH - edge):
        return False
    return all(max(abs(x - left), abs(y - top)) >= SIDE + 2 for left, top in placed)


def _is_inside(spot: tuple[float, float]) -> bool:
    return 0 <= spot[0] <= WIDE and 0 <= spot[1] <= HIGH


def _mark(mark: Mark, at: tuple[float, float]) -> SafeString:
    x, y = map(round, at)
    return format_html(
        '<a class="mark{}" href="{}" aria-label="{}. {}"><rect x="{}" y="{}" width="{}" height="{}"/>'
        '<text x="{}" y="{}" aria-hidden="true">{}</text></a>',
        " is-hollow" if mark.hollow else "",
        mark.url,
        mark.number,
        mark.name,
        x - SIDE // 2,
        y - SIDE // 2,
        SIDE,
        SIDE,
        x,
        y + 11,
        mark.number,
    )


def _dots(spots: Sequence[tuple[tuple[float, float], float]]) -> SafeString:
    return format_html_join(
        "",
        '<circle class="dot" cx="{}" cy="{}" r="{}"/>',
        ((round(x), round(y), round(r, 1)) for (x, y), r in spots),
    )


def _map(role: str, label: str, inside: SafeString) -> SafeString:
    land = mark_safe(outline())  # noqa: S308 (ours)
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="{}" aria-label="{}"><path class="land" d="{}"/>{}</svg>',
        WIDE,
        HIGH,
        role,
        label,
        land,
        inside,
    )
