"""Before Django, always: few requests at once, small bodies, an honest answer when there is no room."""

import asyncio
import time

import pytest

from groundswell.front import gate as module
from groundswell.front.gate import AT_ONCE, LARGEST_BODY, Room
from groundswell.front.limits import BURST
from groundswell.front.messages import MOST_TAKEN, Message
from tests.front.asgi import Lifespan, Response, call, scope_of, send
from tests.front.conftest import Django, House


def test_a_request_goes_through_whole() -> None:
    async def run() -> None:
        house = House()
        response = await call(house.gate, "POST", "/x?a=1", body=b"hello")
        assert (response.status, response.text) == (200, "POST /x 1 0")
        assert house.django.bodies == [b"hello"]

    asyncio.run(run())


def test_only_a_few_are_in_django_at_once_and_the_rest_wait_their_turn() -> None:
    async def run() -> None:
        house = House(Django(hold=asyncio.Event()))
        calls = [asyncio.create_task(call(house.gate, "GET", f"/{number}")) for number in range(20)]
        await asyncio.sleep(0.05)
        assert house.django.running == AT_ONCE
        assert house.django.hold
        house.django.hold.set()
        assert {response.status for response in await asyncio.gather(*calls)} == {200}
        assert house.django.most_running == AT_ONCE

    asyncio.run(run())


def test_without_room_the_answer_is_an_honest_503(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        house = House(Django(hold=asyncio.Event()), at_once=1)
        house.gate._room = Room(1, waiting=1, seconds=0.1)
        calls = [asyncio.create_task(call(house.gate, "GET", f"/{number}")) for number in range(3)]
        await asyncio.sleep(0)
        responses = await asyncio.gather(*calls[1:])
        assert [response.status for response in responses] == [503, 503]
        assert responses[0]["retry-after"] == "10"
        assert responses[0]["x-house"] == "1"
        assert responses[0]["cache-control"] == "no-store"
        assert "Very many people" in responses[0].text
        assert house.django.hold
        house.django.hold.set()
        assert (await calls[0]).status == 200
        assert (await call(house.gate, "GET", "/after")).status == 200

    asyncio.run(run())


def test_a_place_is_given_back_whatever_happens() -> None:
    async def run() -> None:
        house = House(Django(fails=ZeroDivisionError()), at_once=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await call(house.gate, "GET", "/")
        house.django.fails = None
        assert (await call(house.gate, "GET", "/")).status == 200

    asyncio.run(run())


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 10 * 1024 * 1024])
@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_much_gets_a_413_and_never_reaches_django(size: int, chunked: bool) -> None:
    async def run() -> Response:
        house = House()
        piece = b"x" * 65_536
        parts = [piece] * (size // len(piece)) + [b"x" * (size % len(piece))]
        headers = {"transfer-encoding": "chunked"} if chunked else {"content-length": str(size)}
        response = await send(house.gate, scope_of("POST", "/", headers), parts)
        assert house.django.asked == []
        return response

    response = asyncio.run(run())
    assert response.status == 413
    assert "Please send a shorter text" in response.text


def test_what_announces_far_too_much_is_not_even_read() -> None:
    async def run() -> int:
        scope = scope_of("POST", "/", {"content-length": str(MOST_TAKEN + 1)})
        return (await send(House().gate, scope, [b""])).status

    assert asyncio.run(run()) == 413


def test_the_largest_body_goes_through() -> None:
    async def run() -> int:
        house = House()
        status = (await call(house.gate, "POST", "/", body=b"x" * LARGEST_BODY)).status
        assert [len(body) for body in house.django.bodies] == [LARGEST_BODY]
        return status

    assert asyncio.run(run()) == 200


async def upload(house: House, size: int, path: str = "/picture") -> int:
    """A body that says how large it is."""
    return (await send(house.gate, scope_of("POST", path, {"content-length": str(size)}), [b"x" * size])).status


def larger(path: str) -> int:
    return 10 * LARGEST_BODY if path == "/picture" else LARGEST_BODY


def test_one_path_may_take_more_and_no_other_does() -> None:
    async def run() -> list[int]:
        house = House(largest=larger)
        tries = [(5, "/picture"), (10, "/picture"), (11, "/picture"), (5, "/elsewhere")]
        return [await upload(house, times * LARGEST_BODY, path) for times, path in tries]

    assert asyncio.run(run()) == [200, 200, 413, 413]


def test_who_uploads_slowly_keeps_out_only_other_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_UPLOAD", 0.4)

    async def run() -> None:
        house = House(largest=larger)
        house.gate._uploads = Room(1, waiting=0)
        sent: list[Message] = []

        async def dribble() -> Message:
            await asyncio.sleep(0.05)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def note(message: Message) -> None:
            sent.append(message)

        scope = scope_of("POST", "/picture", {"content-length": str(2 * LARGEST_BODY)})
        slow = asyncio.create_task(house.gate(scope, dribble, note))
        await asyncio.sleep(0.01)
        assert await upload(house, 2 * LARGEST_BODY) == 503
        assert (await call(house.gate, "POST", "/picture", body=b"small")).status == 200
        await slow
        assert [message["status"] for message in sent if "status" in message] == [408]
        assert await upload(house, 2 * LARGEST_BODY) == 200

    asyncio.run(run())


def test_who_sends_slowly_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_READ", 0.2)

    async def run() -> None:
        house = House(at_once=1)
        sent: list[Message] = []

        async def dribble() -> Message:
            await asyncio.sleep(0.05)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def note(message: Message) -> None:
            sent.append(message)

        slow = [asyncio.create_task(house.gate(scope_of("POST", "/"), dribble, note)) for _ in range(10)]
        began = time.monotonic()
        assert (await call(house.gate, "GET", "/")).status == 200
        assert time.monotonic() - began < 0.15
        await asyncio.gather(*slow)
        assert {message["status"] for message in sent if "status" in message} == {408}
        assert len(house.django.asked) == 1

    asyncio.run(run())


def test_who_goes_away_while_sending_is_not_answered() -> None:
    async def run() -> None:
        house = House()
        messages: list[Message] = [
            {"type": "http.disconnect"},
            {"type": "http.request", "body": b"x", "more_body": True},
        ]

        async def receive() -> Message:
            return messages.pop()

        async def never(_: Message) -> None:
            raise AssertionError

        await house.gate(scope_of("POST", "/"), receive, never)
        assert house.django.asked == []

    asyncio.run(run())


def test_a_length_that_is_no_number_is_no_length() -> None:
    async def run() -> int:
        return (await send(House().gate, scope_of("POST", "/", {"content-length": "many"}), [b"x"])).status

    assert asyncio.run(run()) == 200


def test_over_the_limit_an_action_is_answered_slowly_outside_of_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "wait", lambda backlog: 0.3 if backlog > 0.01 else 0.0)

    async def run() -> None:
        house = House(Django(acts=True), at_once=1)
        for _ in range(BURST):
            assert (await call(house.gate, "POST", "/")).text.endswith(" 0")
        slow = [asyncio.create_task(call(house.gate, "POST", "/", client="192.0.2.1")) for _ in range(5)]
        await asyncio.sleep(0.05)
        assert house.django.running == 0
        began = time.monotonic()
        assert (await call(house.gate, "POST", "/", client="192.0.2.2")).text.endswith(" 0")
        assert time.monotonic() - began < 0.2, "somebody else does not wait"
        responses = await asyncio.gather(*slow)
        assert time.monotonic() - began > 0.2
        assert {response.status for response in responses} == {200}
        patience = [int(response.text.rpartition(" ")[2]) for response in responses]
        assert patience == sorted(patience)
        assert patience[-1] > 0, "and the mail waits as well"

    asyncio.run(run())


def test_what_asks_for_no_patience_is_never_slowed() -> None:
    async def run() -> None:
        house = House()
        for _ in range(BURST * 2):
            await call(house.gate, "GET", "/")
        assert house.limits.backlog("192.0.2.1") == 0

    asyncio.run(run())


def test_when_too_many_wait_already_nobody_else_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW_LANE", 2)

    async def run() -> None:
        house = House()
        began = time.monotonic()
        waiting = [asyncio.create_task(house.gate.slow_down(0.3)) for _ in range(2)]
        await asyncio.sleep(0)
        await house.gate.slow_down(5)
        assert time.monotonic() - began < 0.2
        await asyncio.gather(*waiting)
        assert house.gate._slow_lane == 0
        await house.gate.slow_down(0)

    asyncio.run(run())


def test_the_forwarded_address_counts_only_from_a_named_proxy() -> None:
    async def counted() -> set[str]:
        house = House(Django(acts=True))
        await call(house.gate, "POST", "/", client="127.0.0.1", headers={"x-forwarded-for": "198.51.100.9"})
        await call(house.gate, "POST", "/", client="203.0.113.9", headers={"x-forwarded-for": "198.51.100.8"})
        return set(house.limits._due)

    assert asyncio.run(counted()) == {"198.51.100.9", "203.0.113.9"}


def test_a_stream_goes_straight_through() -> None:
    async def run() -> Response:
        house = House()

        async def stream(scope: object, receive: object, send: object) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
            for part in (b"a", b"b"):
                await send({"type": "http.response.body", "body": part, "more_body": True})  # type: ignore[operator]
            await send({"type": "http.response.body", "body": b"c"})  # type: ignore[operator]

        house.gate._django = stream  # type: ignore[assignment]
        return await call(house.gate, "GET", "/")

    assert asyncio.run(run()).body == b"abc"


def test_it_lives_and_ends_with_the_server() -> None:
    async def run() -> None:
        async with Lifespan(House().gate):
            pass

    asyncio.run(run())


def test_what_is_not_http_is_left_alone() -> None:
    async def run() -> None:
        house = House()

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        async def never(_: Message) -> None:
            raise AssertionError

        await house.gate({"type": "websocket", "headers": []}, receive, never)
        assert house.django.asked == []

    asyncio.run(run())
