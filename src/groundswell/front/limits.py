"""How patient an address must be: slower answers and later mail, never a refusal for the address alone.

A whole hall may stand behind one Wi-Fi address, so the first sixty actions go through at full speed. What comes
faster than five a second after that waits longer and longer, up to a few seconds, and its mail up to an hour.
The rule is the generic cell rate algorithm (ITU-T I.371), which needs one number for each address.
"""

import threading
import time
from collections.abc import Callable

BURST = 60
PER_SECOND = 5.0
LONGEST_WAIT = 3.0
LONGEST_PATIENCE = 3600
REMEMBERED = 100_000


class Limits:
    """Counts the actions of each address; one per web process, called from any of its threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due: dict[str, float] = {}
        # Front asks from the event loop, Django's views from their threads.
        self._lock = threading.Lock()

    def backlog(self, address: str) -> float:
        """Count one more action of this address; returns by how many seconds it is over the limit, or 0."""
        with self._lock:
            now = self._clock()
            due = max(self._due.get(address, 0.0), now) + 1 / PER_SECOND
            self._due[address] = due
            if len(self._due) > REMEMBERED:
                self._forget(now)
        return max(0.0, due - now - BURST / PER_SECOND)

    def _forget(self, now: float) -> None:
        self._due = {address: due for address, due in self._due.items() if due > now}
        while len(self._due) > REMEMBERED:
            del self._due[next(iter(self._due))]


def wait(backlog: float) -> float:
    """How many seconds the answer waits."""
    return min(backlog, LONGEST_WAIT)


def patience(backlog: float) -> int:
    """How many whole seconds the mail waits: a minute for each second over the limit, an hour at most."""
    return min(int(backlog * 60), LONGEST_PATIENCE)
