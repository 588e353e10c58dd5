"""``kill -9`` of whoever sends, at any moment: nobody is left out, and nobody gets it twice.

What cannot be known is who was on the way at the kill: at most one for each connection. They are in doubt, and
that is what their copies say.
"""

import os
import signal
from collections.abc import Callable

import pytest

from tests.mailings.conftest import Post

pytestmark = pytest.mark.enable_socket

Make = Callable[..., Post]


def faults(post: Post, states: dict[str, str], kills: int) -> list[str]:
    """What is wrong: people left out, people who got it twice, doubts that have no kill."""
    taken = post.sink.taken()
    twice = [f"{email} got it {times} times" for email, times in taken.items() if times > 1]
    out = [f"{email} is {state!r}" for email, state in states.items() if not taken[email] and state != "doubt"]
    wrong = [f"{email} got it and is {state!r}" for email, state in states.items() if taken[email] and not state]
    doubts = sum(state == "doubt" for state in states.values())
    many = [f"{doubts} in doubt"] if doubts > kills * post.connections else []
    return twice + out + wrong + many


def test_kills_leave_nobody_out_and_write_to_nobody_twice(make_post: Make, request: pytest.FixtureRequest) -> None:
    full = request.config.getoption("--full")
    people, kills = (500_000, 200) if full else (20_000, 20)
    it = make_post()
    it.prepare(people)
    hit = it.kill_often(kills, (0, 0.4))
    states = it.finish(1200)
    assert len(states) == people
    assert faults(it, states, hit) == []
    print(f"{people} copies, {hit} kills, {sum(state == 'doubt' for state in states.values())} in doubt")


def test_kills_during_a_test_of_subjects_change_nobodys_subject(make_post: Make) -> None:
    it = make_post("--delay", "0.005", mode="subjects")
    it.prepare(2_000)
    assert it.run("test").wait(60) == 0
    hit = it.kill_in_the_middle(5)
    assert faults(it, it.finish(), hit) == []
    numbers, named = it.tell()["numbers"], it.sink.named()
    expected = {email: str((number - 1) % 3 + 1 if number <= 1_000 else 3) for email, number in numbers.items()}
    assert {email: expected[email] for email in named} == named
    assert set(named.values()) == {"1", "2", "3"}


def test_without_the_journal_it_is_sent_again(make_post: Make) -> None:
    """The twin: with the guard taken out, the same check fails."""
    it = make_post("--delay", "0.005", mode="forgetful")
    it.prepare(2_000)
    hit = it.kill_in_the_middle(4)
    assert faults(it, it.finish(), hit)


def test_an_update_on_the_day_is_sent_again_rather_than_not_at_all(make_post: Make) -> None:
    it = make_post("--delay", "0.005")
    it.prepare(2_000, "update")
    hit = it.kill_in_the_middle(4)
    states = it.finish()
    taken = it.sink.taken()
    assert set(states.values()) == {"sent"}
    assert set(taken) == set(states)
    assert sum(taken.values()) - len(states) <= hit * it.connections


def test_two_at_once_share_the_work(make_post: Make) -> None:
    it = make_post()
    it.prepare(4_000)
    both = [it.start(), it.start()]
    assert [process.wait(120) for process in both] == [0, 0]
    states = it.tell()["copies"]
    assert set(states.values()) == {"sent"}
    assert faults(it, states, 0) == []


def test_who_was_taken_for_dead_and_goes_on_sends_nothing_twice(make_post: Make) -> None:
    it = make_post("--delay", "0.02")
    it.prepare(3_000)
    stopped = it.start()
    it.wait_until_taken(200)
    os.kill(stopped.pid, signal.SIGSTOP)
    assert it.run("expire").wait(60) == 0
    other = it.start()
    it.wait_until_taken(1_500)
    os.kill(stopped.pid, signal.SIGCONT)
    assert other.wait(120) == 0
    assert stopped.wait(120) == 0
    assert faults(it, it.tell()["copies"], 1) == []


@pytest.mark.parametrize(
    "fault", ["421=0.01", "450=0.05", "550=0.02", "drop=0.01", "hang=0.005"], ids=lambda fault: fault.split("=")[0]
)
def test_a_server_that_misbehaves_loses_nobody(make_post: Make, fault: str) -> None:
    it = make_post("--fault", fault)
    it.prepare(1_500)
    states = it.finish()
    taken = it.sink.taken()
    assert [email for email, times in taken.items() if times > 1] == []
    for email, state in states.items():
        assert state == "doubt" or (state == "sent") == bool(taken[email]), (email, state)
        assert state in {"sent", *{"55": ["refused"], "dr": ["doubt"], "ha": ["doubt"]}.get(fault[:2], [])}
    assert {"refused", "doubt"} & set(states.values()) or fault[:1] == "4"


def test_kills_while_a_server_misbehaves_in_every_way_lose_nobody_either(make_post: Make) -> None:
    """Whom it dropped is in doubt like who was on the way at a kill; whom it refused was never taken."""
    every = ("421=0.004", "450=0.02", "550=0.01", "drop=0.002", "hang=0.001")
    it = make_post("--delay", "0.005", *(word for fault in every for word in ("--fault", fault)))
    it.prepare(2_000)
    it.kill_in_the_middle(5)
    states, taken = it.finish(), it.sink.taken()
    assert [email for email, times in taken.items() if times > 1] == []
    wrong = {(state, bool(taken[email])) for email, state in states.items()} - ENDS
    assert not wrong
    # A twentieth: of those on the way at a kill eight each, and of those it dropped or let hang.
    assert sum(state == "doubt" for state in states.values()) < 100
    assert {"sent", "refused", "doubt"} <= set(states.values())


ENDS = {("sent", True), ("refused", False), ("doubt", True), ("doubt", False)}
"""What may become of a copy, and whether the server took it."""


def test_a_server_that_is_away_is_waited_for(make_post: Make) -> None:
    it = make_post("--delay", "0.005")
    it.prepare(2_000)
    sending = it.start()
    it.wait_until_taken(300)
    it.sink.kill()
    with pytest.raises(Exception, match="timed out"):
        sending.wait(3)
    it.sink.start()
    assert sending.wait(120) == 0
    # Those on the way when it went are not known.
    assert faults(it, it.tell()["copies"], 1) == []


def test_a_server_without_pipelining_is_spoken_to_step_by_step(make_post: Make) -> None:
    it = make_post("--step-by-step", "--fault", "450=0.05")
    it.prepare(500)
    states = it.finish()
    assert set(states.values()) == {"sent"}
    assert faults(it, states, 0) == []


@pytest.mark.parametrize("step_by_step", [[], ["--step-by-step"]], ids=["pipelined", "step by step"])
def test_a_server_with_a_limit_for_each_connection_is_called_again(
    make_post: Make, step_by_step: list[str]
) -> None:
    it = make_post("--most", "40", *step_by_step, mode="once")
    it.prepare(1_000)
    states = it.finish()
    assert set(states.values()) == {"sent"}
    assert faults(it, states, 0) == []


def test_without_that_each_copy_is_blamed_and_put_off(make_post: Make) -> None:
    """The twin: the guard taken out, and one round leaves most of them for later."""
    it = make_post("--most", "40", mode="blaming")
    it.prepare(1_000)
    assert it.start().wait(90) == 0
    assert it.tell()["deferred"] > 500
