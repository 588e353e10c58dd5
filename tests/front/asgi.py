"""A caller for ASGI applications, without a server between."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.db import connections

from groundswell.front.messages import App, Message, Scope

FORM = "application/x-www-form-urlencoded"


@dataclass
class Response:
    """What came back, its body unpacked."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def __getitem__(self, name: str) -> str:
        return dict(self.headers).get(name, "")

    @property
    def text(self) -> str:
        return self.body.decode()


def scope_of(
    method: str,
    address: str,
    headers: Mapping[str, str] | None = None,
    *,
    client: str = "192.0.2.1",
    length: int | None = None,
) -> Scope:
    """An HTTP scope as a server makes it, for the path and query of an address."""
    path, _, query = address.partition("?")
    given = {"host": "127.0.0.1", **(headers or {})}
    if length is not None and "transfer-encoding" not in given:
        given.setdefault("content-length", str(length))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given.items()],
        "client": (client, 50000),
        "server": ("127.0.0.1", 80),
        "extensions": {},
    }


async def call(
    app: App,
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] = b"",
    client: str = "192.0.2.1",
) -> Response:
    """Make one request and wait for its answer; a body in parts is sent as one without a length."""
    given = dict(headers or {})
    if form is not None:
        body = urlencode(form).encode()
        given.setdefault("content-type", FORM)
    parts = [body] if isinstance(body, bytes) else list(body)
    length = len(body) if isinstance(body, bytes) and (body or method == "POST") else None
    scope = scope_of(method, address, given, client=client, length=length)
    return await send(app, scope, parts or [b""])


async def send(app: App, scope: Scope, parts: list[bytes]) -> Response:
    """The same for a scope of one's own."""
    waiting: list[Message] = [
        {"type": "http.request", "body": part, "more_body": number < len(parts)}
        for number, part in enumerate(parts, 1)
    ]
    response = Response()
    done = asyncio.Event()

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await done.wait()
        return {"type": "http.disconnect"}

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert not response.status, "an answer has one start"
            response.status = message["status"]
            response.headers = [
                (name.decode().lower(), value.decode("latin-1")) for name, value in message["headers"]
            ]
        else:
            response.body += message.get("body", b"")
            if not message.get("more_body"):
                done.set()

    await app(scope, receive, answer)
    assert response.status, "no answer"
    if response["content-encoding"] == "gzip" and response.body:
        assert int(response["content-length"]) == len(response.body)
        response.body = gzip.decompress(response.body)
    elif response["content-length"] and response.body:
        assert int(response["content-length"]) == len(response.body)
    return response


class Lifespan:
    """Runs an application's lifespan around a block, as a server does."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._to: asyncio.Queue[Message] = asyncio.Queue()
        self._from: asyncio.Queue[Message] = asyncio.Queue()

    async def __aenter__(self) -> None:
        scope: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self._task = asyncio.ensure_future(self._app(scope, self._to.get, self._from.put))
        await self._to.put({"type": "lifespan.startup"})
        assert (await self._from.get())["type"] == "lifespan.startup.complete"

    async def __aexit__(self, *_: object) -> None:
        await self._to.put({"type": "lifespan.shutdown"})
        assert (await self._from.get())["type"] == "lifespan.shutdown.complete"
        await self._task


def in_a_thread[**P, R](work: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Work on the database beside the event loop; the thread's connections go with it."""

    @wraps(work)
    def closing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    return sync_to_async(closing)
