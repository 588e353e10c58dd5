"""The disk is full: an honest 503 that keeps what was typed, reading goes on, and all is well once there is room.

A small file system in memory is the disk: the data folder is on it, and SQLite or PostgreSQL's data with it.
"""

import http.client
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from io import RawIOBase
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from groundswell.config.environment import variable
from groundswell.ops.testing.environment import DATABASE
from groundswell.ops.testing.postgresql import Cluster
from tests.crash.conftest import FORM, Crowd, Field, field_of_fire
from tests.ops.conftest import until

ON_POSTGRESQL = bool(os.environ.get(DATABASE))
SIZE = "200m" if ON_POSTGRESQL else "24m"
WELL_WITHIN = 60.0

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def disk() -> Iterator[Path]:
    """A file system of its own, of 24 MB; of more for PostgreSQL, which takes 60 MB to begin with."""
    # PostgreSQL is another user, and finds no way through the folders that pytest makes.
    folder = Path(tempfile.mkdtemp(prefix="groundswell-disk-", dir="/tmp"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("only root may mount a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()


@pytest.fixture
def on_a_small_disk(
    disk: Path, monkeypatch: pytest.MonkeyPatch, cluster_with_tables: Cluster | None
) -> Iterator[Callable[[str], Field]]:
    """Makes an installation there; what is named loads code without its guard."""
    opened = []

    def make(without: str) -> Field:
        monkeypatch.setenv(variable("proxies"), "127.0.0.1")
        if without:
            monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / without))
        context = field_of_fire(disk, cluster_with_tables, database_in=disk)
        opened.append(context)
        return context.__enter__()

    yield make
    for context in reversed(opened):
        context.__exit__(None, None, None)


def _write_on(file: RawIOBase, part: bytes) -> None:
    while True:
        file.write(part)


def fill(disk: Path) -> Path:
    """Take all the room that there is."""
    file = disk / "an old backup"
    with file.open("ab", buffering=0) as filler:
        for size in (2**20, 2**12, 1):
            with pytest.raises(OSError, match="No space"):
                _write_on(filler, b"x" * size)
    return file


def send(it: Field, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", it.port, timeout=60)
    body = urlencode(form) if form else None
    connection.request(method, path, body, {**FORM, **headers})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def answer(it: Field, number: int) -> tuple[int, str]:
    typed = {"name": f"Late {number}", "email": f"late-{number}@example.org", "guests": "3", "agree": "yes"}
    return send(it, "POST", it.path, typed, **{"X-Forwarded-For": f"10.9.{number >> 8}.{number & 255}"})


def answer_until_refused(it: Field, acknowledged: set[str]) -> str:
    """What is acknowledged until then fitted into room that the files had already; returns the refusal."""
    for number in range(5000):
        status, text = answer(it, number)
        if status != 303:
            assert status == 503, text
            assert f'value="Late {number}"' in text
            assert f'value="late-{number}@example.org"' in text
            return text
        acknowledged.add(f"late-{number}@example.org")
    raise AssertionError("The disk never was full.")


class Desk:
    """An organiser's browser, signed in by the link that the start printed."""

    def __init__(self, it: Field) -> None:
        self.it = it
        self.connection = http.client.HTTPConnection("127.0.0.1", it.port, timeout=60)
        self.cookie = ""
        link = urlsplit(it.installation.wait_for_line("  http").strip()).path
        assert self.post(link, self.ask("GET", link)[1], {})[0] == 303

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {**FORM, "Cookie": self.cookie}
        self.connection.request(method, path, urlencode(form) if form else None, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        if cookie := response.headers["Set-Cookie"]:
            self.cookie = cookie.partition(";")[0]
        return response.status, text

    def post(self, path: str, shown: str, form: dict[str, str]) -> tuple[int, str]:
        """Send the form of a page that was shown, with its token."""
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)[-1]
        return self.ask("POST", path, {**form, "csrfmiddlewaretoken": token})


def refusal(ask: Callable[[int], tuple[int, str]]) -> str:
    """Ask until there is no room: a page that a table has begun takes a few rows more, whatever the disk says."""
    for number in range(500):
        status, text = ask(number)
        if status >= 400:
            assert status == 503, text
            return text
    raise AssertionError("There always was room.")


def people(it: Field) -> set[str]:
    return set(it.answered())


def test_a_full_disk_refuses_honestly_and_loses_nothing(
    on_a_small_disk: Callable[[str], Field], disk: Path
) -> None:
    it = on_a_small_disk("")
    crowd = Crowd(it.port, it.path, 40)
    crowd._answer()
    acknowledged = set(crowd.acknowledged)
    assert len(acknowledged) == 40

    desk = Desk(it)
    settings = "/desk/settings/my-organisation"
    shown = desk.ask("GET", settings)[1]

    filler = fill(disk)
    assert "Nothing was stored" in answer_until_refused(it, acknowledged)
    if not ON_POSTGRESQL:
        token = it.installation.call("manage", "token", "--organisation", "my-organisation")
        assert token.returncode != 0, "a command cannot write either"
    for path in (it.path, "/", f"{it.path}?not-in-memory=1", "/privacy/my-organisation"):
        assert send(it, "GET", path)[0] == 200, path
    for path in ("/desk/", "/desk/events", "/desk/outbox"):
        assert desk.ask("GET", path)[0] == 200, path
    typed = {"form": "organisation", "organisation_accent": "#004488"}
    text = refusal(
        lambda number: desk.post(settings, shown, {**typed, "organisation_name": f"Typed for {number} h"})
    )
    assert re.search(r'value="Typed for \d+ h"', text)
    # Nobody can sign in, since that has to be written down.
    refusal(lambda _: send(it, "GET", "/desk/sign-in"))

    filler.unlink()
    room_at = time.monotonic()
    until(lambda: answer(it, 9000)[0] == 303, seconds=WELL_WITHIN)
    until(lambda: it.installation.health()[0] == 200, seconds=WELL_WITHIN)
    acknowledged.add("late-9000@example.org")
    until(lambda: people(it) >= acknowledged, seconds=WELL_WITHIN)
    assert time.monotonic() - room_at < WELL_WITHIN
    assert [email for email, times in it.answered().items() if times != 1] == []
    until(lambda: it.count("SELECT count(*) FROM outbox_effect WHERE state = 'waiting'") == 0, seconds=120)


def test_an_answer_before_the_write_loses_people(on_a_small_disk: Callable[[str], Field], disk: Path) -> None:
    """The twin: who is thanked before the disk has said yes is not there afterwards."""
    it = on_a_small_disk("early_answer")
    fill(disk)
    acknowledged = set()
    for number in range(400):
        status, _ = answer(it, number)
        if status == 303:
            acknowledged.add(f"late-{number}@example.org")
    it.installation.kill()
    assert acknowledged - people(it)
