"""Scenes that are played before front, with an application in Django's place."""

import asyncio
from collections.abc import Awaitable, Callable

from groundswell.kit.ids import uuid7
from tests.front.asgi import Response, call
from tests.front.conftest import Django, House, door

PAGE = {"tags": ("event:2", "event:2:count"), "door": door()}


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
