"""Reading ahead: what comes next is made by a thread while the database is busy with what came last."""

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.utils import translation

TURN = 0.0005
"""Seconds for which the thread keeps the interpreter while somebody wants it: after each answer of a database."""


class Ahead[Item]:
    """The same items, none of which is None; the next one is made from when :meth:`begin` says so.

    For what is computed from files: the thread has no connection of its own to the database. It shares the
    interpreter, so it helps only while the other side waits. What goes wrong is raised where an item is asked for.
    """

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._coming: Future[Item | None] | None = None

    def __enter__(self) -> Self:
        self._usual = sys.getswitchinterval()
        sys.setswitchinterval(min(self._usual, TURN))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        sys.setswitchinterval(self._usual)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Item:
        self.begin()
        assert self._coming
        coming, self._coming = self._coming, None
        item = coming.result()
        if item is None:
            raise StopIteration
        return item

    def begin(self) -> None:
        """Let the next item be made from now on, if it is not."""
        if self._coming is None:
            self._coming = self._thread.submit(self._next, translation.get_language())

    def _next(self, language: str | None) -> Item | None:
        with translation.override(language):
            return next(self._items, None)
