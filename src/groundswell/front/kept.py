"""The memory of public pages: whole responses, with what they depend on."""

import gzip
import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from groundswell.front.handover import Door

Key = tuple[bytes, str, str, bytes]
"""Host, path, language, declared part of the query string."""

LARGEST = 64 * 1024 * 1024
REMEMBERED_TAGS = 200_000
Message = dict[str, Any]


@dataclass(slots=True)
class Page:
    """One kept response, ready to be sent in either coding."""

    start: Message
    body: Message
    start_gzip: Message
    body_gzip: Message
    start_unchanged: Message
    etag: bytes
    etag_gzip: bytes
    tags: tuple[str, ...]
    door: Door | None
    generation: int
    expires_at: float
    size: int
    checked: int = 0
    """The generation in which it was found fresh last."""


def page(
    body: bytes,
    headers: Iterable[tuple[bytes, bytes]],
    *,
    tags: tuple[str, ...],
    door: Door | None,
    generation: int,
    expires_at: float,
) -> Page:
    """Make a response ready to be kept: its lengths, its entity tags and its compressed form."""
    drop = {b"content-length", b"set-cookie", b"etag", b"vary", b"connection", b"transfer-encoding"}
    common = [(name, value) for name, value in headers if name.lower() not in drop]
    common.append((b"vary", b"accept-encoding, accept-language"))
    if not any(name.lower() == b"cache-control" for name, _ in common):
        common.append((b"cache-control", b"public, no-cache"))
    digest = hashlib.blake2b(body, digest_size=12).hexdigest().encode()
    etag, etag_gzip = b'"%s"' % digest, b'"%s-gz"' % digest
    squeezed = gzip.compress(body, 6, mtime=0)
    return Page(
        start=_start(200, [*common, (b"etag", etag), (b"content-length", b"%d" % len(body))]),
        body=_body(body),
        start_gzip=_start(
            200,
            [
                *common,
                (b"etag", etag_gzip),
                (b"content-encoding", b"gzip"),
                (b"content-length", b"%d" % len(squeezed)),
            ],
        ),
        body_gzip=_body(squeezed),
        start_unchanged=_start(304, [*common, (b"etag", etag)]),
        etag=etag,
        etag_gzip=etag_gzip,
        tags=tags,
        door=door,
        generation=generation,
        expires_at=expires_at,
        size=len(body) + len(squeezed) + 2048,
    )


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _body(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": False}


class Kept:
    """Pages by key, bounded in bytes; the oldest go first. Used from one event loop."""

    def __init__(self, largest: int = LARGEST) -> None:
        self.generation = 1
        self._floor = 0
        self._pages: dict[Key, Page] = {}
        self._touched: dict[str, int] = {}
        self._seen: dict[object, None] = {}
        self._largest = largest
        self._size = 0

    def get(self, key: Key) -> Page | None:
        """The page, fresh or stale."""
        return self._pages.get(key)

    def put(self, key: Key, kept: Page) -> None:
        """Keep a page in the place of the one that was there."""
        self.drop(key)
        self._pages[key] = kept
        self._size += kept.size
        while self._size > self._largest:
            self.drop(next(iter(self._pages)))

    def drop(self, key: Key) -> None:
        """Forget a page."""
        old = self._pages.pop(key, None)
        if old is not None:
            self._size -= old.size

    def is_fresh(self, kept: Page) -> bool:
        """Whether a page's bytes may still be sent: it is not too old, and none of its tags was touched."""
        if kept.checked != self.generation:
            if not self.untouched(kept.tags, kept.generation):
                return False
            # Until something is touched, nothing has to be looked at again.
            kept.checked = self.generation
        return kept.expires_at > time.monotonic()

    def untouched(self, tags: Sequence[str], generation: int) -> bool:
        """Whether none of the tags was touched since that generation began."""
        touched = self._touched
        if generation < self._floor:
            return False
        return touched.keys().isdisjoint(tags) or all(touched.get(tag, 0) <= generation for tag in tags)

    def notice(self, touches: dict[object, str]) -> None:
        """Take in a reading of recent touches; those seen before count once."""
        fresh = [identifier for identifier in touches if identifier not in self._seen]
        if fresh:
            self.generation += 1
            for identifier in fresh:
                self._touched[touches[identifier]] = self.generation
        # What fell out of the reading will not come back.
        self._seen = dict.fromkeys(touches)
        if len(self._touched) > REMEMBERED_TAGS:
            self.forget_everything()

    def forget_everything(self) -> None:
        """Start again with an empty memory; what is being rendered at this moment counts as stale, too."""
        self.generation += 1
        self._floor = self.generation
        self._pages.clear()
        self._touched.clear()
        self._size = 0
