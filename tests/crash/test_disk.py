"""``kill -9`` cannot show that the disk was asked: these tests count how often it is."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
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
    before = _synchronised(it) if it.cluster else 0
    watch = None if it.cluster else _watch(it.installation.children()["web"], tmp_path / "calls")
    _one_after_another(it, ANSWERS)
    times = _synchronised(it) - before if it.cluster else _stop_watching(watch, tmp_path / "calls")
    assert (times >= ANSWERS) is asks_the_disk, times


def _one_after_another(it: Field, people: int) -> None:
    crowd = Crowd(it.port, it.path, people)
    crowd._answer()
    assert len(crowd.acknowledged) == people


def _watch(process: int, calls: Path) -> subprocess.Popen[bytes]:
    if not shutil.which("strace") and not install_debian("strace"):
        pytest.skip("strace is not installed, so nobody can count what the disk is asked")
    arguments = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(calls), "-p", str(process)]
    watch = subprocess.Popen(arguments, stderr=subprocess.PIPE)
    assert watch.stderr is not None
    assert b"attached" in watch.stderr.readline()
    return watch


def _stop_watching(watch: subprocess.Popen[bytes] | None, calls: Path) -> int:
    assert watch is not None
    os.kill(watch.pid, signal.SIGINT)
    watch.wait()
    return len(re.findall(r"f(?:data)?sync\(\d+", calls.read_text()))


def _synchronised(it: Field) -> int:
    """How often this PostgreSQL's log of writes was synchronised, while the worker's own writes are few."""
    # Its figures are published after a moment.
    time.sleep(1.5)
    with psycopg.connect(it.installation.database, autocommit=True) as connection:
        (version,) = connection.execute("SELECT current_setting('server_version_num')::int").fetchone() or (0,)
        query = (
            "SELECT wal_sync FROM pg_stat_wal"
            if version < 180000
            else "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
        )
        return int((connection.execute(query).fetchone() or (0,))[0])
