"""Other people's servers, as Debian brings them, for tests that ask more than our own would."""

import os
import shutil
import socket
import subprocess
import time

import pytest

from groundswell.ops.testing.packages import install_debian

_PATH = "/usr/sbin:/usr/local/sbin:/usr/local/bin"


def program(name: str, package: str) -> str:
    """Where a server's program is, installed if need be; where it cannot be had the test is skipped."""
    if os.geteuid():
        pytest.skip(f"{package} wants to be started by root.")
    found = shutil.which(name, path=_PATH)
    if found is None and install_debian(package):
        found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.skip(f"{package} is not on this machine, and cannot be installed.")
    return found


def wait_for(port: int, server: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Wait until a server listens there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert server.poll() is None, "It ended."
            assert time.monotonic() < deadline, "It did not start."
            time.sleep(0.05)
        else:
            return
