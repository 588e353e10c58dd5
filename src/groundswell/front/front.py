"""The hot path: kept bytes for GETs, one line in the journal for POSTs, Django for everything else.

``./groundswell bench front`` holds it against a bare server that does nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from groundswell.front.answers import NOTHING, Answer, Resolver, see
from groundswell.front.gate import Gate, Room
from groundswell.front.handover import SLOT, Door, Handover
from groundswell.front.kept import Kept, Key, Page, page
from groundswell.front.languages import Languages
from groundswell.front.messages import App, Gone, Receive, Scope, Send, TooLarge, read, replay
from groundswell.front.refusals import BUSY
from groundswell.front.requests import (
    LARGEST_FORM,
    bare_headers,
    fields,
    is_declared,
    is_small_form,
    query,
    via,
)
from groundswell.front.touched import Poller
from groundswell.intake import kinds
from groundswell.intake.journal import Journal
from groundswell.intake.kinds import Action, Invalid
from groundswell.kit.ids import uuid7

RENDERS_AT_ONCE = 1


class Front:
    """An ASGI application before another one; ``is_public`` says which paths may be kept and rendered bare."""

    def __init__(
        self,
        gate: Gate,
        django: App,
        *,
        journal: Callable[[], Journal],
        is_public: Callable[[str], bool],
        languages: Languages,
        kept: Kept,
        poll: Callable[[Kept, asyncio.AbstractEventLoop], Poller],
    ) -> None:
        self._gate = gate
        self._django = django
        self._journal = journal
        self._is_public = is_public
        self._languages = languages
        self._kept = kept
        self._rendering: dict[Key, asyncio.Task[Page | Answer | None]] = {}
        self._renders = Room(RENDERS_AT_ONCE)
        self._resolver: Resolver | None = None
        self._poll = poll

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one request."""
        method = scope.get("method")
        if method == "GET" or method == "HEAD":
            return self._get(scope, receive, send)
        if method == "POST":
            return self._post(scope, receive, send)
        if scope["type"] == "lifespan":
            return self._live(receive, send)
        return self._gate(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Poll what was touched for as long as the server runs (ASGI's lifespan protocol)."""
        await receive()
        poller = self._poll(self._kept, asyncio.get_running_loop())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(poller.stop)
        await send({"type": "lifespan.shutdown.complete"})

    async def _get(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        key = self._key(scope, headers)
        kept = self._kept.get(key)
        if kept is None or not self._kept.is_fresh(kept):
            if not self._is_public(key[1]):
                await self._gate(scope, receive, send)
                return
            answer = await self._renewed(key, scope)
            if not isinstance(answer, Page):
                await (answer.deliver(send) if answer else self._gate.refusals.say(BUSY, scope, send))
                return
            kept = answer
        unchanged = headers.get(b"if-none-match")
        if unchanged and (kept.etag in unchanged or kept.etag_gzip in unchanged):
            await send(kept.start_unchanged)
            await send(NOTHING)
            return
        squeezed = b"gzip" in headers.get(b"accept-encoding", b"")
        await send(kept.start_gzip if squeezed else kept.start)
        if scope["method"] == "HEAD":
            await send(NOTHING)
        else:
            await send(kept.body_gzip if squeezed else kept.body)

    async def _renewed(self, key: Key, scope: Scope) -> Page | Answer | None:
        """The page rendered anew, once for all who wait; an answer that is not to be kept; None without room."""
        running = self._rendering.get(key)
        if running is None:
            running = asyncio.create_task(self._render(key, scope))
            self._rendering[key] = running
            running.add_done_callback(lambda _: self._rendering.pop(key, None))
        return await asyncio.shield(running)

    async def _render(self, key: Key, scope: Scope) -> Page | Answer | None:
        if not await self._renders.enter():
            return None
        try:
            # Noted before rendering: what is touched from here on makes the page stale.
            generation, handover, answer = self._kept.generation, Handover(), Answer()
            await self._django(self._bare(key, scope, handover), replay(b""), answer)
        finally:
            self._renders.leave()
        if not handover.filled or answer.status != 200 or not is_declared(key[3], handover.queries):
            self._kept.drop(key)
            return answer
        made = page(
            answer.body,
            answer.headers,
            tags=handover.tags,
            door=handover.door,
            generation=generation,
            expires_at=time.monotonic() + handover.seconds,
        )
        self._kept.put(key, made)
        return made

    def _bare(self, key: Key, scope: Scope, handover: Handover) -> Scope:
        headers = bare_headers(scope["headers"], key[2])
        return {**scope, "method": "GET", "query_string": key[3], "headers": headers, SLOT: handover}

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        key = self._key(scope, headers)
        door = self._open_door(key)
        if door is None or not is_small_form(headers):
            self._learn(key, scope)
            await self._gate(scope, receive, send)
            return
        try:
            body = await read(receive, LARGEST_FORM)
        except (Gone, TooLarge):
            return
        payload = _payload(door, body)
        if payload is None:
            await self._gate(scope, replay(body, receive), send)
            return
        seconds, patience = self._gate.patience_for(scope)
        if not await self._written(_action(door, payload, scope, patience)):
            # Django tries once more, and where that fails it can show again what was typed.
            await self._gate(scope, replay(body, receive), send)
            return
        if seconds:
            await self._gate.slow_down(seconds)
        await send(see(door.then))
        await send(NOTHING)

    def _key(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Key:
        path = scope["path"]
        language = self._languages.in_path(path) or self._languages.of(headers.get(b"accept-language", b""))
        return headers.get(b"host", b""), path, language, query(scope["query_string"])

    def _open_door(self, key: Key) -> Door | None:
        kept = self._kept.get(key)
        if kept is None or kept.door is None or time.time() >= kept.door.closes_at:
            return None
        # The bytes may be stale while the action is not: a moving count never sends a POST the slow way.
        return kept.door if self._kept.untouched(kept.door.tags, kept.generation) else None

    def _learn(self, key: Key, scope: Scope) -> None:
        """Render the page in the background, so that the next POST finds its action."""
        kept = self._kept.get(key)
        if key in self._rendering or (kept and self._kept.is_fresh(kept)) or not self._is_public(key[1]):
            return
        task = asyncio.create_task(self._render(key, scope))
        self._rendering[key] = task
        task.add_done_callback(lambda _: self._rendering.pop(key, None))

    def _written(self, action: Action) -> Awaitable[bool]:
        """Write an action down; what it returns is True once it is on disk."""
        if self._resolver is None:
            self._resolver = Resolver(asyncio.get_running_loop())
        written, done = self._resolver.expect()
        self._journal().submit(action, done)
        return written


def _payload(door: Door, body: bytes) -> bytes | None:
    """The payload that a form is, or None if Django must look at it."""
    try:
        return kinds.named(door.kind).parse(fields(body))
    except (Invalid, ValueError):
        return None


def _action(door: Door, payload: bytes, scope: Scope, patience: int) -> Action:
    return Action(
        uuid7(),
        door.kind,
        door.organisation_id,
        door.subject,
        payload,
        received_at=datetime.now(UTC),
        via=via(scope["query_string"]),
        patience=patience,
    )
