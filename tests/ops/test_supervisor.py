"""``up`` with real processes: starts, restarts, refuses, stops, and recovers from the worst."""

import os
import signal
import socket
import sqlite3
import sys
import time
from contextlib import closing

import pytest

from groundswell import __version__
from groundswell.ops.supervisor import GRACE
from groundswell.ops.testing.environment import DATABASE
from groundswell.ops.testing.postgresql import own_cluster
from tests.ops.conftest import Installation, is_gone, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_it_starts_says_where_and_stops_on_ctrl_c(installation: Installation) -> None:
    installation.up()
    assert installation.address.startswith("http://127.0.0.1:")
    installation.wait_until_well()
    assert installation.health() == (200, {"status": "ok", "version": __version__})
    children = installation.children()
    assert set(children) == {"web", "worker"}
    began = time.monotonic()
    assert installation.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < GRACE
    assert all(is_gone(child) for child in children.values())


@pytest.mark.skipif(bool(os.environ.get(DATABASE)), reason="on PostgreSQL the journal is in the one database")
def test_the_first_start_brings_to_the_journal_s_file_what_is_its_own(running: Installation) -> None:
    with closing(sqlite3.connect(running.data / "intake.sqlite3")) as journal:
        assert set(journal.execute("SELECT app FROM django_migrations")) == {("intake",)}
        assert journal.execute("SELECT count(*) FROM intake_entry").fetchone() == (0,)


def test_only_the_first_start_prints_a_sign_in_link(installation: Installation) -> None:
    for start in ("first", "second"):
        installation.printed.clear()
        installation.up()
        assert installation.stop() == 0
        links = [line for line in installation.printed if line.strip().startswith(installation.address)]
        assert len(links) == (1 if start == "first" else 0)


def test_when_the_supervisor_is_killed_its_children_leave_and_up_recovers(installation: Installation) -> None:
    installation.up()
    installation.wait_until_well()
    children = installation.children().values()
    installation.kill()
    until(lambda: all(is_gone(child) for child in children), seconds=3)
    port = installation.address.rpartition(":")[2]
    installation.up("--port", port)
    installation.wait_until_well()


def test_whoever_dies_is_started_again_and_no_call_is_refused(running: Installation) -> None:
    before = running.children()
    for child in before.values():
        os.kill(child, signal.SIGKILL)
    # The listening socket is the supervisor's: this call waits for the new web process.
    status, _body = running.get("/health")
    assert status in {200, 503}
    until(lambda: len(running.children()) == 2)
    running.wait_until_well()
    assert not set(before.values()) & set(running.children().values())


def test_a_second_start_is_refused_in_one_plain_sentence(running: Installation) -> None:
    assert running.process is not None
    second = running.call("up", "--port", "0")
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == (
        f"groundswell: Groundswell is already running on the data folder {running.data} "
        f"(process {running.process.pid}).\n"
    )


def test_all_processes_together_stay_small(running: Installation) -> None:
    assert running.process is not None
    processes = [running.process.pid, *running.children().values()]
    assert sum(map(proportional_kilobytes, processes)) < 250_000


def proportional_kilobytes(process: int) -> int:
    with open(f"/proc/{process}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))


def test_a_port_in_use_is_refused_in_one_plain_sentence(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = installation.call("up", "--port", str(port))
    assert refused.returncode == 2
    assert refused.stderr == (
        f"groundswell: Port {port} is in use: stop what uses it, or take another one with --port.\n"
    )


def test_a_database_that_is_not_there_is_one_plain_sentence(installation: Installation) -> None:
    installation.database, installation.owner = "postgresql://nobody@127.0.0.1:1/nothing", ""
    refused = installation.call("up", "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr.startswith("groundswell: The database cannot be used: ")
    assert refused.stderr.count("\n") == 1


@pytest.mark.skipif(not os.environ.get(DATABASE), reason="about PostgreSQL")
def test_when_the_database_was_away_all_goes_on_by_itself(installation: Installation) -> None:
    with own_cluster() as cluster:
        installation.database, installation.owner = cluster.url, ""
        installation.up()
        installation.wait_until_well()
        before = installation.children()
        cluster.kill()
        until(lambda: installation.health()[0] == 503, seconds=20)
        assert installation.health()[1]["reason"] == "The database does not answer."
        cluster.start()
        until(lambda: installation.health()[0] == 200, seconds=30)
        assert installation.children() == before
        installation.kill()
