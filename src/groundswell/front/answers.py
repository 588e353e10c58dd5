"""What goes back: Django's answer collected, a commit's outcome handed to those who wait, a redirect."""

import asyncio
from collections.abc import Callable
from functools import lru_cache

from groundswell.front.messages import Message, Send

NOTHING: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class Answer:
    """Collects what Django answers."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Take one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.body += message.get("body", b"")

    async def deliver(self, send: Send) -> None:
        """Pass it on as it is."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class Resolver:
    """Gathers the outcomes of one commit, so that the event loop is woken once for all of them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: list[tuple[asyncio.Future[bool], bool]] = []
        self._woken = False

    def expect(self) -> tuple[asyncio.Future[bool], Callable[[BaseException | None], None]]:
        """A future for the event loop, and the function by which another thread settles it."""
        outcome: asyncio.Future[bool] = self._loop.create_future()
        return outcome, lambda error: self._add(outcome, error is None)

    def _add(self, outcome: asyncio.Future[bool], well: bool) -> None:
        self._ready.append((outcome, well))
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._resolve)

    def _resolve(self) -> None:
        # Lowered before taking the list: an outcome added in between wakes the loop again.
        self._woken = False
        ready, self._ready = self._ready, []
        for outcome, well in ready:
            if not outcome.done():
                outcome.set_result(well)


@lru_cache(maxsize=1024)
def see(path: str) -> Message:
    """The start of an answer that sends the browser to another page by GET."""
    headers = [(b"location", path.encode()), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    return {"type": "http.response.start", "status": 303, "headers": headers}
