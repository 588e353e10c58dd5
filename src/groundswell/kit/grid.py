"""The National Grid of Great Britain, in which paper maps are printed.

The formulae and their constants are those of Ordnance Survey, *A guide to coordinate systems in Great Britain*: a
Helmert transformation from WGS 84 to OSGB36 (annexe B; good to some 5 metres, so no more than six figures are
given) and the transverse Mercator projection on Airy's ellipsoid (annexe C).
"""

from functools import lru_cache
from math import atan2, cos, hypot, radians, sin, sqrt, tan

from groundswell.kit.places import Point, is_near_a_sector

WGS84 = (6_378_137.0, 6_356_752.3142)
AIRY = (6_377_563.396, 6_356_256.909)
"""Half the longer and half the shorter axis of the ellipsoid, in metres."""

SHIFT = (-446.448, 125.157, -542.060)
TURN = tuple(radians(seconds / 3600) for seconds in (-0.1502, -0.2470, -0.8421))
SCALE = 1 + 20.4894e-6

_F0 = 0.9996012717
_LATITUDE_0, _LONGITUDE_0 = radians(49), radians(-2)
_EAST_0, _NORTH_0 = 400_000, -100_000
_WITHIN_KM = 30
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"


@lru_cache(maxsize=1024)
def grid_reference(point: Point) -> str:
    """A place to within 100 metres, such as "NN 166 712"; nothing where it is not in or by Great Britain."""
    # The squares lie over Ireland and France as well, where nobody's map has them.
    if not is_near_a_sector(point, _WITHIN_KM):
        return ""
    east, north = projected(*osgb36(point))
    if not (0 <= east < 700_000 and 0 <= north < 1_300_000):
        return ""
    return f"{_square(east, north)} {int(east % 100_000) // 100:03} {int(north % 100_000) // 100:03}"


def osgb36(point: Point) -> tuple[float, float]:
    """Latitude and longitude on Airy's ellipsoid, in radians."""
    axis, other = WGS84
    squared = 1 - (other / axis) ** 2
    latitude, longitude = radians(point.latitude), radians(point.longitude)
    radius = axis / sqrt(1 - squared * sin(latitude) ** 2)
    x = radius * cos(latitude) * cos(longitude)
    y = radius * cos(latitude) * sin(longitude)
    z = radius * (1 - squared) * sin(latitude)
    turn_x, turn_y, turn_z = TURN
    moved_x = SHIFT[0] + SCALE * x - turn_z * y + turn_y * z
    moved_y = SHIFT[1] + turn_z * x + SCALE * y - turn_x * z
    moved_z = SHIFT[2] - turn_y * x + turn_x * y + SCALE * z
    return _latitude(moved_x, moved_y, moved_z), atan2(moved_y, moved_x)


def _latitude(x: float, y: float, z: float) -> float:
    axis, other = AIRY
    squared = 1 - (other / axis) ** 2
    flat = hypot(x, y)
    latitude = atan2(z, flat * (1 - squared))
    for _ in range(5):
        radius = axis / sqrt(1 - squared * sin(latitude) ** 2)
        latitude = atan2(z + squared * radius * sin(latitude), flat)
    return latitude


def projected(latitude: float, longitude: float) -> tuple[float, float]:
    """Eastings and northings in metres, of radians on Airy's ellipsoid."""
    axis, other = AIRY
    squared = 1 - (other / axis) ** 2
    sine, cosine, tangent = sin(latitude), cos(latitude), tan(latitude)
    nu = axis * _F0 / sqrt(1 - squared * sine**2)
    rho = axis * _F0 * (1 - squared) / (1 - squared * sine**2) ** 1.5
    eta = nu / rho - 1
    along = longitude - _LONGITUDE_0
    north = (
        _meridian(latitude)
        + _NORTH_0
        + nu / 2 * sine * cosine * along**2
        + nu / 24 * sine * cosine**3 * (5 - tangent**2 + 9 * eta) * along**4
        + nu / 720 * sine * cosine**5 * (61 - 58 * tangent**2 + tangent**4) * along**6
    )
    fifth = 5 - 18 * tangent**2 + tangent**4 + 14 * eta - 58 * tangent**2 * eta
    east = (
        _EAST_0
        + nu * cosine * along
        + nu / 6 * cosine**3 * (nu / rho - tangent**2) * along**3
        + nu / 120 * cosine**5 * fifth * along**5
    )
    return east, north


def _meridian(latitude: float) -> float:
    """How far it is along the meridian from the true origin (the guide's M)."""
    axis, other = AIRY
    n = (axis - other) / (axis + other)
    less, more = latitude - _LATITUDE_0, latitude + _LATITUDE_0
    return (
        other
        * _F0
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * sin(less) * cos(more)
            + (15 / 8 * n**2 + 15 / 8 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )


def _square(east: float, north: float) -> str:
    """The two letters of a square of 100 km: of 500 km first, from the north-west and without I."""
    column, row = int(east // 100_000), int(north // 100_000)
    large = _LETTERS[(3 - row // 5) * 5 + 2 + column // 5]
    return large + _LETTERS[(4 - row % 5) * 5 + column % 5]
