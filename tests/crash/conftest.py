"""A real installation under fire: people who answer, and somebody who kills what serves them."""

import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest

from groundswell.config.environment import variable
from groundswell.ops.testing.environment import DATABASE
from groundswell.ops.testing.postgresql import Cluster, own_cluster
from tests.mail_server import MailServer, mail_server
from tests.ops.conftest import Installation, until
from tests.tables import lay_tables, make_tables

PEOPLE_AT_ONCE = 8
BACK_WITHIN = 30.0
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PASSING = (OSError, http.client.HTTPException)


@dataclass
class Crowd:
    """People who answer, each again and again until they are told that their answer is kept."""

    port: int
    path: str
    people: int
    acknowledged: set[str] = field(default_factory=set)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._answer) for _ in range(PEOPLE_AT_ONCE)]
        for thread in threads:
            thread.start()
        return threads

    def _answer(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while (number := self._take()) is not None:
            email = f"person-{number}@example.org"
            while not self._post(connection, number, email):
                connection.close()
                time.sleep(0.05)
        connection.close()

    def _take(self) -> int | None:
        with self._lock:
            self._next += 1
            return self._next if self._next <= self.people else None

    def _post(self, connection: http.client.HTTPConnection, number: int, email: str) -> bool:
        body = urlencode({"name": f"Person {number}", "email": email, "guests": "1", "agree": "yes"})
        # Everybody has an address of their own, so that the limits have no reason to slow them down.
        headers = {**FORM, "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        try:
            connection.request("POST", self.path, body, headers)
            response = connection.getresponse()
            response.read()
        except PASSING:
            return False
        if response.status == 303:
            self.acknowledged.add(email)
        return response.status == 303


@dataclass
class Field:
    """An installation with an open event, its mail server, and on PostgreSQL a database that can be killed."""

    installation: Installation
    mails: MailServer
    cluster: Cluster | None
    path: str = ""

    @property
    def port(self) -> int:
        return urlsplit(self.installation.address).port or 0

    def up(self, *more: str) -> None:
        self.installation.up("--smtp", self.mails.url, *more)

    def kill(self, what: str) -> None:
        """End one of its processes as a power cut would, and do what an administrator or systemd does then."""
        if what == "database":
            assert self.cluster is not None
            self.cluster.kill()
            self.cluster.start()
        elif what == "supervisor":
            port = str(self.port)
            self.installation.kill()
            self.up("--port", port)
        else:
            until(lambda: what in self.installation.children())
            os.kill(self.installation.children()[what], signal.SIGKILL)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What stands in the main database."""
        if self.cluster:
            with psycopg.connect(self.installation.database) as connection:
                return list(connection.execute(query))
        connection = sqlite3.connect(self.installation.data / "groundswell.sqlite3", timeout=30)
        try:
            return list(connection.execute(query))
        finally:
            connection.close()

    def count(self, query: str) -> int:
        return int(str(self.rows(query)[0][0]))

    def wait_until_settled(self, people: int, seconds: float) -> None:
        """Wait until so many answers are rows, or until nothing has moved for a while."""
        deadline, last, moved = time.monotonic() + seconds, -1, time.monotonic()
        while time.monotonic() < deadline:
            now = self.count("SELECT count(*) FROM attendances_attendance")
            if now >= people:
                return
            if now != last:
                last, moved = now, time.monotonic()
            if time.monotonic() - moved > 10:
                return
            time.sleep(0.2)

    def answered(self) -> Counter[str]:
        """How many answers each address has."""
        query = (
            "SELECT people_person.email FROM attendances_attendance "
            "JOIN people_person ON people_person.id = attendances_attendance.person_id"
        )
        return Counter(str(email) for (email,) in self.rows(query))


@dataclass
class Killer:
    """Kills at random moments, and measures how long it takes until everything is well again."""

    field: Field
    targets: list[str]
    kills: int
    took: list[tuple[str, float]] = field(default_factory=list)

    def run(self, pause: float) -> None:
        rolled = random.Random(20160720)
        for number in range(self.kills):
            time.sleep(rolled.uniform(0.2, 1.0) * pause)
            what = self.targets[number % len(self.targets)]
            self.field.kill(what)
            killed_at = time.monotonic()
            until(self._is_well, seconds=BACK_WITHIN)
            self.took.append((what, time.monotonic() - killed_at))

    def _is_well(self) -> bool:
        try:
            return self.field.installation.health()[0] == 200
        except PASSING:
            return False


@pytest.fixture(scope="session")
def cluster_with_tables() -> Iterator[Cluster | None]:
    """One that is stopped again, to be copied; None on SQLite."""
    if not os.environ.get(DATABASE):
        yield None
        return
    with own_cluster() as cluster:
        make_tables({variable("database"): cluster.url})
        cluster.stop()
        yield cluster


@pytest.fixture
def under_fire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster_with_tables: Cluster | None
) -> Iterator[Callable[..., "Field"]]:
    """Makes installations for a test; ``without`` names a folder whose guardless code they load."""
    opened = []

    def make(without: str = "") -> Field:
        monkeypatch.setenv(variable("proxies"), "127.0.0.1")
        if without:
            monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / without))
        context = field_of_fire(tmp_path, cluster_with_tables)
        opened.append(context)
        return context.__enter__()

    yield make
    for context in reversed(opened):
        context.__exit__(None, None, None)


@contextmanager
def field_of_fire(folder: Path, like: Cluster | None, database_in: Path | None = None) -> Iterator[Field]:
    """An installation in a folder; on PostgreSQL, with a copy of a cluster in another one."""
    with mail_server() as mails:
        if like is None:
            lay_tables(folder / "the data")
            yield from _open(Field(Installation(folder / "the data", ""), mails, None))
            return
        with own_cluster(database_in, like) as cluster:
            yield from _open(Field(Installation(folder / "the data", cluster.url), mails, cluster))


def _open(it: Field) -> Iterator[Field]:
    it.up()
    try:
        it.installation.wait_until_well()
        it.path = open_event(it.installation)
        # The first look teaches front which action the page takes.
        assert it.installation.get(it.path)[0] == 200
        yield it
    finally:
        if it.installation.process is not None and it.installation.process.poll() is None:
            it.installation.stop()


def open_event(installation: Installation) -> str:
    """Announce and publish an event as a program would; returns the path of its page."""
    made = installation.call("manage", "token", "--organisation", "my-organisation")
    assert made.returncode == 0, made.stderr
    event = {"title": "Stand in unity", "day": str(datetime.now(UTC).date() + timedelta(days=30)), "kind": "rally"}
    announced = _call(installation, "/api/v1/events", made.stdout.strip(), event)
    published = _call(installation, f"/api/v1/events/{announced['id']}/publish", made.stdout.strip(), {})
    return f"/e/{published['slug']}"


def _call(installation: Installation, path: str, token: str, body: dict[str, str]) -> dict[str, str]:
    connection = http.client.HTTPConnection(urlsplit(installation.address).netloc, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", path, json.dumps(body), headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    assert response.status < 300, answer
    return dict(json.loads(answer))
