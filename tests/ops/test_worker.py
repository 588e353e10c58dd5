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
from groundswell.ops import clocks as clocks_module
from groundswell.ops import heartbeat
from groundswell.ops.clocks import Clocks
from groundswell.ops.worker import Worker, crew, recall, run_together


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


class TwoClocks:
    """The one on the wall, which can be set, and the one of the machine, which cannot."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.wall, self.machine = 1_800_000_000.0, 1000.0
        patch.setattr(clocks_module, "now", lambda: datetime.fromtimestamp(self.wall, UTC))
        patch.setattr(time, "monotonic", lambda: self.machine)

    def pass_(self, seconds: float, stepped: float = 0) -> None:
        self.wall, self.machine = self.wall + seconds + stepped, self.machine + seconds


class Machine:
    """Which run of the machine it is."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.run = "one"
        patch.setattr(heartbeat, "boot", lambda: self.run)


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
def clocks(monkeypatch: pytest.MonkeyPatch) -> TwoClocks:
    return TwoClocks(monkeypatch)


def test_what_can_be_taken_back_rests_when_the_clock_was_set_forward(diary: Diary, clocks: TwoClocks) -> None:
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
    diary: Diary, clocks: TwoClocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "look_at_the_clock", lambda _: None)
    worker = Worker([replace(diary.round("tell", every=5), rests=120)])
    clocks.pass_(5, stepped=600)
    worker.pass_once()
    assert len(diary.entries) == 1


class BeginsAnew:
    """A worker that is ended and begun again, and what it lets go each time that it looks."""

    def __init__(self, diary: Diary, clocks: TwoClocks) -> None:
        self.diary, self.clocks = diary, clocks
        self.begin()

    def begin(self, seen: Clocks | None = None) -> None:
        clocks = seen or Clocks()

        def beat() -> int:
            heartbeat.beat("worker", clocks)
            return 0

        every = [
            Round(name="heartbeat", every=heartbeat.EVERY, run=beat),
            replace(self.diary.round("tell", every=5), rests=120),
            self.diary.round("settle", every=5),
        ]
        self.worker = Worker(every, clocks=clocks)

    def came(self, seconds: float = 0, stepped: float = 0) -> list[str]:
        before = len(self.diary.entries)
        self.clocks.pass_(seconds, stepped)
        self.worker.pass_once()
        return [name for name, _at in self.diary.entries[before:]]

    def down(self, seconds: float, stepped: float = 0) -> None:
        """End it for so long; the one that begins then recalls what was seen."""
        self.clocks.pass_(seconds, stepped)
        self.begin(recall(lambda: heartbeat.seen_before("worker"), recover=lambda: None))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.mark.django_db
class TestAWorkerThatBeginsAnew:
    """The clock is set while no worker runs, or one that saw it ends."""

    @pytest.fixture
    def it(self, diary: Diary, clocks: TwoClocks, machine: Machine) -> BeginsAnew:
        it = BeginsAnew(diary, clocks)
        assert it.came() == it.came(5) == ["tell", "settle"]
        return it

    def test_has_seen_that_the_clock_was_set_forward_before(self, it: BeginsAnew) -> None:
        it.down(30, stepped=600)
        assert it.came() == ["settle"]
        assert it.came(119) == ["settle"]
        assert it.came(6) == ["tell", "settle"]

    def test_the_twin_that_recalls_nothing_lets_it_go(
        self, it: BeginsAnew, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(heartbeat, "seen_before", lambda _: None)
        it.down(30, stepped=600)
        assert it.came() == ["tell", "settle"]

    def test_rests_for_what_is_left_where_the_one_before_saw_it(self, it: BeginsAnew) -> None:
        assert it.came(5, stepped=600) == ["settle"]
        it.down(60)
        assert it.came() == ["settle"]
        assert it.came(55) == ["settle"]
        assert it.came(6) == ["tell", "settle"]

    def test_does_not_rest_where_only_time_went_by_or_the_clock_was_set_back(self, it: BeginsAnew) -> None:
        for stepped in (0, 4, -600):
            it.down(3600, stepped)
            assert it.came() == ["tell", "settle"]

    def test_takes_no_new_start_of_the_machine_for_a_set_clock(self, it: BeginsAnew, machine: Machine) -> None:
        machine.run = "another"
        it.clocks.machine = 3.0
        it.down(30)
        assert it.came() == ["tell", "settle"]

    def test_the_twin_that_looks_at_no_run_of_the_machine_does(self, it: BeginsAnew) -> None:
        it.clocks.machine = 3.0
        it.down(30)
        assert it.came() == ["settle"]

    def test_where_nobody_knows_the_run_of_the_machine_nothing_is_recalled(
        self, it: BeginsAnew, machine: Machine
    ) -> None:
        machine.run = ""
        assert it.came(5) == ["tell", "settle"]
        it.down(30, stepped=600)
        assert it.came() == ["tell", "settle"]


def test_what_was_seen_is_asked_for_until_the_database_answers() -> None:
    answers, recovered = [OSError("away"), Clocks(ahead=7.0)], []

    def seen_before() -> Clocks:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert recall(seen_before, recover=lambda: recovered.append(True)).ahead == 7.0
    assert recovered == [True]
