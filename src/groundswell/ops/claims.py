"""What one running installation has for itself: its data folder and its port.

Both claims are held by open files, so the kernel gives them up when the last process that holds them is
gone, however it went. The children inherit the data folder's claim: after a ``kill -9`` of the supervisor a
new one waits for orphans.
"""

import errno
import fcntl
import os
import socket
import time
from contextlib import suppress
from pathlib import Path

from groundswell.config.environment import Environment
from groundswell.ops.errors import Taken

PATIENCE = 10.0
"""Seconds that a start waits for what the one before it left behind."""

DYING = 0.5
"""Seconds that a killed process may take to be gone."""


def claim_data(data: Path, *, patience: float = PATIENCE) -> int:
    """Make the data folder if it is missing and claim it; return the claim, an open file's number.

    :raises Taken: when a running installation has it, or when it is no folder that can be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        claim = os.open(data / "running.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Taken(f"The data folder {data} cannot be used: {error.strerror}.") from None
    try:
        _lock(claim, data, patience)
    except BaseException:
        os.close(claim)
        raise
    _write_owner(claim)
    return claim


def _lock(claim: int, data: Path, patience: float) -> None:
    began = time.monotonic()
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        owner, waited = _owner(claim), time.monotonic() - began
        # One that was killed a moment ago may still look alive.
        if waited > patience or (waited > DYING and _is_alive(owner)):
            raise Taken(f"Groundswell is already running on the data folder {data} (process {owner}).")
        time.sleep(0.02)


def _write_owner(claim: int) -> None:
    os.ftruncate(claim, 0)
    os.pwrite(claim, str(os.getpid()).encode(), 0)


def _owner(claim: int) -> int:
    text = os.pread(claim, 20, 0)
    return int(text) if text.isdigit() else 0


def _is_alive(process: int) -> bool:
    """Whether the process runs; one that has ended and was not yet waited for does not."""
    if not process:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def claim_port(environment: Environment, *, patience: float = 1.0) -> socket.socket:
    """Listen at the host and port; return the socket, which the web process inherits.

    The supervisor keeps it open, so a phone that calls while web is started again waits and is not refused.

    :raises Taken: when the port is in use, or the host is no address of this machine.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _listen(environment.host, environment.port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                place = f"{environment.host}, port {environment.port}"
                raise Taken(f"Groundswell cannot listen at {place}: {error.strerror}.") from None
        if time.monotonic() > deadline:
            raise Taken(f"Port {environment.port} is in use: stop what uses it, or take another one with --port.")
        time.sleep(0.05)


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # Not REUSEPORT: nobody else may share this port. REUSEADDR only skips the wait for old connections.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener
