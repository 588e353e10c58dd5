"""A mailing by a provider instead of a mail server: many requests at once, each in a thread of its own.

What :mod:`.smtp` does with connections is done here with requests: whoever sends (:class:`.sending.Sender`) sees
no difference, so a copy goes out once and a doubt is one by the same code.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

from groundswell.mailings import smtp
from groundswell.mailings.smtp import Envelope, NoServer
from groundswell.outbox.providers import Answer, Provider, Said


class Source(smtp.Source, Protocol):
    """Where a lane gets mails, and whom it tells what became of them."""

    def spared(self, envelope: Envelope) -> None:
        """It was not taken, through no fault of its own, and may be sent again at once."""


@dataclass
class Requests:
    """A provider to whom copies are handed; once it lets nobody in, no new lane is opened."""

    name: str
    options: Mapping[str, str] = field(repr=False)
    shut: str = ""

    async def connect(self, source: Source) -> "Lane":
        """Open a lane.

        :raises NoServer: if the provider let nobody in before.
        """
        if self.shut:
            raise NoServer(self.shut)
        return Lane(source, self)


class Lane:
    """One request after the other, each as soon as the one before is answered."""

    def __init__(self, source: Source, requests: Requests) -> None:
        self._source = source
        self._requests = requests
        self._provider = Provider(requests.name, requests.options)
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="provider")
        self._current: Envelope | None = None
        self._resting = self._draining = False
        self.closed: asyncio.Future[None] = self._loop.create_future()

    def pump(self) -> None:
        """Look for a mail, if none is on the way: to be called when the source has some again."""
        while self._current is None and not (self._resting or self._draining):
            envelope = self._source.take()
            if envelope is None:
                return
            if not self._source.begins(envelope):
                self._source.lost(envelope)
                continue
            envelope.sent, self._current = True, envelope
            asked = self._loop.run_in_executor(self._thread, self._provider.hand_over, envelope.body)
            asked.add_done_callback(self._answered)

    def finish(self) -> None:
        """Take no more mails; hang up when the one on the way is answered."""
        self._draining = True
        if self._current is None:
            self._end()

    def _answered(self, asked: "asyncio.Future[Answer]") -> None:
        envelope, self._current = self._current, None
        assert envelope
        # Whatever went wrong in the thread, whoever sends waits for this to be told.
        answer = asked.result() if asked.exception() is None else Answer(Said.UNKNOWN)
        self._tell(envelope, answer)
        self._source.heard()
        if answer.said == Said.SHUT:
            self._requests.shut = answer.words
            self._end()
        elif self._draining:
            self._end()
        elif answer.said == Said.TOO_MANY:
            self._resting = True
            self._loop.call_later(answer.wait, self._wake)
        else:
            self.pump()

    def _tell(self, envelope: Envelope, answer: Answer) -> None:
        if answer.said == Said.UNKNOWN:
            self._source.lost(envelope)
        elif answer.said in {Said.SHUT, Said.TOO_MANY}:
            envelope.sent = False
            self._source.spared(envelope)
        else:
            self._source.answered(envelope, answer.code, answer.words.encode())

    def _wake(self) -> None:
        self._resting = False
        self.pump()

    def _end(self) -> None:
        if self.closed.done():
            return
        self._draining = True
        self._thread.submit(self._provider.close)
        self._thread.shutdown(wait=False)
        self.closed.set_result(None)
