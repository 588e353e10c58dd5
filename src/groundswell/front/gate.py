"""Before Django, always: few requests at once, small bodies, and an honest answer when there is no room."""

import asyncio
import contextlib
from collections.abc import Callable

from groundswell.front.addresses import Addresses
from groundswell.front.handover import WAIT
from groundswell.front.limits import Limits, patience, wait
from groundswell.front.messages import (
    MOST_TAKEN,
    App,
    Gone,
    Message,
    Receive,
    Scope,
    Send,
    TooLarge,
    read,
    replay,
)
from groundswell.front.refusals import BUSY, TOO_LARGE, TOO_SLOW, Refusals

AT_ONCE = 4
WAITING = 200
LONGEST_WAIT = 5.0
LARGEST_BODY = 64 * 1024
LONGEST_READ = 15.0
UPLOADS_AT_ONCE = 2
LONGEST_UPLOAD = 120.0
"""How many bodies over ``LARGEST_BODY`` are read at once, and the seconds that one may take."""
SLOW_LANE = 2000
"""How many answers may wait at once because their addresses are over the limit."""


class Room:
    """Places for a few at once; a bounded number wait a bounded time for one."""

    def __init__(self, places: int, *, waiting: int = WAITING, seconds: float = LONGEST_WAIT) -> None:
        self._places = asyncio.Semaphore(places)
        self._most_waiting = waiting
        self._seconds = seconds
        self._waiting = 0

    async def enter(self) -> bool:
        """Take a place; False if there is none to be had."""
        if not self._places.locked():
            await self._places.acquire()
            return True
        if self._waiting >= self._most_waiting:
            return False
        self._waiting += 1
        try:
            await asyncio.wait_for(self._places.acquire(), self._seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return True

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()


class NoRoom(Exception):
    """There is no place for one more upload."""


class Gate:
    """Lets at most ``at_once`` requests into Django; a few wait, the rest are told so.

    ``largest`` says how many bytes a path takes, where that is more than ``LARGEST_BODY``.
    """

    def __init__(
        self,
        django: App,
        *,
        addresses: Addresses,
        limits: Limits,
        refusals: Refusals,
        at_once: int = AT_ONCE,
        largest: Callable[[str], int] = lambda _path: LARGEST_BODY,
    ) -> None:
        self.refusals = refusals
        self._django = django
        self._addresses = addresses
        self._limits = limits
        self._room = Room(at_once)
        self._largest = largest
        # Of their own: who uploads slowly must keep out nobody but other uploads.
        self._uploads = Room(UPLOADS_AT_ONCE)
        self._slow_lane = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await _live(receive, send)
            return
        try:
            # Before a place is taken: whoever sends slowly must not keep others out.
            body = await self._body(scope, receive)
        except Gone:
            return
        except TooLarge:
            await self.refusals.say(TOO_LARGE, scope, send)
        except NoRoom:
            await self.refusals.say(BUSY, scope, send)
        except TimeoutError:
            await self.refusals.say(TOO_SLOW, scope, send)
        else:
            await self._answer(scope, replay(body, receive), send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        length = declared_length(scope)
        if length > MOST_TAKEN:
            raise TooLarge
        if LARGEST_BODY < length <= self._largest(scope["path"]):
            return await self._upload(receive, length)
        async with asyncio.timeout(LONGEST_READ):
            return await read(receive, LARGEST_BODY)

    async def _upload(self, receive: Receive, length: int) -> bytes:
        if not await self._uploads.enter():
            raise NoRoom
        try:
            async with asyncio.timeout(LONGEST_UPLOAD):
                return await read(receive, length)
        finally:
            self._uploads.leave()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await self._room.enter():
            await self.refusals.say(BUSY, scope, send)
            return
        patient = _Patient(send)
        try:
            await self._django({**scope, WAIT: lambda: self._patience(scope, patient)}, receive, patient)
        finally:
            self._room.leave()
        await self.slow_down(patient.seconds)
        await patient.deliver()

    def patience_for(self, scope: Scope) -> tuple[float, int]:
        """Count one action of this request's address: seconds its answer waits, and seconds its mail waits."""
        backlog = self._limits.backlog(self._addresses.of(scope))  # type: ignore[arg-type]
        return (wait(backlog), patience(backlog)) if backlog else (0.0, 0)

    async def slow_down(self, seconds: float) -> None:
        """Hold an answer back, unless so many are held already that holding more would be a danger itself."""
        if seconds <= 0 or self._slow_lane >= SLOW_LANE:
            return
        self._slow_lane += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._slow_lane -= 1

    def _patience(self, scope: Scope, patient: "_Patient") -> int:
        patient.seconds, seconds = self.patience_for(scope)
        return seconds


async def _live(receive: Receive, send: Send) -> None:
    """ASGI's lifespan protocol for an application that has nothing to start."""
    while (message := await receive())["type"].startswith("lifespan."):
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


class _Patient:
    """Collects an answer, so that it can be held back outside of Django; a stream goes straight through."""

    def __init__(self, send: Send) -> None:
        self.seconds = 0.0
        self._send = send
        self._held: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self._held.append(message)
        if message.get("more_body"):
            await self.deliver()

    async def deliver(self) -> None:
        held, self._held = self._held, []
        for message in held:
            await self._send(message)


def declared_length(scope: Scope) -> int:
    """The request's Content-Length, or 0 where it says none."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            with contextlib.suppress(ValueError):
                return int(value)
    return 0
