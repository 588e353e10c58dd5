"""More processes that send: each sends once what it takes, and leaves cleanly when whoever started it is gone."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from groundswell.groups.access import SYSTEM
from groundswell.kit.clock import now
from groundswell.mailings import hands, rounds
from groundswell.mailings.hands import MUCH, Hands, processes
from groundswell.mailings.models import Mailing
from groundswell.mailings.operations import Draft, compose
from groundswell.mailings.rounds import Rounds
from tests import made_up
from tests.mailings.conftest import Post


def a_hand(post: Post) -> "subprocess.Popen[bytes]":
    """One, as a worker starts it."""
    command = [sys.executable, "-P", "-m", "groundswell.mailings.hands"]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, env=post.variables())
    post.at_work.append(started)  # type: ignore[arg-type]
    return started


def let_go(hand: "subprocess.Popen[bytes]") -> int:
    """Be gone, as it sees it; returns how it ended."""
    assert hand.stdin
    hand.stdin.close()
    return hand.wait(20)


@pytest.mark.enable_socket
def test_it_sends_beside_another_one_and_each_gets_one(make_post: Callable[..., Post]) -> None:
    post = make_post("--delay", "0.005")
    post.prepare(3_000)
    both = [a_hand(post), a_hand(post)]
    post.wait_until_taken(3_000)
    assert [let_go(each) for each in both] == [0, 0]
    assert set(post.sink.taken().values()) == {1}
    assert set(post.finish().values()) == {"sent"}


@pytest.mark.enable_socket
def test_one_whose_starter_is_gone_leaves_nothing_in_doubt(make_post: Callable[..., Post]) -> None:
    post = make_post("--delay", "0.005")
    post.prepare(4_000)
    hand = a_hand(post)
    post.wait_until_taken(300)
    assert let_go(hand) == 0
    told = post.tell()
    assert "doubt" not in told["copies"].values()
    assert 300 <= sum(state == "sent" for state in told["copies"].values()) < 4_000
    assert set(post.finish().values()) == {"sent"}
    assert set(post.sink.taken().values()) == {1}


class Process:
    """One that runs until it is told that it does not."""

    ended: int | None = None

    def poll(self) -> int | None:
        return self.ended


def test_those_who_are_missing_are_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Process] = []

    def start() -> Process:
        started.append(Process())
        return started[-1]

    monkeypatch.setattr(hands, "start", start)
    crew = Hands(2)
    assert crew.working() == 0
    crew.help()
    crew.help()
    assert (len(started), crew.working()) == (2, 2)
    started[0].ended = 0
    assert crew.working() == 1
    crew.help()
    assert len(started) == 3


def test_no_more_than_there_are_connections() -> None:
    assert processes(1) == 1
    assert 1 <= processes(64) <= hands.MOST


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("left", "warm_up", "expected"), [(MUCH - 1, "", [8]), (MUCH, "", [4]), (MUCH, "2026-01-01", [8])]
)
def test_where_much_is_left_the_connections_are_shared(
    left: int, warm_up: str, expected: list[int], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    root = made_up.root(made_up.organisation())
    mailing = compose(SYSTEM, group=root, draft=Draft(words={"en": {"subject": "Come", "text": "Come."}}))
    Mailing.objects.filter(id=mailing.id).update(state="sending", copies=left, frozen_at=now())
    asked: list[int] = []

    class Sender:
        def __init__(self, *, connections: int, **_more: object) -> None:
            asked.append(connections)

        def run(self, _seconds: float) -> int:
            return 0

        def stop(self) -> None:
            asked.append(0)

    monkeypatch.setattr(rounds, "Sender", Sender)
    monkeypatch.setattr(rounds, "processes", lambda _connections: 2)
    monkeypatch.setattr(hands, "start", Process)
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, smtp="smtp://127.0.0.1:9", mail_per_hour=0, mail_warm_up=warm_up
    )
    one = Rounds()
    assert one.send() == 0
    assert asked == expected
    one.stop()
    assert one.send() == 0
    assert asked == [*expected, 0]
