"""Polling what was touched: a thread of the web process that tells the memory of pages, ten times a second."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from groundswell.front.kept import Kept

log = logging.getLogger(__name__)

EVERY = 0.1
LONGEST_GAP = 5.0
"""Seconds between two readings after which touches may have been missed: the machine slept, the database hung."""

Reader = Callable[[], dict[object, str]]


class Poller:
    """Reads recent touches in a thread and hands them to the event loop that owns the memory.

    ``read`` returns those of more than the last five seconds; ``let_go`` is called in the thread after a failure
    and at the end, so that the next reading begins with a fresh connection.
    """

    def __init__(
        self,
        read: Reader,
        kept: Kept,
        loop: asyncio.AbstractEventLoop,
        *,
        let_go: Callable[[], None] = lambda: None,
        every: float = EVERY,
    ) -> None:
        self._read = read
        self._let_go = let_go
        self._kept = kept
        self._loop = loop
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="touched", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop polling and wait for the thread."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        well, last = True, time.time()
        while not self._stop.wait(self._every):
            # The wall's clock, since touches are found by theirs.
            began = time.time()
            try:
                touches = self._read()
            except Exception as error:
                if well:
                    log.error("Touches not read: %s", type(error).__name__)
                well = False
                self._let_go()
                continue
            # What was touched while they could not be read may be older than this reading.
            self._tell(touches, forget=not well or abs(began - last) > LONGEST_GAP)
            well, last = True, began
        self._let_go()

    def _tell(self, touches: dict[object, str], *, forget: bool) -> None:
        try:
            if forget:
                self._loop.call_soon_threadsafe(self._kept.forget_everything)
            self._loop.call_soon_threadsafe(self._kept.notice, touches)
        except RuntimeError:
            # The event loop is closed: nobody is left who could answer from the memory.
            self._stop.set()
