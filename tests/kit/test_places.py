"""Postcodes, their sectors, and how far one is from another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.kit.places import KM_PER_MILE, NotAPostcode, Point, distance_km, locate, postcode, sector


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("m1 1ae", "M1 1AE"),
        ("M11AE", "M1 1AE"),
        ("  sw1a   1aa ", "SW1A 1AA"),
        ("B338TH", "B33 8TH"),
        ("CR2 6XH", "CR2 6XH"),
        ("DN551PT", "DN55 1PT"),
        ("W1A 0AX", "W1A 0AX"),
        ("ec1a 1bb", "EC1A 1BB"),
        ("gir 0aa", "GIR 0AA"),
        ("BT1 5GS", "BT1 5GS"),
    ],
)
def test_a_postcode_is_written_as_it_is_printed(typed: str, printed: str) -> None:
    assert postcode(typed) == printed
    assert sector(typed) == printed[:-2]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "M1",
        "M1 1A",
        "M1 1AEE",
        "QA1 1AA",
        "AI1 1AA",
        "M1 1CE",
        "12345",
        "M1-1AE",
        "M1 1AE\0",
        "Ｍ1 1AE",
        "\ud800",
    ],
)
def test_what_cannot_be_one_is_refused(typed: str) -> None:
    with pytest.raises(NotAPostcode):
        postcode(typed)


@given(st.text(max_size=20))
def test_anything_typed_is_a_postcode_or_refused(typed: str) -> None:
    try:
        printed = postcode(typed)
    except NotAPostcode:
        return
    assert printed.isascii()
    assert len(printed) <= 8
    assert postcode(printed) == printed


def test_a_sector_of_great_britain_is_found_offline() -> None:
    manchester = locate(sector("M1 1AE"))
    assert manchester is not None
    assert manchester.latitude == pytest.approx(53.48, abs=0.02)
    assert manchester.longitude == pytest.approx(-2.23, abs=0.02)


def test_northern_ireland_is_accepted_without_a_place() -> None:
    assert locate(sector("BT1 5GS")) is None


def test_the_distance_is_the_one_on_the_globe() -> None:
    london, edinburgh = Point(51.5074, -0.1278), Point(55.9533, -3.1883)
    assert distance_km(london, edinburgh) == pytest.approx(534, abs=2)
    assert distance_km(london, edinburgh) / KM_PER_MILE == pytest.approx(332, abs=2)
    assert distance_km(london, london) == 0
    # Half of the way around is the longest there is.
    assert distance_km(Point(90, 0), Point(-90, 0)) == pytest.approx(20015, abs=1)
