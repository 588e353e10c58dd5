"""For whom the thread that reads and settles asks the database."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from groundswell.kit.ids import uuid7
from groundswell.kit.scope import told, within
from groundswell.mailings import leases, sending
from groundswell.mailings.leases import Batch, Recipient
from groundswell.mailings.models import Mailing
from groundswell.mailings.sending import Sender
from groundswell.mailings.smtp import Server

ORGANISATION = uuid7()


class Nothing:
    """Writes nothing, since nothing is taken."""

    def prepare(self, _mailing: Mailing) -> None:
        raise AssertionError

    def __call__(self, _batch: Batch, _recipient: Recipient) -> tuple[str, str, bytes]:
        raise AssertionError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For whom each batch was asked."""
    asked: list[str] = []

    def acquire(_worker: UUID, _home: UUID, _most: int, *, after: UUID | None, allowances: object) -> None:
        assert after is allowances is None
        asked.append(told())

    monkeypatch.setattr(leases, "acquire", acquire)
    return asked


def send() -> int:
    server = Server(urlsplit("smtp://127.0.0.1:9"), "localhost")
    # Not for all of them, as the worker does: where nobody says anything, tests ask for all.
    with within(ORGANISATION):
        return Sender(server=server, worker=uuid7(), home=uuid7(), write=Nothing()).run(5)


def test_the_thread_of_the_database_asks_for_whom_the_sender_does(asked: list[str]) -> None:
    assert send() == 0
    assert asked == [f"{{{ORGANISATION.hex}}}"]


def test_without_that_it_asks_as_if_nobody_had_said(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a thread of a pool knows nothing of it, and on PostgreSQL every mailing would have no copies."""

    def bare(database: ThreadPoolExecutor, do: Callable[..., Any], *given: object) -> "asyncio.Future[Any]":
        begun: Future[Any] = database.submit(do, *given)
        return asyncio.wrap_future(begun)

    monkeypatch.setattr(sending, "_in", bare)
    assert send() == 0
    outside = told()
    assert asked == [outside] != [f"{{{ORGANISATION.hex}}}"]
