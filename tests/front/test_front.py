"""The hot path, before an application in Django's place."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import pytest

from groundswell.front import front as module
from groundswell.front.front import RENDERS_AT_ONCE
from groundswell.front.gate import Room
from groundswell.front.handover import SLOT, Door, hand_over
from groundswell.front.limits import BURST
from groundswell.front.messages import Message
from groundswell.intake import kinds
from groundswell.intake.kinds import Invalid, Kind
from groundswell.kit.ids import uuid7
from tests.front.asgi import Lifespan, Response, call, scope_of
from tests.front.conftest import EVENT, ORGANISATION, Django, House, door

PAGE = {"tags": ("event:2", "event:2:count"), "door": door()}


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(form: Mapping[str, str]) -> bytes:
        if not form.get("name"):
            raise Invalid({"name": "Your name, please."})
        return form["name"].encode()

    monkeypatch.setitem(kinds._kinds, "test", Kind("test", parse, lambda _organisation, _actions: []))


def play(scene: Callable[[House], Awaitable[None]], house: House | None = None) -> None:
    """Play a scene in an event loop of its own."""

    async def run() -> None:
        await scene(house or House(Django(handed=dict(PAGE))))

    asyncio.run(run())


def touch(house: House, *tags: str) -> None:
    house.kept.notice({uuid7(): tag for tag in tags})


async def get(house: House, address: str = "/e/rally", **headers: str) -> Response:
    return await call(house.front, "GET", address, headers={k.replace("_", "-"): v for k, v in headers.items()})


async def post(house: House, address: str = "/e/rally", client: str = "192.0.2.1", **form: str) -> Response:
    return await call(house.front, "POST", address, form=form, client=client)


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


def test_a_valid_answer_is_on_disk_before_it_is_acknowledged() -> None:
    async def scene(house: House) -> None:
        await get(house)
        house.journal.holds = True
        answer = asyncio.create_task(post(house, "/e/rally?via=ada-1", name="Ada"))
        await asyncio.sleep(0.05)
        assert not answer.done()
        (write,) = house.journal.waiting
        write()
        response = await answer
        assert (response.status, response["location"]) == (303, "/e/rally/thanks")
        (action,) = house.journal.actions
        assert (action.kind, action.organisation_id, action.subject) == ("test", ORGANISATION, EVENT)
        assert (action.payload, action.via, action.patience) == (b"Ada", "ada-1", 0)
        assert house.django.renders == 1
        assert len(house.django.asked) == 1, "Django heard nothing of it"

    play(scene)


def test_what_cannot_be_written_is_never_acknowledged() -> None:
    async def scene(house: House) -> None:
        await get(house)
        house.journal.fails = True
        response = await post(house, name="Ada")
        assert response.status == 503
        assert "Nothing was stored" in response.text
        assert house.journal.actions == []

    play(scene)


def test_what_is_typed_wrongly_is_djangos_to_explain_with_all_that_was_typed() -> None:
    async def scene(house: House) -> None:
        await get(house)
        response = await post(house, name="", guests="3")
        assert response.text == "POST /e/rally 2 0"
        assert house.django.bodies[-1] == b"name=&guests=3"
        assert house.journal.actions == []

    play(scene)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "application/json"}, b'{"name": "Ada"}'),
        ({"content-type": "application/x-www-form-urlencoded; charset=latin-1"}, b"name=Ad%E9"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"name=Ad%E9"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"name=Ad\xe9"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"name=" + b"x" * 20_000),
        (
            {"content-type": "application/x-www-form-urlencoded"},
            b"&".join(b"x=1" for _ in range(60)) + b"&name=Ada",
        ),
        ({}, b"name=Ada"),
    ],
)
def test_whatever_is_unusual_goes_the_slow_way_whole(headers: dict[str, str], body: bytes) -> None:
    async def scene(house: House) -> None:
        await get(house)
        response = await call(house.front, "POST", "/e/rally", headers=headers, body=body)
        assert response.text == "POST /e/rally 2 0"
        assert house.django.bodies[-1] == body
        assert house.journal.actions == []

    play(scene)


def test_a_body_in_parts_goes_the_slow_way() -> None:
    async def scene(house: House) -> None:
        await get(house)
        headers = {"content-type": "application/x-www-form-urlencoded", "transfer-encoding": "chunked"}
        response = await call(house.front, "POST", "/e/rally", headers=headers, body=[b"name=", b"Ada"])
        assert response.text == "POST /e/rally 2 0"
        assert house.django.bodies[-1] == b"name=Ada"

    play(scene)


def test_who_goes_away_in_the_middle_of_a_form_leaves_nothing() -> None:
    async def scene(house: House) -> None:
        await get(house)
        messages: list[Message] = [
            {"type": "http.disconnect"},
            {"type": "http.request", "body": b"name=A", "more_body": True},
        ]

        async def receive() -> Message:
            return messages.pop()

        async def never(_: Message) -> None:
            raise AssertionError

        headers = {"content-type": "application/x-www-form-urlencoded", "content-length": "8"}
        await house.front(scope_of("POST", "/e/rally", headers), receive, never)
        assert house.journal.actions == []

    play(scene)


def test_a_moving_count_renews_the_bytes_and_sends_no_answer_the_slow_way() -> None:
    async def scene(house: House) -> None:
        await get(house)
        for _ in range(10):
            touch(house, "event:2:count")
            assert (await post(house, name="Ada")).status == 303
        assert len(house.django.asked) == 1, "not one of them waited for a rendering"
        assert (await get(house)).text == "GET /e/rally 2 0"

    play(scene)


def test_the_twin_with_one_tag_for_bytes_and_action_sends_every_answer_the_slow_way() -> None:
    async def scene(house: House) -> None:
        one = Door(
            kind="test",
            organisation_id=ORGANISATION,
            subject=EVENT,
            closes_at=4e9,
            then="/",
            tags=("event:2:count",),
        )
        house.django.handed = {"tags": ("event:2:count",), "door": one}
        await get(house)
        for _ in range(10):
            touch(house, "event:2:count")
            await post(house, name="Ada")
        assert house.journal.actions == []

    play(scene)


def test_a_changed_action_is_djangos_until_the_page_is_learnt_again() -> None:
    async def scene(house: House) -> None:
        await get(house)
        touch(house, "event:2")
        assert (await post(house, name="Ada")).status == 200
        await asyncio.sleep(0.05)
        assert (await post(house, name="Ada")).status == 303
        assert house.django.renders == 2

    play(scene)


def test_the_first_answer_to_an_unknown_page_teaches_its_action() -> None:
    async def scene(house: House) -> None:
        assert (await post(house, name="Ada")).text.startswith("POST")
        await asyncio.sleep(0.05)
        assert (await post(house, name="Ada")).status == 303
        # Where there is nothing to learn, nothing is rendered behind anybody's back.
        await post(house, "/desk/", name="Ada")
        await asyncio.sleep(0.02)
        assert house.django.renders == 1

    play(scene)


def test_while_it_is_learnt_it_is_learnt_once() -> None:
    async def scene(house: House) -> None:
        house.django.hold = asyncio.Event()
        calls = [asyncio.create_task(post(house, name="Ada")) for _ in range(4)]
        await asyncio.sleep(0.05)
        assert house.django.renders == 1
        house.django.hold.set()
        await asyncio.gather(*calls)

    play(scene)


def test_a_page_without_an_action_passes_every_answer_on() -> None:
    async def scene(house: House) -> None:
        house.django.handed = {"tags": ("event:2",)}
        await get(house)
        assert (await post(house, name="Ada")).text == "POST /e/rally 2 0"
        await asyncio.sleep(0.02)
        assert house.django.renders == 1

    play(scene)


def test_after_its_closing_time_an_action_is_djangos_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(house: House) -> None:
        closes_at = time.time() + 100
        house.django.handed = {**PAGE, "door": door(closes_at)}
        await get(house)
        assert (await post(house, name="Ada")).status == 303
        monkeypatch.setattr(module.time, "time", lambda: closes_at)
        assert (await post(house, name="Ada")).status == 200
        assert len(house.journal.actions) == 1

    play(scene)


def test_a_hall_behind_one_address_is_slowed_and_never_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.front.gate.wait", lambda backlog: min(backlog, 0.3))

    async def scene(house: House) -> None:
        await get(house)
        began = time.monotonic()
        quick = [await post(house, name=f"p{number}") for number in range(BURST)]
        assert time.monotonic() - began < 1
        late = await asyncio.gather(*(post(house, name=f"q{number}") for number in range(40)))
        assert {response.status for response in (*quick, *late)} == {303}
        assert time.monotonic() - began > 0.2
        assert len(house.journal.actions) == BURST + 40
        patience = [action.patience for action in house.journal.actions]
        assert max(patience[:BURST]) == 0
        assert patience[-1] > 60

    play(scene)


def test_front_and_gate_count_one_address_together() -> None:
    async def scene(house: House) -> None:
        house.django.acts = True
        await get(house)
        for _ in range(BURST // 2):
            await post(house, name="Ada", client="192.0.2.7")
            await post(house, name="", client="192.0.2.7")
        assert house.limits.backlog("192.0.2.7") > 0

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
