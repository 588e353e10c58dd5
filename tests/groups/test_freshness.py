"""For how long a sign-in is fresh."""

from datetime import timedelta

import pytest

from groundswell.groups.freshness import FRESH, fresh_until
from groundswell.kit.clock import now


def at(ago: timedelta) -> dict[str, object]:
    return {"method": "code", "at": (now() - ago).timestamp()}


def test_a_quarter_of_an_hour_from_the_last_proof() -> None:
    until = fresh_until([at(timedelta(hours=5)), at(timedelta(minutes=5))])
    assert until is not None
    assert abs(until - now() - timedelta(minutes=10)) < timedelta(seconds=5)


@pytest.mark.parametrize("records", [[], [at(FRESH + timedelta(seconds=1))]])
def test_then_it_is_not(records: list[dict[str, object]]) -> None:
    assert fresh_until(records) is None
