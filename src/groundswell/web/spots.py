"""A picture map of one place: the National Grid's lines, the postcodes around it, and what else is near.

Drawn by the server from tables that are shipped: no map service learns who looked. It says nothing that does not
stand beside it in words as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from groundswell.kit.grid import grid_reference, osgb36, projected
from groundswell.kit.places import Point, near_sectors

SIDE = 2000
"""Metres from one edge of the map to the other, which are its units."""

LINES = 500
MOST_NAMES = 9
APART = 340
"""Metres between two names of postcodes, so that none lies over another."""

Spot = tuple[float, float]


@dataclass(frozen=True)
class Beside:
    """Something else on the map: where, and what it is called."""

    point: Point
    name: str


def spot(point: Point, label: str, beside: Sequence[Beside] = ()) -> SafeString:
    """The map around a place; nothing where no paper map of Great Britain has it."""
    if not grid_reference(point):
        return SafeString("")
    east, north = projected(*osgb36(point))
    others = [(one, at) for one in beside if _is_inside(at := _at(one.point, east, north))]
    middle = (SIDE / 2, SIDE / 2)
    flag = [(middle[0] + 170, middle[1] + up) for up in (-120, -240, -360)]
    taken = [middle, *flag, *(at for _, at in others)]
    return format_html(
        '<svg class="spot" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">{2}{3}{4}{5}{6}</svg>',
        SIDE,
        label,
        _grid(east, north),
        _names(point, east, north, taken),
        format_html_join("", "{}", ((_other(one, at),) for one, at in others)),
        _mark(),
        _scale(),
    )


def _at(point: Point, east: float, north: float) -> Spot:
    """A place on a map around another one, from the left and from the top."""
    there_east, there_north = projected(*osgb36(point))
    return SIDE / 2 + there_east - east, SIDE / 2 - there_north + north


def _is_inside(at: Spot) -> bool:
    return 60 <= at[0] <= SIDE - 60 and 60 <= at[1] <= SIDE - 60


def _grid(east: float, north: float) -> SafeString:
    """Lines every half kilometre; each kilometre's has the figures that stand on paper maps."""
    across = [(metres, metres - east + SIDE / 2) for metres in _metres(east)]
    up = [(metres, SIDE / 2 + north - metres) for metres in _metres(north)]
    lines = [(_kind(metres), f"M{at:.0f} 0V{SIDE}") for metres, at in across]
    lines += [(_kind(metres), f"M0 {at:.0f}H{SIDE}") for metres, at in up]
    figures = [(f"{at + 14:.0f}", "56", _figures(metres)) for metres, at in across if _has_room(metres, at)]
    figures += [("14", f"{at - 14:.0f}", _figures(metres)) for metres, at in up if _has_room(metres, at)]
    return format_html_join("", '<path class="{}" d="{}"/>', lines) + format_html_join(
        "", '<text class="line-figures" x="{}" y="{}" aria-hidden="true">{}</text>', figures
    )


def _has_room(metres: int, at: float) -> bool:
    return metres % 1000 == 0 and 80 < at < SIDE - 80


def _metres(middle: float) -> range:
    first = int((middle - SIDE / 2) // LINES + 1) * LINES
    return range(first, int(middle + SIDE / 2), LINES)


def _kind(metres: int) -> str:
    return "line" if metres % 1000 else "line is-whole"


def _figures(metres: int) -> str:
    return f"{metres // 1000 % 100:02}"


def _names(point: Point, east: float, north: float, taken: Sequence[Spot]) -> SafeString:
    """The nearest postcodes, as far as their names fit."""
    placed, names = list(taken), []
    for name, there in near_sectors(point, SIDE / 1000):
        x, y = _at(there, east, north)
        inside = 180 <= x <= SIDE - 180 and 110 <= y <= SIDE - 190
        if inside and all(abs(x - left) > APART or abs(y - top) > APART / 3 for left, top in placed):
            placed.append((x, y))
            names.append((f"{x:.0f}", f"{y:.0f}", name))
        if len(names) == MOST_NAMES:
            break
    return format_html_join("", '<text class="postcode" x="{}" y="{}" aria-hidden="true">{}</text>', names)


def _other(one: Beside, at: Spot) -> SafeString:
    x, y = at
    # A name that would run out of the picture ends at its place instead; letters are some 50 metres wide.
    end = x + 60 + 50 * len(one.name) > SIDE and x > SIDE / 3
    return format_html(
        '<circle class="other" cx="{0}" cy="{1}" r="34"/>'
        '<text class="other-name{2}" x="{3}" y="{4}" aria-hidden="true">{5}</text>',
        round(x),
        round(y),
        " is-end" if end else "",
        round(x - 60 if end else x + 60),
        round(y + 28),
        one.name,
    )


def _mark() -> SafeString:
    """A flag on its pole, whose foot is the place."""
    half = SIDE // 2
    return format_html(
        '<path class="pole" d="M{0} {0}V{1}"/><path class="flag" d="M{0} {1}h300l-80 100 80 100H{0}z"/>'
        '<circle class="foot" cx="{0}" cy="{0}" r="46"/>',
        half,
        half - 420,
    )


def _scale() -> SafeString:
    return format_html(
        '<path class="scale" d="M{0} {1}v40h500v-40"/>'
        '<text class="scale-name" x="{2}" y="{3}" aria-hidden="true">500 m</text>'
        '<path class="north" d="M{4} {5}l55 150-55-38-55 38z"/>',
        SIDE - 580,
        SIDE - 110,
        SIDE - 330,
        SIDE - 100,
        110,
        SIDE - 240,
    )
