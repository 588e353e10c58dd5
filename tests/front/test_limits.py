"""How patient an address must be: a hall is slowed, never refused."""

import threading

import pytest

from groundswell.front import limits
from groundswell.front.limits import BURST, LONGEST_PATIENCE, LONGEST_WAIT, PER_SECOND, Limits, patience, wait


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_full_room_goes_through_at_full_speed(clock: Clock) -> None:
    counted = Limits(clock)
    assert [counted.backlog("hall") for _ in range(BURST)] == pytest.approx([0.0] * BURST, abs=1e-6)


def test_what_comes_faster_waits_longer_and_longer(clock: Clock) -> None:
    counted = Limits(clock)
    backlogs = [counted.backlog("hall") for _ in range(BURST + 5)][BURST:]
    assert backlogs == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


def test_each_address_is_counted_for_itself(clock: Clock) -> None:
    counted = Limits(clock)
    for _ in range(BURST * 2):
        counted.backlog("hall")
    assert counted.backlog("elsewhere") == 0


def test_the_allowed_rate_never_waits(clock: Clock) -> None:
    counted = Limits(clock)
    for _ in range(1000):
        clock.now += 1 / PER_SECOND
        assert counted.backlog("hall") == 0


def test_after_a_while_it_is_forgotten(clock: Clock) -> None:
    counted = Limits(clock)
    for _ in range(BURST * 2):
        counted.backlog("hall")
    assert counted.backlog("hall") > 0
    clock.now += BURST / PER_SECOND * 3
    assert counted.backlog("hall") == 0


def test_a_wait_and_a_patience_have_an_end() -> None:
    assert (wait(0), patience(0)) == (0, 0)
    assert (wait(0.5), patience(0.5)) == (0.5, 30)
    assert (wait(1e6), patience(1e6)) == (LONGEST_WAIT, LONGEST_PATIENCE)


def test_a_million_addresses_do_not_fill_the_memory(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 100)
    counted = Limits(clock)
    for number in range(1000):
        counted.backlog(f"a{number}")
        assert len(counted._due) <= 100
    clock.now += 1
    counted.backlog("b")
    for number in range(100):
        counted.backlog(f"c{number}")
    assert not any(address.startswith("a") for address in counted._due)


def test_it_is_counted_from_many_threads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 50)
    counted, errors = Limits(), []

    def count(name: str) -> None:
        try:
            for number in range(2000):
                counted.backlog(f"{name}{number % 200}")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=count, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
