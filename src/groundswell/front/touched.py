"""Polling what was touched: a thread of the web process that tells the memory of pages, ten times a second."""

import asyncio
import logging
import threading
from collections.abc import Callable
from uuid import UUID

from groundswell.front.kept import Kept

log = logging.getLogger(__name__)

EVERY = 0.1
Reader = Callable[[], dict[UUID, str]]


class Poller:
    """Reads recent touches in a thread and hands them to the event loop that owns the memory."""

    def __init__(self, read: Reader, kept: Kept, loop: asyncio.AbstractEventLoop, every: float = EVERY) -> None:
        self._read = read
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
        well = True
        while not self._stop.wait(self._every):
            try:
                touches = self._read()
            except Exception as error:
                if well:
                    log.error("Touches not read: %s", type(error).__name__)
                well = False
                continue
            # While they could not be read, any page may have changed.
            self._tell(touches, forget=not well)
            well = True

    def _tell(self, touches: dict[UUID, str], *, forget: bool) -> None:
        if self._loop.is_closed():
            self._stop.set()
            return
        if forget:
            self._loop.call_soon_threadsafe(self._kept.forget_everything)
        self._loop.call_soon_threadsafe(self._kept.notice, touches)
