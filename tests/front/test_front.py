"""Keeping pages on the hot path, before an application in Django's place."""

import asyncio
import time
from uuid import UUID

import pytest

from groundswell.front.front import RENDERS_AT_ONCE
from groundswell.front.gate import Room
from groundswell.front.handover import SLOT, hand_over
from groundswell.kit.ids import uuid7
from tests.front.asgi import Lifespan, call
from tests.front.conftest import House
from tests.front.scenes import PAGE, get, play, post, touch


def test_a_page_is_rendered_once_and_kept_until_it_is_touched() -> None:
    async def scene(house: House) -> None:
        first = await get(house)
        assert first.text == "GET /e/rally 1 0"
        assert (await get(house)).text == first.text
        assert house.django.renders == 1
        touch(house, "event:9")
        assert (await get(house)).text == first.text
        touch(house, "event:2:count")
        assert (await get(house)).text == "GET /e/rally 2 0"
        touch(house, "event:2")
        assert (await get(house)).text == "GET /e/rally 3 0"

    play(scene)


def test_a_page_is_kept_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(house: House) -> None:
        house.django.handed = {**PAGE, "seconds": 5.0}
        await get(house)
        now = time.monotonic()
        monkeypatch.setattr("groundswell.front.kept.time.monotonic", lambda: now + 4)
        await get(house)
        assert house.django.renders == 1
        monkeypatch.setattr("groundswell.front.kept.time.monotonic", lambda: now + 6)
        await get(house)
        assert house.django.renders == 2

    play(scene)


def test_a_page_is_rendered_without_anything_of_the_caller() -> None:
    async def scene(house: House) -> None:
        await get(house, "/e/rally?via=ada-1", cookie="session=1", authorization="Bearer x", hx_request="true")
        (scope,) = house.django.asked
        assert {name for name, _ in scope["headers"]} == {b"host", b"accept-language"}
        assert (scope["method"], scope["query_string"]) == ("GET", b"")
        # And whoever comes next gets the same bytes.
        assert (await get(house, cookie="session=2")).text == "GET /e/rally 1 0"

    play(scene)


def test_languages_and_hosts_are_kept_apart() -> None:
    async def scene(house: House) -> None:
        texts = {
            (await get(house)).text,
            (await get(house, accept_language="cy-GB")).text,
            (await get(house, host="rally.example.org")).text,
        }
        assert len(texts) == 3
        assert (await get(house, accept_language="cy, en;q=0.1")).text == "GET /e/rally 2 0"
        assert (await get(house, accept_language="fr")).text == "GET /e/rally 1 0"
        asked = [dict(scope["headers"])[b"accept-language"] for scope in house.django.asked]
        assert asked == [b"en", b"cy", b"en"]

    play(scene)


def test_a_share_link_leads_to_the_kept_page() -> None:
    async def scene(house: House) -> None:
        await get(house)
        assert (await get(house, "/e/rally?via=ada-1")).text == "GET /e/rally 1 0"
        assert house.django.renders == 1

    play(scene)


def test_an_unknown_query_is_answered_and_never_kept() -> None:
    async def scene(house: House) -> None:
        await get(house)
        assert (await get(house, "/e/rally?utm=1")).text == "GET /e/rally 2 0"
        assert (await get(house, "/e/rally?utm=1")).text == "GET /e/rally 3 0"
        assert (await get(house)).text == "GET /e/rally 1 0"
        assert len(house.kept._pages) == 1

    play(scene)


def test_a_declared_query_has_a_page_of_its_own() -> None:
    async def scene(house: House) -> None:
        house.django.handed = {"queries": frozenset({"page"})}
        assert (await get(house, "/?page=2")).text != (await get(house, "/?page=3")).text
        await get(house, "/?page=2")
        assert house.django.renders == 2

    play(scene)


@pytest.mark.parametrize("status", [404, 302, 500, 422])
def test_only_what_went_well_is_kept(status: int) -> None:
    async def scene(house: House) -> None:
        await get(house)
        touch(house, "event:2")
        house.django.status = status
        assert (await get(house)).status == status
        assert (await get(house)).status == status
        assert house.django.renders == 3
        assert not house.kept._pages, "and what was there before is not sent any more"

    play(scene)


def test_what_a_view_does_not_hand_over_is_not_kept() -> None:
    async def scene(house: House) -> None:
        house.django.handed = None
        await get(house)
        await get(house)
        assert len(house.django.asked) == 2

    play(scene)


def test_without_a_front_handing_over_does_nothing() -> None:
    hand_over({}, tags=("x",))


def test_whoever_already_has_the_page_is_told_so() -> None:
    async def scene(house: House) -> None:
        first = await get(house)
        squeezed = await get(house, accept_encoding="gzip")
        assert first["etag"] != squeezed["etag"]
        for tag in (first["etag"], squeezed["etag"], f"W/{first['etag']}", f'"other", {first["etag"]}'):
            answer = await get(house, if_none_match=tag)
            assert (answer.status, answer.body) == (304, b"")
            assert answer["etag"]
        assert (await get(house, if_none_match='"other"')).status == 200
        touch(house, "event:2:count")
        assert (await get(house, if_none_match=first["etag"])).status == 200

    play(scene)


def test_bytes_are_sent_small_to_whoever_can_read_them() -> None:
    async def scene(house: House) -> None:
        house.django.text = "<p>Hello</p>" * 100
        plain = await get(house)
        squeezed = await get(house, accept_encoding="br, gzip")
        assert plain["content-encoding"] == ""
        assert squeezed["content-encoding"] == "gzip"
        assert int(squeezed["content-length"]) < int(plain["content-length"]) / 5
        assert plain.text == squeezed.text
        assert "accept-encoding" in plain["vary"]

    play(scene)


def test_a_head_has_the_headers_of_the_page_and_nothing_else() -> None:
    async def scene(house: House) -> None:
        head = await call(house.front, "HEAD", "/e/rally")
        page = await get(house)
        assert (head.status, head.body) == (200, b"")
        assert head["content-length"] == page["content-length"]
        assert house.django.renders == 1

    play(scene)


def test_many_who_wait_for_a_page_are_one_rendering() -> None:
    async def scene(house: House) -> None:
        house.django.hold = asyncio.Event()
        calls = [asyncio.create_task(get(house)) for _ in range(50)]
        await asyncio.sleep(0.02)
        house.django.hold.set()
        assert {response.text for response in await asyncio.gather(*calls)} == {"GET /e/rally 1 0"}
        assert house.django.renders == 1
        assert not house.front._rendering

    play(scene)


def test_who_goes_away_takes_the_rendering_from_nobody() -> None:
    async def scene(house: House) -> None:
        house.django.hold = asyncio.Event()
        gone, stays = asyncio.create_task(get(house)), asyncio.create_task(get(house))
        await asyncio.sleep(0.02)
        gone.cancel()
        house.django.hold.set()
        assert (await stays).status == 200
        assert house.django.renders == 1

    play(scene)


def test_what_is_touched_while_it_is_rendered_is_rendered_again() -> None:
    async def scene(house: House) -> None:
        house.django.hold = asyncio.Event()
        first = asyncio.create_task(get(house))
        await asyncio.sleep(0.02)
        touch(house, "event:2:count")
        house.django.hold.set()
        await first
        assert (await get(house)).text == "GET /e/rally 2 0"

    play(scene)


def test_only_a_few_pages_are_rendered_at_once_and_too_many_get_a_503() -> None:
    async def scene(house: House) -> None:
        house.front._renders = Room(RENDERS_AT_ONCE, waiting=2, seconds=0.1)
        house.django.hold = asyncio.Event()
        calls = [asyncio.create_task(get(house, f"/e/{number}")) for number in range(6)]
        await asyncio.sleep(0.02)
        assert house.django.running == RENDERS_AT_ONCE
        rest = await asyncio.gather(*calls[RENDERS_AT_ONCE:])
        assert {response.status for response in rest} == {503}
        assert rest[0]["retry-after"] == "10"
        house.django.hold.set()
        assert {(await each).status for each in calls[:RENDERS_AT_ONCE]} == {200}

    play(scene)


def test_slow_callers_in_django_keep_nobody_from_the_kept_pages() -> None:
    async def scene(house: House) -> None:
        await get(house)
        house.django.hold = asyncio.Event()
        slow = [asyncio.create_task(get(house, f"/desk/{number}")) for number in range(16)]
        await asyncio.sleep(0.02)
        assert (await get(house)).status == 200
        assert (await post(house, name="Ada")).status == 303
        house.django.hold.set()
        await asyncio.gather(*slow)

    play(scene)


def test_the_desk_and_other_methods_go_through_the_gate_as_they_are() -> None:
    async def scene(house: House) -> None:
        await get(house, "/desk/?x=1", cookie="session=1")
        await call(house.front, "DELETE", "/e/rally")
        await call(house.front, "OPTIONS", "/desk/")
        assert [scope["method"] for scope in house.django.asked] == ["GET", "DELETE", "OPTIONS"]
        assert dict(house.django.asked[0]["headers"])[b"cookie"] == b"session=1"
        assert house.django.asked[0]["query_string"] == b"x=1"
        assert not house.kept._pages

    play(scene)


def test_nothing_personal_is_kept() -> None:
    async def scene(house: House) -> None:
        house.django.headers = [(b"Set-Cookie", b"session=secret")]
        await get(house, cookie="session=secret")
        await post(house, "/e/rally?via=secret-1", name="secret")
        kept = repr(list(house.kept._pages.items()))
        assert "secret" not in kept

    play(scene)


def test_pages_are_renewed_for_as_long_as_the_server_runs() -> None:
    touches: dict[UUID, str] = {}

    async def scene(house: House) -> None:
        from groundswell.front.touched import Poller

        house.front._poll = lambda kept, loop: Poller(lambda: dict(touches), kept, loop, every=0.01)
        async with Lifespan(house.front):
            await get(house)
            touches[uuid7()] = "event:2"
            deadline = time.monotonic() + 3
            while (await get(house)).text != "GET /e/rally 2 0":
                assert time.monotonic() < deadline
                await asyncio.sleep(0.01)

    play(scene)


def test_a_rendering_that_breaks_breaks_for_nobody_else() -> None:
    async def scene(house: House) -> None:
        house.django.fails = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            await get(house)
        house.django.fails = None
        assert (await get(house)).status == 200
        assert SLOT in house.django.asked[-1]

    play(scene)
