"""More processes that send while there is much to send: each a worker of its own, as leases and journals allow.

One process of Python uses one core. Run as a program, this module is one of them.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

MUCH = 5000
"""Copies on the way from which it is worth to start more processes: one sends so many in a second."""

IDLE = 60.0
"""Seconds without work after which such a process ends."""

GRACE = 8.0
"""Seconds that one has for the copies on the way when whoever started it is gone, before it is killed."""


MOST = 4
"""Processes that send, however many cores there are: the database is one for all."""


def processes(connections: int) -> int:
    """How many processes send by so many connections: as many as there are cores, up to :data:`MOST`."""
    return max(min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1, connections, MOST), 1)


class Hands:
    """The processes that help one worker, so many at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: list[subprocess.Popen[bytes]] = []

    def help(self) -> None:
        """Start those that are missing, to end by themselves when nothing is left."""
        while self.working() < self._most:
            self._running.append(start())

    def working(self) -> int:
        """How many there are."""
        self._running = [one for one in self._running if one.poll() is None]
        return len(self._running)


def start() -> subprocess.Popen[bytes]:
    """One process that sends until nothing is left, or until its standard input ends."""
    command = [sys.executable, "-P", "-m", "groundswell.mailings.hands"]
    # A process group of its own: Ctrl-C reaches the worker, whose end it notices.
    return subprocess.Popen(command, stdin=subprocess.PIPE, process_group=0)


def main() -> int:
    """Send until nothing was left for a while, or whoever started this is gone."""
    import django

    django.setup()
    from groundswell.kit.scope import everywhere
    from groundswell.mailings.rounds import Rounds

    rounds, gone, idle_since = Rounds(helped=False), threading.Event(), time.monotonic()
    threading.Thread(target=_notice, args=(gone, rounds.stop), daemon=True).start()
    with everywhere("a process that helps to send does so for all"):
        while not gone.is_set() and time.monotonic() - idle_since < IDLE:
            if rounds.send():
                idle_since = time.monotonic()
            else:
                gone.wait(0.5)
    return 0


def _notice(gone: threading.Event, stop: Callable[[], None]) -> None:
    while os.read(0, 1024):
        continue
    gone.set()
    stop()
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
