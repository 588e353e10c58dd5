"""``kill -9`` of anything at any moment: what was acknowledged is there, once."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.crash.conftest import Crowd, Field, Killer
from tests.ops.conftest import until

UnderFire = Callable[..., Field]


@pytest.mark.enable_socket
def test_what_was_acknowledged_survives_every_kill_and_counts_once(
    under_fire: UnderFire, request: pytest.FixtureRequest
) -> None:
    full = request.config.getoption("--full")
    people, kills = (10_000, 20) if full else (400, 4)
    it = under_fire()
    targets = ["web", "worker", "supervisor", *(["database"] if it.cluster else [])]
    crowd = Crowd(it.port, it.path, people)
    threads = crowd.start()
    killer = Killer(it, targets, kills)
    killer.run(pause=4.0 if full else 0.6)
    for thread in threads:
        thread.join()
    assert len(crowd.acknowledged) == people
    it.wait_until_settled(people, seconds=120)
    answered = it.answered()
    assert set(answered) >= crowd.acknowledged
    assert [email for email, times in answered.items() if times != 1] == []
    assert it.count("SELECT sum(unconfirmed) FROM attendances_tally") == len(answered)
    _mails_went_out_once(it, len(answered), kills, seconds=900 if full else 120)
    print(f"{people} answers, {kills} kills; back after", [f"{what} {took:.1f} s" for what, took in killer.took])


def _mails_went_out_once(it: Field, people: int, kills: int, seconds: float) -> None:
    waiting = "SELECT count(*) FROM outbox_effect WHERE state = 'waiting'"
    # A server that was away for a moment is asked again after half a minute.
    until(lambda: it.count(waiting) == 0, seconds=seconds)
    times = Counter(it.mails.ids)
    assert len(times) == people
    assert sum(times.values()) - len(times) <= kills


@pytest.mark.enable_socket
def test_an_answer_before_the_commit_loses_people(under_fire: UnderFire) -> None:
    """The twin: with the guard taken out, the same check fails."""
    it = under_fire(without="early_answer")
    crowd = Crowd(it.port, it.path, 400)
    threads = crowd.start()
    Killer(it, ["web"], 3).run(pause=0.6)
    for thread in threads:
        thread.join()
    assert len(crowd.acknowledged) == 400
    it.wait_until_settled(400, seconds=60)
    assert crowd.acknowledged - set(it.answered())
