"""The worker gives every round its turn, however busy or broken another one is."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from groundswell.kit.logs import OneObject
from groundswell.kit.rounds import Round
from groundswell.ops import worker as worker_module
from groundswell.ops.worker import Worker, crew, run_together


class Diary:
    """Rounds that write down when they ran."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, float]] = []

    def round(self, name: str, *, every: float, finds: Callable[[], int] = lambda: 0) -> Round:
        def run() -> int:
            self.entries.append((name, time.monotonic()))
            return finds()

        return Round(name=name, every=every, run=run)

    def times(self, name: str) -> list[float]:
        return [at for entry, at in self.entries if entry == name]


class Clocks:
    """The one on the wall, which can be set, and the one of the machine, which cannot."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.wall, self.machine = 1_800_000_000.0, 1000.0
        patch.setattr(worker_module, "now", lambda: datetime.fromtimestamp(self.wall, UTC))
        patch.setattr(time, "monotonic", lambda: self.machine)

    def pass_(self, seconds: float, stepped: float = 0) -> None:
        self.wall, self.machine = self.wall + seconds + stepped, self.machine + seconds


def work(worker: Worker, *, seconds: float) -> None:
    threading.Timer(seconds, worker.stop).start()
    worker.run()


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_a_round_that_finds_nothing_rests(diary: Diary) -> None:
    work(Worker([diary.round("quiet", every=0.1)]), seconds=0.35)
    assert 1 <= len(diary.times("quiet")) <= 4


def test_what_arrives_is_taken_up_within_its_interval(diary: Diary) -> None:
    arrived: list[float] = []

    def settle() -> int:
        if arrived:
            worker.stop()
        return 0

    worker = Worker([diary.round("settle", every=0.1, finds=settle), diary.round("rare", every=60)])
    threading.Timer(0.25, lambda: arrived.append(time.monotonic())).start()
    worker.run()
    assert diary.times("settle")[-1] - arrived[0] < 1


def test_a_round_that_finds_something_comes_again_at_once(diary: Diary) -> None:
    waiting = [1] * 20

    def take() -> int:
        if not waiting:
            worker.stop()
            return 0
        return waiting.pop()

    worker = Worker([diary.round("busy", every=60, finds=take)])
    worker.run()
    assert len(diary.times("busy")) == 21


def test_a_flood_in_one_round_keeps_no_other_from_its_turn(diary: Diary) -> None:
    def flood() -> int:
        if len(diary.entries) > 20:
            worker.stop()
        return 250

    worker = Worker([diary.round("flood", every=0.1, finds=flood), diary.round("mail", every=0)])
    worker.run()
    names = [name for name, _at in diary.entries]
    assert names[:20] == ["flood", "mail"] * 10


def test_a_broken_round_is_tried_again_and_breaks_no_other(diary: Diary, caplog: pytest.LogCaptureFixture) -> None:
    fails = [ValueError("anna@example.org"), ValueError("again")]
    recovered: list[bool] = []

    def break_twice() -> int:
        if fails:
            raise fails.pop(0)
        worker.stop()
        return 0

    rounds = [diary.round("broken", every=0.05, finds=break_twice), diary.round("well", every=0.05)]
    worker = Worker(rounds, recover=lambda: recovered.append(True))
    with caplog.at_level(logging.ERROR):
        worker.run()
    first, second, third = diary.times("broken")
    assert second - first > 0.15
    assert third - second > 0.35
    assert len(diary.times("well")) >= 3
    assert recovered == [True, True]
    written = "".join(map(OneObject().format, caplog.records))
    assert "Round broken failed" in written
    assert "ValueError" in written or "RuntimeError" in written
    assert "anna@example.org" not in written


def test_a_stop_lets_the_round_that_has_begun_finish_and_begins_no_other(diary: Diary) -> None:
    finished: list[bool] = []

    def slow() -> int:
        worker.stop()
        finished.append(True)
        return 1

    worker = Worker([diary.round("slow", every=0, finds=slow), diary.round("next", every=0)])
    worker.run()
    assert finished == [True]
    assert diary.times("next") == []


def test_without_rounds_it_waits_to_be_stopped() -> None:
    began = time.monotonic()
    work(Worker([]), seconds=0.2)
    assert 0.1 < time.monotonic() - began < 1


def test_who_waits_for_somebody_outside_keeps_nobody_waiting() -> None:
    outside, ran, recovered = threading.Event(), threading.Event(), []

    def deliver() -> int:
        assert outside.wait(5), "the other round did not run meanwhile"
        return 0

    def settle() -> int:
        ran.set()
        outside.set()
        return 0

    rounds = [
        Round(name="deliver", every=60, run=deliver, apart=True),
        Round(name="settle", every=60, run=settle),
    ]
    workers = crew(rounds, recover=lambda: recovered.append(threading.current_thread()))
    assert [[turn.round.name for turn in worker.turns] for worker in workers] == [["settle"], ["deliver"]]
    for worker in workers:
        threading.Timer(0.3, worker.stop).start()
    run_together(workers)
    assert ran.is_set()
    assert len(set(recovered)) == 2, "each thread lets go of its own connections"


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


def test_what_can_be_taken_back_rests_when_the_clock_was_set_forward(diary: Diary, clocks: Clocks) -> None:
    tell, settle = replace(diary.round("tell", every=5), rests=120), diary.round("settle", every=5)
    worker = Worker([tell, settle])

    def came(seconds: float, stepped: float = 0) -> list[str]:
        before = len(diary.entries)
        clocks.pass_(seconds, stepped)
        worker.pass_once()
        return [name for name, _at in diary.entries[before:]]

    assert came(0) == came(5) == ["tell", "settle"]
    assert came(5, stepped=600) == ["settle"]
    assert came(114) == ["settle"]
    assert came(6) == ["tell", "settle"]
    assert came(5, stepped=-600) == came(5, stepped=4) == ["tell", "settle"]


def test_the_twin_that_looks_at_no_clock_lets_it_go_at_once(
    diary: Diary, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "look_at_the_clock", lambda _: None)
    worker = Worker([replace(diary.round("tell", every=5), rests=120)])
    clocks.pass_(5, stepped=600)
    worker.pass_once()
    assert len(diary.entries) == 1
