"""The shape of Great Britain."""

import re

import pytest

from groundswell.kit.outline import HIGH, STRIPE, WIDE, drawn, on_the_map, outline
from groundswell.kit.places import Point, sectors


def stripes() -> list[tuple[int, int, int]]:
    return [(int(x), int(y), int(wide)) for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)", outline())]


def is_land(point: Point) -> bool:
    x, y = on_the_map(point)
    return any(left <= x <= left + wide and abs(y - top) <= STRIPE / 2 for left, top, wide in stripes())


def test_it_is_what_the_table_gives() -> None:
    assert outline() == drawn()


def test_it_is_small_and_within_the_map() -> None:
    assert len(outline()) < 2000
    assert all(x + wide <= WIDE and y <= HIGH for x, y, wide in stripes())


def test_every_sector_is_on_the_map() -> None:
    spots = [on_the_map(point) for point in sectors()]
    assert all(0 < x < WIDE and 0 < y < HIGH for x, y in spots)


@pytest.mark.parametrize(
    ("point", "land"),
    [
        (Point(53.48, -2.24), True),
        (Point(52.6, 1.3), True),
        (Point(56.82, -4.2), True),
        (Point(54.5, -4.5), False),
        (Point(55.0, 1.0), False),
        (Point(51.0, 2.5), False),
    ],
    ids=["Manchester", "Norwich", "the Highlands", "the Irish Sea", "the North Sea", "Dunkirk"],
)
def test_land_is_land_and_sea_is_sea(point: Point, land: bool) -> None:
    assert is_land(point) is land
