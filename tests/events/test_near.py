"""Which events are near a postcode."""

from datetime import UTC, datetime

import pytest

from groundswell.events.models import Event
from groundswell.events.near import Located, nearest, point_of
from groundswell.kit.places import Point, locate


def event(title: str, hour: int = 1, **where: object) -> Event:
    return Event(title=title, status="published", opens_at=datetime(2027, 5, 16, hour, tzinfo=UTC), **where)


def located(one: Event) -> Located:
    return Located(*(getattr(one, name) for name in Located._fields))


def test_the_nearest_come_first_and_those_without_a_place_last() -> None:
    london = event("London", venue_postcode="SW1A 1AA")
    # Manchester's town hall square, by its co-ordinates: 53.4794 N, 2.2453 W.
    manchester = event("Manchester", latitude=53.4794, longitude=-2.2453)
    later, sooner = event("Later", hour=3), event("Sooner", hour=2)
    here = locate("M1 1")
    assert here is not None
    over = event("Over", latitude=53.4794, longitude=-2.2453)
    over.status = "over"
    every = {one.id: one.title for one in (over, later, london, manchester, sooner)}
    found = nearest([located(one) for one in (over, later, london, manchester, sooner)], here)
    assert [every[one.event] for one in found] == ["Manchester", "London", "Sooner", "Later", "Over"]
    assert found[0].miles == pytest.approx(0.5, abs=0.5)
    assert found[1].miles == pytest.approx(163, abs=3)  # some 262 km as the crow flies
    assert found[2].miles is None


def test_own_co_ordinates_come_before_the_postcode() -> None:
    both = event("Both", latitude=51.0, longitude=-1.0, venue_postcode="M1 1AE")
    assert point_of(both) == Point(51.0, -1.0)
    assert point_of(event("Neither")) is None
    assert point_of(event("Not in the table", venue_postcode="BT1 1AA")) is None
