"""Whoever takes their consent back while a mailing goes out is handed over no later than five seconds after it.

The server is so slow that a lease is in a worker's hands for longer than that.
"""

import time
from collections.abc import Callable

import pytest

from tests.mailings.conftest import Post

pytestmark = pytest.mark.enable_socket

PEOPLE = 2_000
LATEST = 5.0


SLOW = ("--delay", "1.0")


def five_seconds_later(post: Post) -> int:
    """How many the server has taken five seconds after everybody took their consent back, while it was sent."""
    post.prepare(PEOPLE)
    post.start()
    post.wait_until_taken(2)
    withdrawing = post.run("withdraw")
    assert withdrawing.stdout
    assert withdrawing.stdout.readline() == "It is done.\n"
    time.sleep(LATEST)
    taken = sum(post.sink.taken().values())
    assert withdrawing.wait(30) == 0
    return taken


def test_nobody_is_handed_over_later_than_five_seconds_after_it(make_post: Callable[..., Post]) -> None:
    post = make_post(*SLOW, connections=2, mode="long")
    taken = five_seconds_later(post)
    assert post.at_work[0].wait(60) == 0
    assert sum(post.sink.taken().values()) == taken
    told = post.tell()
    states = list(told["copies"].values())
    assert (states.count("sent"), states.count("skipped")) == (taken, PEOPLE - taken)
    assert told["leases"] == 0


def test_without_reading_it_anew_they_would_be(make_post: Callable[..., Post]) -> None:
    """The twin: the same lease, and what was read about consent holds for as long as it is in hands."""
    post = make_post(*SLOW, connections=2, mode="believing")
    post.wait_until_taken(five_seconds_later(post) + 4, seconds=20)
