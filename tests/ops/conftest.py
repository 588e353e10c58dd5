"""Real installations: a supervisor, web and worker, on a free port and in a folder of their own."""

import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from groundswell.config.environment import variable
from groundswell.ops.testing.environment import DATABASE
from groundswell.ops.testing.postgresql import OWNER, WEB, role_url
from tests.tables import lay_tables, name_with_tables

PATIENCE = 90.0
"""Seconds; a machine that is busy with other tests takes its time."""


class Installation:
    """``./groundswell up``, started by its module, and what a person would see of it."""

    def __init__(self, data: Path, database: str, owner: str = "") -> None:
        self.data = data
        self.database = database
        self.owner = owner
        self.process: subprocess.Popen[str] | None = None
        self.printed: list[str] = []
        self.address = ""
        self.log: BinaryIO | None = None

    def arguments(self, *more: str) -> list[str]:
        database = ["--database", self.database] if self.database else []
        owner = ["--database-owner", self.owner] if self.owner else []
        return ["--data", str(self.data), *database, *owner, *more]

    def call(self, command: str, *more: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same installation."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "groundswell.ops.cli", command, *self.arguments(*more)],
            env=variables(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def up(self, *more: str) -> None:
        """Start it and wait for the line with its address."""
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "groundswell.ops.cli", "up", *self.arguments("--port", "0", *more)],
            env=variables(),
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.address = self.wait_for_line("Groundswell is running at ").split()[4]

    def wait_for_line(self, beginning: str) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line.rstrip())
            if line.startswith(beginning):
                return line
        raise AssertionError(f"It ended without saying {beginning!r}: {self.printed}")

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def health(self) -> tuple[int, dict[str, Any]]:
        status, body = self.get("/health")
        return status, json.loads(body)

    def wait_until_well(self) -> None:
        until(lambda: self.health()[0] == 200)

    def children(self) -> dict[str, int]:
        """The numbers of web and worker, by name."""
        assert self.process is not None
        told = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        return {
            line.split("groundswell.ops.")[1].split()[0]: int(line.split()[0])
            for line in told.splitlines()
            if "groundswell.ops." in line
        }

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate()

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Ask it to stop, and return its exit status."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.send_signal(how)
        self.printed += self.process.stdout.read().splitlines()
        return self.process.wait(PATIENCE)


def variables() -> dict[str, str]:
    """What the process gets: not this test process's own data folder and database."""
    ours = {variable("data"), variable("database"), variable("database_owner")}
    return {name: value for name, value in os.environ.items() if name not in ours}


def until(holds: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@contextmanager
def empty_database(*, with_tables: bool = False) -> Iterator[str]:
    """The URL of a database without rows on the PostgreSQL of this run; empty on SQLite."""
    server = os.environ.get(DATABASE)
    if not server:
        yield ""
        return
    name = f"installation_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        template = f"TEMPLATE {name_with_tables(connection, server)}" if with_tables else ""
        connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} {template}")
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def new_installation(folder: Path, *, with_tables: bool = True) -> Iterator[Installation]:
    """One that never ran; its tables are there already, unless its first start is to make them."""
    with empty_database(with_tables=with_tables) as database:
        roles = [role_url(database, role) for role in (WEB, OWNER)] if database else [""]
        it = Installation(folder / "the data", *roles)
        if with_tables and not database:
            lay_tables(it.data)
        yield it
        if it.process is not None and it.process.poll() is None:
            it.kill()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """One that is not running yet; it is killed at the end if it still runs."""
    with new_installation(tmp_path) as it:
        yield it


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One that made its own tables, runs and is well, for tests that leave it so."""
    with new_installation(tmp_path_factory.mktemp("running"), with_tables=False) as it:
        it.up()
        it.wait_until_well()
        yield it
