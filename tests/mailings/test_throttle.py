"""Never above the limit in any hour, wherever it begins, and nearly as much as it allows."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.mailings import throttle as module
from groundswell.mailings.throttle import HOUR, KEPT, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


def sent(
    path: Path, per_hour: int, pauses: list[float], space: float = Throttle.SPACE, needed: int = 1000
) -> list[tuple[float, int]]:
    """When how many went out, by somebody who asks after each of these pauses and begins anew now and then.

    Of what is given to them they need so many at most.
    """
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        patch.setattr(Throttle, "SPACE", space)
        throttle, found = Throttle(per_hour, path), []
        for at, pause in enumerate(pauses):
            clock.now += pause
            if at % 500 == 499:
                throttle = Throttle(per_hour, path)
            given = throttle.reserve(1000)
            throttle.spare(given - min(given, needed))
            if given:
                found.append((clock.now, min(given, needed)))
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
    found = sent(tmp_path / "throttle.json", per_hour, [1.4] * 6_000)
    whole = [(when, many) for when, many in found if when <= 1_000_000 + 2 * HOUR]
    assert most_in_an_hour(found) <= per_hour
    assert sum(many for _when, many in whole) >= 0.95 * 2 * per_hour - 2


@given(
    st.lists(st.sampled_from([0.0, 0.5, 3.0, 9.0, 900.0, 4000.0]), min_size=200, max_size=1500),
    st.integers(1, 5000),
    st.sampled_from([1, 3, 1000]),
)
@settings(max_examples=60, deadline=None)
def test_no_hour_has_too_many_whatever_the_pauses(
    tmp_path_factory: pytest.TempPathFactory, pauses: list[float], per_hour: int, needed: int
) -> None:
    path = tmp_path_factory.mktemp("t") / "throttle.json"
    assert most_in_an_hour(sent(path, per_hour, pauses, needed=needed)) <= per_hour


def test_what_is_not_needed_is_given_out_again_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    throttle = Throttle(3600, tmp_path / "throttle.json")
    assert throttle.reserve(2) == 2
    throttle.spare(2)
    assert throttle.reserve(2) == 2
    assert throttle.reserve(2) == 0
    throttle.spare(2)
    clock.now += KEPT
    # Both are gone, and only what lies before us now is given.
    assert throttle.reserve(1000) == 2
    unlimited = Throttle(0, tmp_path / "none.json")
    unlimited.spare(5)
    assert unlimited.reserve(3) == 3


def test_without_the_space_between_two_an_hour_has_too_many(tmp_path: Path) -> None:
    """The twin."""
    assert most_in_an_hour(sent(tmp_path / "throttle.json", 7200, [1.4] * 6_000, space=1.0)) > 7200


def test_without_a_limit_all_may_go(tmp_path: Path) -> None:
    assert Throttle(0, tmp_path / "throttle.json").reserve(12_345) == 12_345


def with_mails_between(path: Path, *, room: bool) -> list[tuple[float, int]]:
    """What goes out by a server with a limit of 3,600 where a mail to one person goes out every ten seconds."""
    clock, found = Clock(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        throttle = Throttle(3600, path)
        for at in range(8_000):
            clock.now += 1.0
            many = throttle.reserve(1000)
            if at % 10 == 0:
                many += 1
                if room:
                    throttle.make_room()
            found.append((clock.now, many))
    return found


def test_a_mail_to_one_person_waits_for_nobody_and_takes_the_place_of_a_copy(tmp_path: Path) -> None:
    found = with_mails_between(tmp_path / "throttle.json", room=True)
    assert most_in_an_hour(found) <= 3600
    assert sum(many for _when, many in found[:7200]) >= 0.95 * 7200


def test_without_that_the_server_has_too_many(tmp_path: Path) -> None:
    """The twin."""
    assert most_in_an_hour(with_mails_between(tmp_path / "throttle.json", room=False)) > 3600
