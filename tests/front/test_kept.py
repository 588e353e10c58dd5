"""The memory of public pages."""

import gzip
import time
from uuid import UUID

import pytest

from groundswell.front import kept as module
from groundswell.front.kept import Kept, Key, Page, page
from groundswell.kit.ids import uuid7

KEY: Key = (b"127.0.0.1", "/", "en", b"")


def made(kept: Kept, *tags: str, body: bytes = b"<p>Hello", seconds: float = 60) -> Page:
    return page(
        body,
        [(b"Content-Type", b"text/html"), (b"Set-Cookie", b"x=1"), (b"Vary", b"cookie"), (b"ETag", b'"django"')],
        tags=tags,
        door=None,
        generation=kept.generation,
        expires_at=time.monotonic() + seconds,
    )


def touch(kept: Kept, *tags: str) -> dict[UUID, str]:
    touches = {uuid7(): tag for tag in tags}
    kept.notice(touches)
    return touches


def key(number: int) -> Key:
    return (b"127.0.0.1", f"/{number}", "en", b"")


def test_a_response_is_made_ready_once() -> None:
    ready = made(Kept())
    names = [name.lower() for name, _ in ready.start["headers"]]
    assert b"set-cookie" not in names
    assert names.count(b"vary") == names.count(b"etag") == 1
    headers = dict(ready.start["headers"])
    assert headers[b"vary"] == b"accept-encoding, accept-language"
    assert headers[b"cache-control"] == b"public, no-cache"
    assert headers[b"content-length"] == b"8"
    assert headers[b"etag"] == ready.etag != ready.etag_gzip == dict(ready.start_gzip["headers"])[b"etag"]
    assert gzip.decompress(ready.body_gzip["body"]) == ready.body["body"] == b"<p>Hello"
    assert ready.start_unchanged["status"] == 304


def test_the_same_bytes_have_the_same_tag_and_others_another() -> None:
    kept = Kept()
    assert made(kept).etag == made(kept).etag
    assert made(kept).body_gzip == made(kept).body_gzip
    assert made(kept).etag != made(kept, body=b"<p>Bye").etag


def test_what_a_view_says_of_caching_stays() -> None:
    ready = page(b"x", [(b"cache-control", b"immutable")], tags=(), door=None, generation=1, expires_at=0)
    assert [value for name, value in ready.start["headers"] if name == b"cache-control"] == [b"immutable"]


def test_a_page_is_fresh_until_one_of_its_tags_is_touched() -> None:
    kept = Kept()
    kept.put(KEY, made(kept, "event:1", "events"))
    found = kept.get(KEY)
    assert found is not None
    assert kept.is_fresh(found)
    touch(kept, "event:2")
    assert kept.is_fresh(found)
    touch(kept, "event:1")
    assert not kept.is_fresh(found)
    assert kept.get(KEY) is found, "stale, and still good for its action"
    kept.put(KEY, made(kept, "event:1", "events"))
    assert kept.is_fresh(kept.get(KEY))  # type: ignore[arg-type]


def test_a_page_is_fresh_for_its_time() -> None:
    kept = Kept()
    assert kept.is_fresh(made(kept, seconds=5))
    assert not kept.is_fresh(made(kept, seconds=-1))


def test_what_is_touched_while_a_page_is_rendered_makes_it_stale() -> None:
    kept = Kept()
    rendering = made(kept, "event:1")
    touch(kept, "event:1")
    kept.put(KEY, rendering)
    assert not kept.is_fresh(rendering)


def test_a_touch_that_is_read_again_and_again_counts_once() -> None:
    kept = Kept()
    touches = touch(kept, "event:1")
    kept.put(KEY, made(kept, "event:1"))
    kept.notice(touches)
    later = {**touches, uuid7(): "event:2"}
    kept.notice(later)
    assert kept.is_fresh(kept.get(KEY))  # type: ignore[arg-type]
    kept.notice({})
    assert kept.is_fresh(kept.get(KEY))  # type: ignore[arg-type]


def test_a_touch_that_was_committed_late_counts_when_it_is_seen() -> None:
    kept = Kept()
    early = {uuid7(): "event:1"}
    touch(kept, "event:2")
    kept.put(KEY, made(kept, "event:1"))
    kept.notice(early)
    assert not kept.is_fresh(kept.get(KEY))  # type: ignore[arg-type]


def test_the_memory_is_bounded_and_the_oldest_go_first() -> None:
    probe = Kept()
    size = made(probe).size
    kept = Kept(largest=3 * size)
    for number in range(5):
        kept.put(key(number), made(kept))
    assert [kept.get(key(number)) is not None for number in range(5)] == [False, False, True, True, True]
    kept.put(key(2), made(kept))
    kept.put(key(5), made(kept))
    assert [kept.get(key(number)) is not None for number in range(6)] == [False, False, True, False, True, True]
    kept.drop(key(4))
    kept.drop(key(4))
    kept.put(key(6), made(kept))
    assert kept.get(key(2)) is not None


def test_a_page_that_is_larger_than_the_memory_is_not_kept() -> None:
    kept = Kept(largest=10)
    kept.put(KEY, made(kept))
    assert kept.get(KEY) is None
    assert kept._size == 0


def test_with_too_many_tags_it_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_TAGS", 10)
    kept = Kept()
    kept.put(KEY, made(kept, "event:1"))
    rendering = made(kept, "event:1")
    touch(kept, *(f"tag:{number}" for number in range(11)))
    assert kept.get(KEY) is None
    assert not kept.is_fresh(rendering), "what was being rendered may depend on what was forgotten"
    assert kept.is_fresh(made(kept, "event:1"))
