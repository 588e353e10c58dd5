"""Polling what was touched, through whatever happens to the database."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest

from groundswell.front import touched
from groundswell.front.kept import Kept
from groundswell.front.touched import Poller
from groundswell.kit.ids import uuid7


class Database:
    """Touches, and the trouble with reading them."""

    def __init__(self) -> None:
        self.touches: dict[UUID, str] = {}
        self.fails: Exception | None = None
        self.reads = 0
        self.let_go = 0
        self.takes: Callable[[], None] = lambda: None

    def read(self) -> dict[UUID, str]:
        self.reads += 1
        self.takes()
        if self.fails:
            raise self.fails
        return dict(self.touches)

    def close(self) -> None:
        self.let_go += 1


async def until(true: Callable[[], bool], seconds: float = 3) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


def poll(database: Database, kept: Kept) -> Poller:
    return Poller(database.read, kept, asyncio.get_running_loop(), let_go=database.close, every=0.01)


def test_what_is_touched_is_noticed() -> None:
    async def run() -> None:
        database, kept = Database(), Kept()
        poller = poll(database, kept)
        generation = kept.generation
        assert kept.untouched(["event:1"], generation)
        database.touches[uuid7()] = "event:1"
        await until(lambda: not kept.untouched(["event:1"], generation))
        assert kept.untouched(["event:2"], generation)
        poller.stop()
        assert database.let_go == 1

    asyncio.run(run())


def test_after_the_database_was_away_everything_is_stale_and_the_connection_fresh(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        database, kept = Database(), Kept()
        poller = poll(database, kept)
        await until(lambda: database.reads > 2)
        database.fails = OSError("ada@example.org")
        await until(lambda: database.let_go > 2)
        generation = kept.generation
        assert kept.untouched(["event:1"], generation), "meanwhile pages are sent as they are"
        database.fails = None
        await until(lambda: not kept.untouched(["event:1"], generation))
        poller.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert [record.getMessage() for record in caplog.records] == ["Touches not read: OSError"]


def test_after_a_long_gap_everything_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine slept, or the database hung and then answered: touches older than a reading were missed."""

    async def run() -> None:
        database, kept = Database(), Kept()
        poller = poll(database, kept)
        await until(lambda: database.reads > 2)
        generation = kept.generation
        assert kept.untouched(["event:1"], generation)
        real = time.time
        monkeypatch.setattr(touched.time, "time", lambda: real() + 6)
        await until(lambda: not kept.untouched(["event:1"], generation))
        again = kept.generation
        await asyncio.sleep(0.05)
        assert kept.untouched(["event:1"], again), "once is enough"
        poller.stop()

    asyncio.run(run())


def test_it_ends_with_its_event_loop() -> None:
    database = Database()
    loop = asyncio.new_event_loop()
    poller = Poller(database.read, Kept(), loop, every=0.01)
    loop.close()
    deadline = time.monotonic() + 3
    while poller._thread.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_keeps_no_process_alive() -> None:
    loop = asyncio.new_event_loop()
    poller = Poller(dict, Kept(), loop, every=0.01)
    assert poller._thread.daemon
    assert poller._thread in threading.enumerate()
    poller.stop()
    loop.close()
