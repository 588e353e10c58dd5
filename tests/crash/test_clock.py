"""Somebody sets the clock ten minutes back, or forward, while everything runs: it makes no difference."""

import http.client
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.crash.conftest import FORM, Field
from tests.ops.conftest import until

TEN_MINUTES = 600
UnderFire = Callable[..., Field]

pytestmark = pytest.mark.enable_socket


class Clock:
    """The clock of all processes of an installation."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.shifted = 0
        file.write_text("0")

    def move(self, seconds: int) -> None:
        self.shifted += seconds
        self.file.write_text(str(self.shifted))


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(tmp_path / "clock")
    monkeypatch.setenv("SET_CLOCK", str(made.file))
    return made


@contextmanager
def nobody_settles(it: Field) -> Iterator[None]:
    worker = it.installation.children()["worker"]
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def send(it: Field, path: str, form: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", it.port, timeout=60)
    connection.request("POST", path, urlencode(form), FORM)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def answer(it: Field, who: str, guests: int) -> None:
    # By the wording that the page names, as a browser does: by its time it might not be in force yet.
    (wording,) = re.findall(r'name="agree" value="([\w-]+)"', it.installation.get(it.path)[1])
    form = {"name": who, "email": f"{who}@example.org", "guests": str(guests), "agree": wording}
    assert send(it, it.path, form) == 303


def link(it: Field, who: str, purpose: str) -> str:
    """Where the newest mail to somebody leads."""
    found: list[str] = []

    def arrived() -> bool:
        mails = [mail for mail in it.mails.taken if mail["To"] and f"{who}@" in str(mail["To"])]
        texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails]  # type: ignore[union-attr]
        found.extend(re.findall(rf"http://[^/\s]+(/a/{purpose}/[\w.-]+)", "".join(texts)))
        return bool(found)

    until(arrived, seconds=30)
    return found[-1]


def confirm(it: Field, who: str) -> None:
    """Open the link, and press its button with all that the page says."""
    path = link(it, who, "confirm")
    status, page = it.installation.get(path)
    assert status == 200
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert send(it, path, hidden) == 200


def shown(it: Field, people: int) -> bool:
    words = "1 person is" if people == 1 else f"{people} people are"
    return f"{words} coming" in it.installation.get(it.path)[1]


def guests_of(it: Field, who: str) -> int:
    """How many somebody brings, by what was settled last; -1 while nothing was."""
    joined = "attendances_attendance AS a JOIN people_person AS p ON p.id = a.person_id"
    rows = it.rows(f"SELECT a.guests FROM {joined} WHERE p.email = '{who}@example.org'")
    return int(str(rows[0][0])) if rows else -1


@pytest.mark.parametrize("seconds", [-TEN_MINUTES, TEN_MINUTES])
def test_with_the_clock_set_order_expiry_and_counting_once_stay_right(
    under_fire: UnderFire, clock: Clock, seconds: int
) -> None:
    it = under_fire(without="set_clock")
    answer(it, "ada", 0)
    confirm(it, "ada")
    until(lambda: shown(it, 1), seconds=30)

    with nobody_settles(it):
        answer(it, "ben", 1)
        clock.move(seconds)
        time.sleep(0.2)
        answer(it, "ben", 4)
    until(lambda: guests_of(it, "ben") == 4, seconds=30)
    assert it.installation.get(link(it, "ada", "cancel"))[0] == 200
    answer(it, "cy", 0)
    confirm(it, "cy")
    until(lambda: shown(it, 2), seconds=30)

    clock.move(-seconds)
    confirm(it, "ben")
    until(lambda: shown(it, 2 + 5), seconds=30)
    assert it.answered() == {f"{who}@example.org": 1 for who in ("ada", "ben", "cy")}
    assert len(set(it.mails.ids)) == len(it.mails.ids)
    it.installation.wait_until_well()


def test_settled_by_the_clock_what_was_said_last_is_lost(
    under_fire: UnderFire, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: in the order of the clock's times, the older answer comes last."""
    monkeypatch.setenv("BY_THE_CLOCK", "on")
    it = under_fire(without="set_clock")
    with nobody_settles(it):
        answer(it, "ben", 1)
        clock.move(-TEN_MINUTES)
        time.sleep(0.2)
        answer(it, "ben", 4)
    until(lambda: guests_of(it, "ben") >= 0)
    assert guests_of(it, "ben") == 1


def test_a_worker_that_begins_after_the_clock_was_set_forward_has_seen_it(
    under_fire: UnderFire, clock: Clock
) -> None:
    """What it does then, and its twin, are in ``tests/ops/test_worker.py``."""
    it = under_fire(without="set_clock")
    seen = "SELECT name FROM ops_heartbeat WHERE set_at IS NOT NULL"
    until(lambda: bool(it.rows("SELECT name FROM ops_heartbeat WHERE boot <> ''")), seconds=30)
    assert it.rows(seen) == []
    worker = it.installation.children()["worker"]
    os.kill(worker, signal.SIGSTOP)
    clock.move(TEN_MINUTES)
    os.kill(worker, signal.SIGKILL)
    until(lambda: bool(it.rows(seen)), seconds=30)
