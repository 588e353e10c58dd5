"""``kill -9`` cannot show that the disk was asked: these tests count how often it is."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from groundswell.ops.testing.packages import install_debian
from tests.crash.conftest import Crowd, Field

ANSWERS = 40


@pytest.mark.enable_socket
@pytest.mark.parametrize(("without", "asks_the_disk"), [("", True), ("lazy_disk", False)])
def test_every_answer_that_comes_alone_is_synchronised_on_its_own(
    under_fire: Callable[..., Field], tmp_path: Path, without: str, asks_the_disk: bool
) -> None:
    it = under_fire(without=without)
    _one_after_another(it, 5)
    count = _times_by_postgresql if it.cluster else _times_by_strace
    with _nobody_else_writes(it):
        times = count(it, tmp_path / "calls")
    assert (times >= ANSWERS) is asks_the_disk, times


@contextmanager
def _nobody_else_writes(it: Field) -> Iterator[None]:
    """Let the worker sleep: its own commits would be counted as well."""
    worker = it.installation.children()["worker"]
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def _one_after_another(it: Field, people: int) -> None:
    crowd = Crowd(it.port, it.path, people)
    crowd._answer()
    assert len(crowd.acknowledged) == people


def _times_by_strace(it: Field, calls: Path) -> int:
    watch = _watch(it.installation.children()["web"], calls)
    _one_after_another(it, ANSWERS)
    os.kill(watch.pid, signal.SIGINT)
    watch.wait()
    return len(re.findall(r"f(?:data)?sync\(\d+", calls.read_text()))


def _watch(process: int, calls: Path) -> subprocess.Popen[bytes]:
    if not shutil.which("strace") and not install_debian("strace"):
        pytest.skip("strace is not installed, so nobody can count what the disk is asked")
    arguments = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(calls), "-p", str(process)]
    watch = subprocess.Popen(arguments, stderr=subprocess.PIPE)
    assert watch.stderr is not None
    assert b"attached" in watch.stderr.readline()
    return watch


def _times_by_postgresql(it: Field, _calls: Path) -> int:
    with psycopg.connect(it.installation.database, autocommit=True) as connection:
        # Its writer of the log wakes up by itself, by default five times a second: as often as people may answer.
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")
        before = _synchronised(it, connection)
        _one_after_another(it, ANSWERS)
        return _synchronised(it, connection) - before


def _synchronised(it: Field, connection: psycopg.Connection[tuple[int]]) -> int:
    """How often this PostgreSQL's log of writes was synchronised."""
    # A connection tells what it did at its next command, and that at most once a second.
    time.sleep(1.2)
    _one_after_another(it, 1)
    time.sleep(0.3)
    (version,) = connection.execute("SELECT current_setting('server_version_num')::int").fetchone() or (0,)
    query = (
        "SELECT wal_sync FROM pg_stat_wal"
        if version < 180000
        else "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
    )
    return int((connection.execute(query).fetchone() or (0,))[0])
