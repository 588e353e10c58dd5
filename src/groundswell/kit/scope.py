"""For whom the database is asked: for some organisations, for all of them and why, or for nobody.

PostgreSQL shows rows about people accordingly (:mod:`.postgresql`, :mod:`.rows`). Where nobody has said anything,
it shows none.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

NOBODY = ""
ALL = "every"

_scope: ContextVar[str] = ContextVar("scope", default=NOBODY)


@contextmanager
def within(*organisations: UUID) -> Iterator[None]:
    """Ask for these organisations only, until the block ends."""
    with _set(_said(organisations)):
        yield


@contextmanager
def everywhere(reason: str) -> Iterator[None]:
    """Ask for every organisation until the block ends; the reason is for whoever reads the code.

    ``tests/guards/test_scopes.py`` lists all who do.
    """
    assert reason
    with _set(ALL):
        yield


@contextmanager
def nobody_yet() -> Iterator[None]:
    """Ask for nobody until :func:`confine` says for whom; after the block all is as it was before."""
    with _set(NOBODY):
        yield


def confine(organisations: Iterable[UUID]) -> None:
    """Ask for these organisations only, as long as the request is at work: whoever sent it was let in."""
    _scope.set(_said(organisations))


def told() -> str:
    """What PostgreSQL is told: ``every``, an array of ids, or nothing."""
    return _scope.get()


def _said(organisations: Iterable[UUID]) -> str:
    return f"{{{','.join(one.hex for one in organisations)}}}"


@contextmanager
def _set(said: str) -> Iterator[None]:
    before = _scope.get()
    _scope.set(said)
    try:
        yield
    finally:
        # By its value and not by its token: a view may have run in a copy of this context.
        _scope.set(before)
