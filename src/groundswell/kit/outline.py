"""The shape of Great Britain, worked out from where its postcodes are: ``python -m groundswell.kit.outline``.

There is no coast in the table of sectors, but nearly everywhere somebody lives near it. So: everything within some
kilometres of a sector, less what lies at the edge of that, with the holes filled; cut into stripes. It is written
to ``gb_outline.svgpath``, since it takes a second, and a test draws it again.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import groupby, product
from pathlib import Path

from groundswell.kit.grid import osgb36, projected
from groundswell.kit.places import Point, sectors

FILE = "gb_outline.svgpath"
WIDE, HIGH = 640, 1240
"""The map in kilometres: its units. Orkney and Shetland are in it, and some sea on every side."""

CELL = 4
GROWN, SHRUNK = 20, 14
STRIPE = 12
"""Kilometres: of a cell, of what is added around a sector and taken away again, and between two stripes."""

_WEST = 30
Cell = tuple[int, int]


def on_the_map(point: Point) -> tuple[float, float]:
    """A place in the map's units, from the left and from the top; it may lie outside of it."""
    east, north = projected(*osgb36(point))
    return east / 1000 - _WEST, HIGH - 10 - north / 1000


@cache
def outline() -> str:
    """The stripes as an SVG path, to be drawn with a stroke."""
    return files("groundswell.kit").joinpath(FILE).read_text(encoding="ascii").strip()


def drawn() -> str:
    """The same, worked out anew: takes a second or two."""
    land = _land()
    commands = []
    for y in range(0, HIGH, STRIPE):
        row = [x for x in range(WIDE // CELL) if (x, y // CELL) in land]
        for first, last in _runs(row):
            commands.append(f"M{first * CELL} {y}h{(last - first + 1) * CELL}")
    return "".join(commands)


def _land() -> set[Cell]:
    grown = _spread(_inhabited(), GROWN)
    sea = set(product(range(-1, WIDE // CELL + 1), range(-1, HIGH // CELL + 1))) - grown
    return grown - _spread(_open(sea), SHRUNK)


def _inhabited() -> set[Cell]:
    found = (on_the_map(point) for point in sectors())
    return {(int(x) // CELL, int(y) // CELL) for x, y in found}


def _spread(cells: Iterable[Cell], km: int) -> set[Cell]:
    reach = km // CELL
    near = [
        (x, y) for x, y in product(range(-reach, reach + 1), repeat=2) if (x * x + y * y) * CELL * CELL <= km * km
    ]
    return {(x + right, y + down) for x, y in cells for right, down in near}


def _open(sea: set[Cell]) -> set[Cell]:
    """The part of the sea that reaches the edge of the map: the rest are moors."""
    found, waiting = {(-1, -1)}, [(-1, -1)]
    while waiting:
        x, y = waiting.pop()
        for beside in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if beside in sea and beside not in found:
                found.add(beside)
                waiting.append(beside)
    return found


def _runs(row: list[int]) -> Iterable[Cell]:
    for _, numbered in groupby(enumerate(row), key=lambda pair: pair[1] - pair[0]):
        run = [x for _, x in numbered]
        yield run[0], run[-1]


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(f"{drawn()}\n", encoding="ascii")
