"""Maps."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.kit.outline import HIGH, WIDE
from groundswell.kit.places import Point
from groundswell.web.maps import LARGEST, MOST_MARKS, SIDE, Mark, Share, apart, marked, shares
from tests.web.markup import Markup, faults

MANCHESTER, LONDON, BELFAST = Point(53.48, -2.24), Point(51.51, -0.12), Point(54.6, -5.93)


def mark(point: Point, number: int = 1, **more: bool) -> Mark:
    return Mark(point, number, "Stand <in> unity", f"/e/stand-{number}", **more)


def test_every_mark_has_its_number_its_name_and_its_page() -> None:
    page = Markup(marked([mark(MANCHESTER), mark(LONDON, 2, hollow=True)], "Where"))
    assert faults(page) == []
    assert [link["href"] for link in page.all("a")] == ["/e/stand-1", "/e/stand-2"]
    assert [link["aria-label"] for link in page.all("a")] == ["1. Stand <in> unity", "2. Stand <in> unity"]
    assert ["is-hollow" in link["class"] for link in page.all("a")] == [False, True]
    (svg,) = page.all("svg")
    assert (svg["role"], svg["aria-label"]) == ("group", "Where")


def test_north_is_up_and_east_is_on_the_right() -> None:
    squares = Markup(marked([mark(MANCHESTER), mark(LONDON, 2)], "Where")).all("rect")
    assert int(squares[0]["x"]) < int(squares[1]["x"])
    assert int(squares[0]["y"]) < int(squares[1]["y"])


def test_what_is_off_the_map_is_left_out() -> None:
    page = Markup(marked([mark(Point(48.86, 2.35)), mark(Point(40.7, -74.0)), mark(LONDON, 3)], "Where"))
    assert [link["href"] for link in page.all("a")] == ["/e/stand-3"]
    assert Markup(shares([Share(Point(48.86, 2.35), 3)], "Where")).all("circle") == []


def test_too_many_marks_become_dots() -> None:
    page = Markup(marked([mark(MANCHESTER, number) for number in range(MOST_MARKS + 1)], "Where"))
    assert page.all("a") == []
    assert len(page.all("circle")) == MOST_MARKS + 1
    assert page.all("svg")[0]["role"] == "img"


def test_a_dot_is_as_large_as_its_count() -> None:
    circles = Markup(shares([Share(MANCHESTER, 400), Share(LONDON, 100)], "Where")).all("circle")
    assert [float(circle["r"]) for circle in circles] == [LARGEST, LARGEST / 2]
    assert Markup(shares([], "Where")).all("circle") == []


def test_a_place_that_stands_alone_stays_where_it_is() -> None:
    assert apart([(100.0, 200.0), (300.0, 400.0)]) == [(100.0, 200.0), (300.0, 400.0)]


def close(spots: list[tuple[float, float]]) -> list[tuple[int, int]]:
    return [
        (one, other)
        for one in range(len(spots))
        for other in range(one)
        if max(abs(spots[one][0] - spots[other][0]), abs(spots[one][1] - spots[other][1])) < SIDE
    ]


@pytest.mark.parametrize("many", [2, 5, 13, 25, MOST_MARKS])
def test_marks_of_one_town_part(many: int) -> None:
    placed = apart([(350.0 + number / 10, 900.0) for number in range(many)])
    assert close(placed) == []
    assert close([(350.0, 900.0)] * 2) == [(1, 0)], "the twin: left where they are, they cover each other"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, WIDE), st.floats(0, HIGH)), max_size=20))
def test_wherever_they_are_they_part_within_the_map(spots: list[tuple[float, float]]) -> None:
    placed = apart(spots)
    assert close(placed) == []
    assert all(SIDE / 2 <= x <= WIDE - SIDE / 2 and SIDE / 2 <= y <= HIGH - SIDE / 2 for x, y in placed)


def test_the_numbers_in_the_drawing_are_whole() -> None:
    drawing = marked([mark(MANCHESTER), mark(LONDON, 2)], "Where")
    assert not re.search(r'(?:x|y|d)="[^"]*\d\.\d', drawing)
