"""ASGI's messages: their types, and reading a body before anything else happens with it."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_TAKEN = 32 * 1024 * 1024


class Unread(Exception):
    """A body that was not read to its end."""


class TooLarge(Unread):
    """It grew past the limit."""


class Gone(Unread):
    """Its sender went away."""


async def read(receive: Receive, largest: int) -> bytes:
    """The whole body of a request.

    One that is too long is taken in all the same, up to ``MOST_TAKEN`` bytes, and thrown away: a browser reads no
    answer before it has sent everything.

    :raises TooLarge: if it is longer than ``largest`` bytes.
    :raises Gone: if its sender went away.
    """
    body, taken, more = bytearray(), 0, True
    while more and taken <= MOST_TAKEN:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        taken += len(part)
        if taken <= largest:
            body += part
        more = message.get("more_body", False)
    if taken > largest:
        raise TooLarge
    return bytes(body)


def replay(body: bytes, receive: Receive | None = None) -> Receive:
    """A receive function that gives a body that was read already, and then waits for the sender to go away.

    Without ``receive`` the sender never does.
    """
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        if waiting:
            return waiting.pop()
        return await (receive() if receive else asyncio.get_running_loop().create_future())

    return replayed
