"""Outcomes from the journal's thread reach those who wait, many at one waking."""

import asyncio
import threading

from groundswell.front.answers import Resolver, see


def test_every_outcome_arrives_and_the_loop_is_woken_once_for_many() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        wakings = 0
        plain = loop.call_soon_threadsafe

        def counted(*args: object) -> object:
            nonlocal wakings
            wakings += 1
            return plain(*args)  # type: ignore[arg-type]

        loop.call_soon_threadsafe = counted  # type: ignore[method-assign, assignment]
        resolver = Resolver(loop)
        expected = [resolver.expect() for _ in range(100)]

        def commit() -> None:
            for number, (_, done) in enumerate(expected):
                done(None if number % 2 else ValueError())

        thread = threading.Thread(target=commit)
        thread.start()
        thread.join()
        assert await asyncio.gather(*(outcome for outcome, _ in expected)) == [False, True] * 50
        assert wakings == 1

    asyncio.run(run())


def test_who_went_away_is_not_told() -> None:
    async def run() -> None:
        resolver = Resolver(asyncio.get_running_loop())
        (gone, tell_gone), (there, tell_there) = resolver.expect(), resolver.expect()
        gone.cancel()
        tell_gone(None)
        tell_there(None)
        assert await there

    asyncio.run(run())


def test_outcomes_from_many_commits_all_arrive() -> None:
    async def run() -> None:
        resolver = Resolver(asyncio.get_running_loop())
        expected = [resolver.expect() for _ in range(2000)]

        def commits() -> None:
            for _, done in expected:
                done(None)

        thread = threading.Thread(target=commits)
        thread.start()
        assert all(await asyncio.wait_for(asyncio.gather(*(outcome for outcome, _ in expected)), 10))
        thread.join()

    asyncio.run(run())


def test_a_browser_is_sent_on_by_get() -> None:
    start = see("/e/rally/thanks")
    assert start["status"] == 303
    assert dict(start["headers"])[b"location"] == b"/e/rally/thanks"
