"""Where things are in Great Britain, from a table that is shipped: no map service learns who asked.

Contains Ordnance Survey data © Crown copyright and database right 2025; Royal Mail data © Royal Mail
copyright and database right 2025; National Statistics data © Crown copyright and database right 2025.
"""

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from django.utils.translation import gettext as _

# The pattern of BS 7666 for the whole United Kingdom; a sector is all but the last two letters.
_POSTCODE = re.compile(
    r"(GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY]))"
    r" ?([0-9])([ABD-HJLNP-UW-Z]{2})"
)
_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG 1980
_KM_PER_DEGREE = 110.5  # the shortest degree of latitude, rounded down
KM_PER_MILE = 1.609344


class NotAPostcode(ValueError):
    """A postcode that cannot be one."""


class Point(NamedTuple):
    """WGS 84 degrees."""

    latitude: float
    longitude: float


def postcode(typed: str) -> str:
    """A United Kingdom postcode as it is printed, ``"m1 1ae"`` to ``"M1 1AE"``.

    :raises NotAPostcode: if it cannot be one; that it exists is not checked.
    """
    match = _POSTCODE.fullmatch(" ".join(typed.upper().split()))
    if match is None:
        raise NotAPostcode(_("This does not look like a UK postcode, for example M1 1AE."))
    outward, sector, unit = match.groups()
    return f"{outward} {sector}{unit}"


def sector(typed: str) -> str:
    """The sector of a postcode, ``"M1 1AE"`` to ``"M1 1"``: all that is ever stored of a person's.

    :raises NotAPostcode: if it cannot be a postcode.
    """
    return postcode(typed)[:-2]


def locate(sector: str) -> Point | None:
    """The middle of a sector, or None where it is not in the table (Northern Ireland, new sectors)."""
    return _sectors().get(sector)


def distance_km(one: Point, other: Point) -> float:
    """The way as the crow flies, by the haversine formula."""
    lat_1, lon_1, lat_2, lon_2 = map(radians, (*one, *other))
    half = sin((lat_2 - lat_1) / 2) ** 2 + cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(half))


def is_near_a_sector(point: Point, km: float) -> bool:
    """Whether any sector's middle is within so many kilometres: False far out at sea and in other countries."""
    north = km / _KM_PER_DEGREE
    east = north / max(cos(radians(point.latitude)), 0.1)
    return any(
        abs(each.latitude - point.latitude) <= north
        and abs(each.longitude - point.longitude) <= east
        and distance_km(each, point) <= km
        for each in _sectors().values()
    )


def near_sectors(point: Point, km: float) -> list[tuple[str, Point]]:
    """The sectors whose middle is within so many kilometres, the nearest first."""
    north = km / _KM_PER_DEGREE
    east = north / max(cos(radians(point.latitude)), 0.1)
    found = [
        (distance_km(each, point), name, each)
        for name, each in _sectors().items()
        if abs(each.latitude - point.latitude) <= north and abs(each.longitude - point.longitude) <= east
    ]
    return [(name, each) for away, name, each in sorted(found) if away <= km]


def sectors() -> Iterable[Point]:
    """The middle of every sector in the table."""
    return _sectors().values()


@cache
def _sectors() -> dict[str, Point]:
    table = files("groundswell.kit").joinpath("gb_postcode_sectors.csv")
    with table.open(encoding="utf-8") as file:
        return {
            row["sector"]: Point(float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)
        }
