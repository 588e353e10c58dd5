"""The web process: granian on :mod:`groundswell.config.asgi`, in this process, on the supervisor's socket."""

import asyncio
import os
import resource
import signal
import sys
from contextlib import suppress
from typing import Any

import uvloop
from granian import _granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from groundswell.ops.lifeline import leave_with_parent

BACKLOG = 1024
TURN = 0.0002
"""Seconds for which one thread may keep Python's lock while another wants it: else front waits 5 ms each time
that Django's threads are busy with it."""

CONNECTIONS = 4096
"""How many connections are served at once; the next ones wait in the kernel's queue."""


class InheritedSocketServer(Server):
    """granian embedded in this process's loop, listening on a socket that is already open.

    So no second process can outlive the first one, and the socket stays open while web is started again.
    """

    def __init__(self, target: object, *, listener: int) -> None:
        super().__init__(
            target,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=15_000),
            websockets=False,
            backlog=BACKLOG,
            backpressure=CONNECTIONS,
            log_enabled=False,
        )
        self.listener = listener

    def _init_shared_socket(self) -> None:
        os.set_blocking(self.listener, False)
        # Its stub leaves the arguments out: the file's number, whether it is a Unix socket, the backlog.
        self._shd: Any = _granian.SocketHolder(self.listener, False, BACKLOG)  # type: ignore[call-arg]


def main(lifeline: int, listener: int, gate: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT; the arguments are numbers of files that the supervisor left open.

    With a gate it loads its code and then waits at it, while the tables are brought up to date.
    """
    leave_with_parent(lifeline)
    from django.urls import get_resolver

    from groundswell.config.asgi import application

    # Every view is loaded now, so that the first caller does not wait for it.
    get_resolver().url_patterns  # noqa: B018
    # Nothing to read means that nothing was prepared: there is no use in starting.
    if gate is None or os.read(gate, 1):
        serve(application, listener)


def serve(application: object, listener: int) -> None:
    """Serve an ASGI application on a socket that is open already, until SIGTERM or SIGINT."""
    _allow_many_files()
    sys.setswitchinterval(TURN)
    uvloop.run(_serve(application, listener))


async def _serve(application: object, listener: int) -> None:
    server = InheritedSocketServer(application, listener=listener)
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, server.stop)
    await server.serve()


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
