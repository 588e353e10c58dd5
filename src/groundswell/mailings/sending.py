"""Handing copies over: batches are read and settled in one thread, many connections send in another.

What was read is used within seconds (:data:`.leases.FRESH`), so whoever takes their consent back is written to no
more after that. A body goes out only after the journal has it, and no result is kept from the journal.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, cast
from uuid import UUID

import uvloop
from django.db import connections

from groundswell.mailings import leases
from groundswell.mailings.allowances import Allowances
from groundswell.mailings.journal import Journal, Sealed
from groundswell.mailings.leases import DOUBT, REFUSED, SENT, Batch, Recipient
from groundswell.mailings.models import Mailing
from groundswell.mailings.providers import Source
from groundswell.mailings.reports import is_for_good
from groundswell.mailings.smtp import Envelope, NoServer

log = logging.getLogger(__name__)

SMALLEST, LARGEST = 50, 1500
"""Copies in one lease: as many as go out in two seconds."""


class Write(Protocol):
    """Makes copies."""

    def prepare(self, mailing: Mailing) -> None:
        """Get ready for a mailing, in the thread of the database; again and again for the same one."""

    def __call__(self, batch: Batch, recipient: Recipient) -> tuple[str, str, bytes]:
        """Who a copy is from, to whom it goes, and its bytes (0 queries)."""


class Lane(Protocol):
    """A way on which copies go out, one after the other: a connection, or requests to a provider."""

    closed: "asyncio.Future[None]"

    def pump(self) -> None:
        """Look for a copy, if none is on the way."""

    def finish(self) -> None:
        """Take no more; end when the one on the way is answered."""


class Way(Protocol):
    """Where copies are handed over."""

    async def connect(self, source: Source) -> Lane:
        """Open a lane.

        :raises NoServer: if there is no way.
        """


@dataclass(slots=True, kw_only=True)
class Copy(Envelope):
    """A copy on its way, with the batch that it is of."""

    batch: Batch
    recipient: Recipient


@dataclass(kw_only=True)
class Sender:
    """Sends what waits, over so many connections, as one worker with one data folder (``home``).

    ``reserve`` says how many of the next copies may go out now, ``spare`` hears how many of these are not needed,
    ``allowances`` are those of providers; all of them are asked in the thread of the database.
    """

    server: Way
    worker: UUID
    home: UUID
    write: Write
    connections: int = 8
    reserve: Callable[[int], int] = lambda wanted: wanted
    spare: Callable[[int], None] = lambda places: None
    allowances: Allowances | None = None
    done: int = 0
    unreachable: str = ""
    _batches: deque[Batch] = field(default_factory=deque)
    _connected: set[Lane] = field(default_factory=set)
    _answered: set[Journal] = field(default_factory=set)
    _closing: bool = False
    _exhausted: bool = False
    _rate: float = float(SMALLEST)

    def run(self, seconds: float) -> int:
        """Send for at most so long, and a little longer for what is on the way; returns how many were dealt with.

        :raises NoServer: if nothing could be sent at all.
        """
        # One thread for the database, so that its connection and its transactions are one worker's.
        with ThreadPoolExecutor(1, thread_name_prefix="mailings") as database:
            try:
                asyncio.run(self._run(database, seconds), loop_factory=uvloop.new_event_loop)
            finally:
                database.submit(connections.close_all).result()
        if self.unreachable and not self.done:
            raise NoServer(self.unreachable)
        return self.done

    def stop(self) -> None:
        """Take no more, and let :meth:`run` end when what is on the way is answered; from any thread."""
        self._closing = True

    async def _run(self, database: ThreadPoolExecutor, seconds: float) -> None:
        ends = time.monotonic() + seconds
        self._changed = asyncio.Event()
        ahead: asyncio.Future[Any] | None = None
        while True:
            self._closing = self._closing or time.monotonic() > ends or bool(self.unreachable)
            if ahead is not None and ahead.done():
                self._took(ahead.result())
                ahead = None
            if ahead is None and self._wants_more():
                ahead = _in(database, self._acquire)
                ahead.add_done_callback(lambda _: self._changed.set())
            await self._settle_what_is_done(database)
            if not self._batches and ahead is None and (self._closing or self._exhausted):
                break
            await self._keep_connected()
            for connection in list(self._connected):
                connection.pump()
            await self._rest()
        await self._hang_up()

    async def _rest(self) -> None:
        """Wait until something happens, or a moment."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), 0.05)
        self._changed.clear()

    def _wants_more(self) -> bool:
        waiting = sum(len(batch.waiting) for batch in self._batches)
        return (
            not (self._closing or self._exhausted) and waiting < max(self._rate / 2, 1) and len(self._batches) < 4
        )

    def _acquire(self) -> Batch | None:
        most = self.reserve(max(SMALLEST, min(LARGEST, int(self._rate * 2))))
        if most <= 0:
            return None
        last = self._batches[-1].mailing.id if self._batches else None
        batch = leases.acquire(self.worker, self.home, most, after=last, allowances=self.allowances)
        self.spare(most - (len(batch.waiting) if batch else 0))
        if batch is not None:
            self.write.prepare(batch.mailing)
        return batch

    def _took(self, batch: Batch | None) -> None:
        if batch is None:
            self._exhausted = True
        else:
            self._batches.append(batch)

    async def _settle_what_is_done(self, database: ThreadPoolExecutor) -> None:
        for batch in [*self._batches]:
            if self._closing or not batch.is_fresh:
                batch.give_back()
            if batch.is_done:
                self._batches.remove(batch)
                await _in(database, self._settle, batch)

    def _settle(self, batch: Batch) -> None:
        # Measured in what it did, since the next lease should be as large as two seconds.
        took = max(time.monotonic() - batch.read_at, 0.01)
        self._rate = (self._rate + batch.dealt_with / took) / 2 if self.done else batch.dealt_with / took
        leases.settle(batch)
        batch.journal.close(delete=True)
        if self.allowances:
            self.allowances.give_back(batch)
        self.done += batch.dealt_with

    async def _keep_connected(self) -> None:
        waiting = sum(len(batch.waiting) for batch in self._batches)
        missing = min(self.connections, waiting) - len(self._connected)
        if missing <= 0 or self._closing:
            return
        opened = await asyncio.gather(*(self.server.connect(self) for _ in range(missing)), return_exceptions=True)
        for one in opened:
            if not isinstance(one, BaseException):
                self._connected.add(one)
                one.closed.add_done_callback(partial(self._gone, one))
            elif not isinstance(one, NoServer):
                raise one
        if not self._connected:
            self.unreachable = next(str(one) for one in opened if isinstance(one, NoServer))
            log.error("No mail can be sent: %s", self.unreachable)

    def _gone(self, connection: Lane, _closed: "asyncio.Future[None]") -> None:
        self._connected.discard(connection)
        self._changed.set()

    async def _hang_up(self) -> None:
        connected = list(self._connected)
        for connection in connected:
            connection.finish()
        if connected:
            await asyncio.wait([connection.closed for connection in connected], timeout=2)

    # What a lane asks and tells (:class:`.providers.Source`).

    def take(self) -> Envelope | None:
        """The next copy, of a batch that is still fresh."""
        if self._closing:
            return None
        for batch in self._batches:
            if batch.waiting and batch.is_fresh:
                recipient = batch.waiting.popleft()
                batch.flying += 1
                sender, to, body = self.write(batch, recipient)
                return Copy(recipient.number, sender, to, body, batch=batch, recipient=recipient)
        return None

    def begins(self, envelope: Envelope) -> bool:
        """Let it go out, unless another worker has taken the lease over, or what was read is old."""
        copy = cast(Copy, envelope)
        if not copy.batch.is_fresh:
            return False
        try:
            copy.batch.journal.begin(copy.number)
        except Sealed:
            return False
        return True

    def answered(self, envelope: Envelope, code: int, said: bytes) -> None:
        """Note what the server said."""
        copy = cast(Copy, envelope)
        copy.batch.journal.answer(copy.number, code)
        self._answered.add(copy.batch.journal)
        if code < 400:
            copy.batch.ended(copy.recipient, SENT, code)
            copy.batch.got.append(copy.recipient.person)
        elif code < 500:
            copy.batch.again(copy.recipient)
        else:
            copy.batch.ended(copy.recipient, REFUSED, code)
            if is_for_good(said.decode("ascii", "replace")):
                copy.batch.gone.append(copy.recipient.email)
        self._landed(copy)

    def heard(self) -> None:
        """Write the answers of this moment down, where no body that began took them along."""
        for journal in self._answered:
            journal.flush()
        self._answered.clear()

    def lost(self, envelope: Envelope) -> None:
        """Note that nobody knows, where the body had begun; else it is sent by another connection."""
        copy = cast(Copy, envelope)
        if copy.sent and copy.batch.mailing.kind in Mailing.URGENT:
            copy.batch.again(copy.recipient)
        elif copy.sent:
            copy.batch.ended(copy.recipient, DOUBT, 0)
            copy.batch.got.append(copy.recipient.person)
        else:
            copy.batch.unsent.append(copy.recipient.email)
        self._landed(copy)

    def spared(self, envelope: Envelope) -> None:
        """Note that it was not taken, and give it back."""
        copy = cast(Copy, envelope)
        # Whoever reads the journal after a kill would else call it a doubt.
        copy.batch.journal.answer(copy.number, 421)
        self._answered.add(copy.batch.journal)
        copy.batch.unsent.append(copy.recipient.email)
        self._landed(copy)

    def _landed(self, copy: Copy) -> None:
        copy.batch.flying -= 1
        if copy.batch.is_done or not self._batches or not copy.batch.waiting:
            self._changed.set()


def _in[**Given, Result](
    database: ThreadPoolExecutor, do: Callable[Given, Result], *given: Given.args, **more: Given.kwargs
) -> asyncio.Future[Result]:
    """Do something in the thread of the database, for whom it is asked here (:mod:`groundswell.kit.scope`).

    A thread of a pool starts without that, and PostgreSQL would show it nothing.
    """
    doing = partial(copy_context().run, do, *given, **more)
    return asyncio.get_running_loop().run_in_executor(database, doing)
