"""Taking actions on the hot path: on disk before the thank you, and Django's in any doubt."""

import asyncio
import time

import pytest

from groundswell.front import front as module
from groundswell.front.handover import Door
from groundswell.front.limits import BURST
from groundswell.front.messages import Message
from tests.front.asgi import call, scope_of
from tests.front.conftest import EVENT, ORGANISATION, House, door
from tests.front.scenes import PAGE, get, play, post, touch


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


def test_what_cannot_be_written_is_djangos_to_explain_with_all_that_was_typed() -> None:
    async def scene(house: House) -> None:
        await get(house)
        house.journal.fails = True
        house.django.status = 503
        response = await post(house, name="Ada")
        assert response.status == 503
        assert house.django.bodies[-1] == b"name=Ada"
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
