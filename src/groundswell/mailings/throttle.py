"""Not more than so many mails in any hour, and nearly as many where more are waiting."""

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock

from groundswell.mailings.leases import folder

HOUR = 3600.0
AHEAD = 2.0
"""Seconds for which copies are taken ahead."""

KEPT = 10.0
"""Seconds for which a place that nobody needed is kept for another copy."""


class Throttle:
    """Gives out places evenly over the hour; where the last one lies is remembered over a restart.

    Two neighbours are a little further apart than an hour divided by the limit, so that no hour, wherever it
    begins, has one too many. What was missed is not made up for: an idle hour lets no burst through.
    """

    SPACE = 1.01

    def __init__(self, per_hour: int, path: Path | None = None) -> None:
        self._step = HOUR / per_hour * self.SPACE if per_hour else 0.0
        self._path = path or folder() / "throttle.json"
        self._next = self._remembered()
        self._spare, self._until = 0, 0.0
        self._lock = Lock()

    def reserve(self, wanted: int) -> int:
        """How many of so many may go out now."""
        if not self._step:
            return wanted
        now = time.time()
        if now >= self._until:
            self._spare = 0
        if not self._spare:
            self._until = now + KEPT
        kept = min(wanted, self._spare)
        self._spare -= kept
        return kept + self._take(wanted - kept, now)

    def _take(self, wanted: int, now: float) -> int:
        with self._lock:
            begins = max(self._next, now)
            given = min(wanted, int((now + AHEAD - begins) / self._step) + 1) if begins < now + AHEAD else 0
            if given > 0:
                self._next = begins + given * self._step
                self._remember()
        return given

    def make_room(self) -> None:
        """Leave a place out: a mail to one person, for which nobody waits, went out by the same server."""
        if self._step:
            with self._lock:
                self._next = max(self._next, time.time()) + self._step
                self._remember()

    def spare(self, places: int) -> None:
        """Keep places for other copies: of those that were reserved last, so many are not needed."""
        if self._step:
            self._spare += places

    def _remembered(self) -> float:
        with suppress(OSError, ValueError):
            return float(json.loads(self._path.read_text()))
        return 0.0

    def _remember(self) -> None:
        # Before anything goes out: a kill lets places go by, and never doubles one.
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_suffix(".draft")
        draft.write_text(json.dumps(self._next))
        os.replace(draft, self._path)
