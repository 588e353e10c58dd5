"""Debian's packages, for what the tests need and Python's packages do not bring."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path


def install_debian(*packages: str) -> bool:
    """Install them with apt, where there is one and this user may; return whether that worked."""
    may = _may_install()
    if may is None:
        return False
    print(f"Installing {', '.join(packages)} with apt…", file=sys.stderr, flush=True)
    with _one_at_a_time():
        _update()
        return _apt("install", "--yes", "--no-install-recommends", *packages)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two processes of a test run may want something of it, and the second one's would be refused."""
    with Path(tempfile.gettempdir(), "groundswell-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _may_install() -> tuple[str, ...] | None:
    """What stands before ``apt-get``: nothing for root, ``sudo`` in CI; None where it may not be called."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    # On somebody's own machine we do not reach for sudo unasked.
    if os.environ.get("CI") == "true" and shutil.which("sudo"):
        return ("sudo", "-n")
    return None


@cache
def _update() -> bool:
    return _apt("update")


def _apt(*arguments: str) -> bool:
    done = subprocess.run(
        [*(_may_install() or ()), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-5:]), file=sys.stderr)
    return done.returncode == 0
