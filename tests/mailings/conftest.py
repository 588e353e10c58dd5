"""Processes that send and are killed, and a mail server of their own in another process."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from groundswell.config.environment import variable
from groundswell.ops.testing.postgresql import OWNER, role_url
from tests.ops.conftest import empty_database, variables
from tests.tables import lay_tables

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Sink:
    """The mail server's process: what it took stands in its ledger, one line for each mail."""

    ledger: Path
    options: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, on the port that it had before."""
        command = [sys.executable, "-P", "-m", "groundswell.ops.testing.sink"]
        given = ["--ledger", str(self.ledger), "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(
            [*command, *given], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.communicate()

    def named(self) -> dict[str, str]:
        """The Message-ID of what it took last for each address."""
        return dict(line.split() for line in self.ledger.read_text().splitlines())

    def taken(self) -> Counter[str]:
        """How often it took something for each address."""
        lines = self.ledger.read_text().splitlines() if self.ledger.exists() else []
        return Counter(line.split()[0] for line in lines)


@dataclass
class Post:
    """An installation with a mailing that is being sent, the mail server, and whoever is at work."""

    data: Path
    database: str
    sink: Sink
    connections: int = 8
    mode: str = "send"
    bounces: str = ""
    hourly: str = ""
    port: int = 0
    """Of the server to which mail is handed over, where that is not the sink itself."""
    provider: str = ""
    """The setting of one who sends instead of the mail server."""
    at_work: list[subprocess.Popen[str]] = field(default_factory=list)

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """One process of :mod:`tests.mailings.at_work`."""
        command = [sys.executable, "-m", "tests.mailings.at_work", *arguments]
        return subprocess.Popen(command, env=self.variables(), stdout=subprocess.PIPE, text=True)

    def cli(self, *arguments: str, database: str = "", **how: Any) -> subprocess.CompletedProcess[Any]:
        """``./groundswell`` on this installation, as somebody at its machine calls it."""
        command = [sys.executable, "-P", "-m", "groundswell.ops.cli", *arguments, "--data", str(self.data)]
        named = database or self.database
        at = ["--database", named] if named else []
        return subprocess.run([*command, *at], env=variables(), capture_output=True, timeout=90, **how)

    def variables(self) -> dict[str, str]:
        """The environment of each process of this installation."""
        return {
            **variables(),
            variable("data"): str(self.data),
            variable("database"): self.database,
            variable("bounces"): self.bounces,
            variable("mail_per_hour_to"): self.hourly,
            variable("smtp"): "" if self.provider else f"smtp://127.0.0.1:{self.sink.port}",
            variable("mail_provider"): self.provider,
            "DJANGO_SETTINGS_MODULE": "groundswell.config.settings",
            "PYTHONPATH": str(ROOT),
        }

    def prepare(self, people: int, kind: str = "announcement", domain: str = "example.org") -> None:
        assert self.run("prepare", str(people), kind, domain).wait(300) == 0

    def start(self) -> subprocess.Popen[str]:
        """Let one more process send."""
        process = self.run(self.mode, str(self.port or self.sink.port), str(self.connections))
        self.at_work.append(process)
        return process

    def kill_often(self, kills: int, pause: tuple[float, float], seed: int = 1) -> int:
        """Let a process send and kill it, so often, at random moments; returns how many were still at it.

        The pause begins when the process does begin: a slow machine takes longer than that to start one.
        """
        rolled, hit = random.Random(seed), 0
        for _ in range(kills):
            process = self.start()
            assert process.stdout
            process.stdout.readline()
            try:
                process.wait(rolled.uniform(*pause))
                break
            except subprocess.TimeoutExpired:
                hit += 1
                process.send_signal(signal.SIGKILL)
                process.wait()
        return hit

    def kill_in_the_middle(self, kills: int) -> int:
        """Let a process send and kill it while it does, so often; returns how often."""
        for _ in range(kills):
            before, process = sum(self.sink.taken().values()), self.start()
            self.wait_until_taken(before + 100, seconds=120)
            process.send_signal(signal.SIGKILL)
            process.wait()
        return kills

    def finish(self, seconds: float = 300) -> dict[str, str]:
        """Let a process send the rest; returns what became of each copy, by address."""
        assert self.start().wait(seconds) == 0
        found = self.tell()
        assert (found["leases"], found["deferred"], found["states"]) == (0, 0, {"finished": 1})
        return dict(found["copies"])

    def tell(self) -> dict:
        """What the database says."""
        told = self.run("tell")
        return dict(json.loads(told.communicate(timeout=60)[0]))

    def wait_until_taken(self, many: int, seconds: float = 60) -> None:
        """Wait until the server has taken so many."""
        deadline = time.monotonic() + seconds
        while sum(self.sink.taken().values()) < many:
            assert time.monotonic() < deadline, "It took too long."
            time.sleep(0.02)


@pytest.fixture
def make_post(tmp_path: Path) -> Iterator[Callable[..., Post]]:
    """Makes a post office with a mail server that has these faults."""
    opened: list[Post] = []
    with empty_database(with_tables=True) as database:

        def make(*options: str, **more: object) -> Post:
            sink = Sink(tmp_path / "taken", options)
            sink.start()
            if not database:
                lay_tables(tmp_path / "data")
            # By a role that the rules for rows bind, as they bind the worker's.
            bound = role_url(database, OWNER) if database else ""
            made = Post(tmp_path / "data", bound, sink, **more)  # type: ignore[arg-type]
            opened.append(made)
            return made

        yield make
        for each in opened:
            for process in each.at_work:
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGCONT)
                    process.kill()
                process.communicate()
            if each.sink.process and each.sink.process.poll() is None:
                each.sink.kill()
