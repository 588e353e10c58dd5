"""Never above the limit in any hour, wherever it begins, and nearly as much as it allows."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.mailings import throttle as module
from groundswell.mailings.throttle import HOUR, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


def sent(path: Path, per_hour: int, pauses: list[float], space: float = Throttle.SPACE) -> list[tuple[float, int]]:
    """When how many went out, by somebody who asks after each of these pauses and begins anew now and then."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        patch.setattr(Throttle, "SPACE", space)
        throttle, found = Throttle(per_hour, path), []
        for at, pause in enumerate(pauses):
            clock.now += pause
            if at % 500 == 499:
                throttle = Throttle(per_hour, path)
            if given := throttle.reserve(1000):
                found.append((clock.now, given))
    return found


def most_in_an_hour(found: list[tuple[float, int]]) -> int:
    most, inside, first = 0, 0, 0
    for when, many in found:
        inside += many
        while found[first][0] <= when - HOUR:
            inside -= found[first][1]
            first += 1
        most = max(most, inside)
    return most


@pytest.mark.parametrize("per_hour", [1, 60, 1000, 7200, 100_000])
def test_the_limit_is_reached_and_never_passed(tmp_path: Path, per_hour: int) -> None:
    found = sent(tmp_path / "throttle.json", per_hour, [0.7] * 12_000)
    whole = [(when, many) for when, many in found if when <= 1_000_000 + 2 * HOUR]
    assert most_in_an_hour(found) <= per_hour
    assert sum(many for _when, many in whole) >= 0.95 * 2 * per_hour - 2


@given(
    st.lists(st.sampled_from([0.0, 0.5, 3.0, 900.0, 4000.0]), min_size=200, max_size=1500), st.integers(1, 5000)
)
@settings(max_examples=60, deadline=None)
def test_no_hour_has_too_many_whatever_the_pauses(
    tmp_path_factory: pytest.TempPathFactory, pauses: list[float], per_hour: int
) -> None:
    assert most_in_an_hour(sent(tmp_path_factory.mktemp("t") / "throttle.json", per_hour, pauses)) <= per_hour


def test_without_the_space_between_two_an_hour_has_too_many(tmp_path: Path) -> None:
    """The twin."""
    assert most_in_an_hour(sent(tmp_path / "throttle.json", 7200, [0.7] * 12_000, space=1.0)) > 7200


def test_without_a_limit_all_may_go(tmp_path: Path) -> None:
    assert Throttle(0, tmp_path / "throttle.json").reserve(12_345) == 12_345
