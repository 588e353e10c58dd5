"""The National Grid, against points that the Ordnance Survey and everybody's map give."""

from math import radians

import pytest

from groundswell.kit.grid import grid_reference, projected
from groundswell.kit.places import Point, is_near_a_sector


def test_the_projection_gives_the_worked_example_of_its_guide() -> None:
    latitude = radians(52 + 39 / 60 + 27.2531 / 3600)
    longitude = radians(1 + 43 / 60 + 4.5177 / 3600)
    east, north = projected(latitude, longitude)
    assert (round(east, 3), round(north, 3)) == (651_409.903, 313_177.270)


@pytest.mark.parametrize(
    ("place", "point", "reference"),
    [
        ("Ben Nevis", Point(56.79685, -5.003525), "NN 166 712"),
        ("the observatory in Greenwich", Point(51.47783, -0.00148), "TQ 388 773"),
        ("Snowdon", Point(53.06850, -4.07627), "SH 609 543"),
        ("the cathedral of Kirkwall", Point(58.98143, -2.96005), "HY 449 108"),
        ("Land's End", Point(50.06632, -5.71475), "SW 341 251"),
    ],
)
def test_places_have_the_reference_that_maps_give_them(place: str, point: Point, reference: str) -> None:
    square, east, north = grid_reference(point).split()
    square_there, east_there, north_there = reference.split()
    assert square == square_there
    assert abs(int(east) - int(east_there)) <= 1
    assert abs(int(north) - int(north_there)) <= 1


@pytest.mark.parametrize(
    ("place", "point"),
    [
        ("Belfast", Point(54.597, -5.930)),
        ("Ballycastle", Point(55.204, -6.243)),
        ("Calais", Point(50.951, 1.858)),
        ("Paris", Point(48.857, 2.352)),
        ("the North Sea", Point(55.5, 2.0)),
        ("the pole", Point(90.0, 0.0)),
    ],
)
def test_other_places_have_none(place: str, point: Point) -> None:
    assert grid_reference(point) == ""


def test_near_is_near_on_both_axes() -> None:
    manchester = Point(53.48, -2.24)
    assert is_near_a_sector(manchester, 2)
    assert not is_near_a_sector(Point(53.48, -8.0), 2)
