"""Where people live, by the letters that postcodes begin with: in figures, and on a map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import mean

from django.utils.translation import gettext as _

from groundswell.kit.places import Point, locate
from groundswell.web.maps import Share, shares

Area = tuple[int, list[Point]]


def by_letters(sectors: Mapping[str, int]) -> dict[str, Area]:
    """By the letters that a postcode begins with: a sector of which one person comes would be that person."""
    people: Counter[str] = Counter()
    points: dict[str, list[Point]] = {}
    for sector, number in sectors.items():
        area = "".join(letter for letter in sector[:2] if letter.isalpha())
        people[area] += number
        points.setdefault(area, []).extend(filter(None, [locate(sector)]))
    return {area: (number, points[area]) for area, number in people.most_common()}


def on_a_map(areas: Mapping[str, Area]) -> str:
    """A map with a dot for each area that is on it, or nothing where none is (0 queries)."""
    places = [Share(_middle(points), people) for people, points in areas.values() if points]
    return shares(places, _("Where people come from")) if places else ""


def _middle(points: list[Point]) -> Point:
    return Point(mean(point.latitude for point in points), mean(point.longitude for point in points))
