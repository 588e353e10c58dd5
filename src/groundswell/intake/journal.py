"""Writing actions down: many to one commit, each acknowledged only after it is on disk.

One thread per process writes. While it waits for the disk, the next actions gather, and the next commit takes
them all: so the disk is asked a few hundred times a second, not ten thousand times.
"""

import atexit
import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol
from uuid import UUID

from groundswell.intake.kinds import Action
from groundswell.intake.stores import BadEntry, open_store
from groundswell.kit.ids import uuid7

log = logging.getLogger(__name__)

LARGEST_COMMIT = 1000
Done = Callable[[BaseException | None], None]


class NotKept(RuntimeError):
    """The journal could not be written: nothing was acknowledged, the person must be asked to try again."""


class Store(Protocol):
    """Where entries are kept. ``append`` returns after they are on disk, all or none of them."""

    def append(self, writer: UUID, numbered: Sequence[tuple[int, Action]]) -> None: ...

    def close(self) -> None: ...


class Journal:
    """One writer: a thread, its store and its own count of entries."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self.writer = uuid7()
        self._open_store = open_store
        self._store: Store | None = None
        self._sequence = 0
        self._waiting: queue.SimpleQueue[tuple[Action, Done] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def submit(self, action: Action, done: Done) -> None:
        """Write an action down soon; ``done`` is called in the writer's thread, with None once it is on disk."""
        self._waiting.put((action, done))

    def append(self, action: Action) -> None:
        """Write an action down and return when it is on disk.

        :raises NotKept: if it could not be written.
        """
        result: Future[None] = Future()
        self.submit(action, lambda error: result.set_exception(error) if error else result.set_result(None))
        result.result()

    def close(self) -> None:
        """Write what is waiting and stop."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            self._commit(self._gather(first))
        self._drop_store()

    def _gather(self, first: tuple[Action, Done]) -> list[tuple[Action, Done]]:
        batch = [first]
        while len(batch) < LARGEST_COMMIT:
            try:
                following = self._waiting.get_nowait()
            except queue.Empty:
                break
            if following is None:
                self._waiting.put(None)
                break
            batch.append(following)
        return batch

    def _commit(self, batch: list[tuple[Action, Done]]) -> None:
        error = self._write([action for action, _ in batch])
        if isinstance(error, BadEntry) and len(batch) > 1:
            # One entry that the database cannot hold must not fail its neighbours.
            for one in batch:
                self._commit([one])
            return
        failure = NotKept("The journal could not be written.") if error else None
        for _, done in batch:
            try:
                done(failure)
            except Exception as trouble:
                # Whoever asked is gone, an event loop that was closed perhaps: the others still want to know.
                log.warning("Nobody waits for an entry any more: %s", type(trouble).__name__)

    def _write(self, actions: list[Action]) -> Exception | None:
        # A number is never given twice: after a failed commit it may or may not be on disk.
        numbered = list(enumerate(actions, self._sequence + 1))
        self._sequence += len(actions)
        try:
            if self._store is None:
                self._store = self._open_store()
            self._store.append(self.writer, numbered)
        except Exception as error:
            log.error("Journal not written: %s", type(error).__name__)
            self._drop_store()
            return error
        return None

    def _drop_store(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            try:
                store.close()
            except Exception as error:
                log.warning("Journal's store not closed: %s", type(error).__name__)


_journal: Journal | None = None
_owner = 0
_lock = threading.Lock()


def journal() -> Journal:
    """This process's writer, started on first use (again after a fork, since threads do not survive one)."""
    global _journal, _owner
    if _journal is None or _owner != os.getpid():
        with _lock:
            if _journal is None or _owner != os.getpid():
                _journal, _owner = Journal(open_store), os.getpid()
    return _journal


@atexit.register
def close_journal() -> None:
    """Stop this process's writer, if one was started; the next use starts another."""
    global _journal
    with _lock:
        stopped, _journal = _journal, None
        if stopped is not None and _owner == os.getpid():
            stopped.close()
