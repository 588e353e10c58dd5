"""Promise 2 for front's memory: of what it keeps of anybody's public pages, nothing is about a person."""

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django import Settings

from groundswell.config import asgi
from groundswell.events.models import Event
from groundswell.front.kept import Kept, Page
from groundswell.front.messages import App
from tests.front.asgi import call
from tests.guards import canaries, world
from tests.guards.addresses import ADDRESSES, behind
from tests.guards.personas import Persona
from tests.guards.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class House:
    """The installation with all organisations, as the web process composes it, and its memory."""

    world: World
    app: App
    kept: Kept

    def visit(self) -> list[str]:
        """Open every public page of both organisations, as an owner who is signed in; returns what is kept."""
        asyncio.run(self._visit())
        return sorted({key[1] for key in self.kept._pages})

    async def _visit(self) -> None:
        cookie = f"session={self.world.sessions[Persona.OWNER]}"
        for path in paths(self.world):
            for language in ("en", "fr"):
                headers = {"cookie": cookie, "accept-language": language, "accept-encoding": "gzip"}
                await call(self.app, "GET", path, headers=headers)

    def leaks(self) -> set[str]:
        """Where the canaries stand that are somewhere in the memory; an organisation's own page has its name."""
        kept = [(key[1], "\n".join([str(key), *texts(page)])) for key, page in self.kept._pages.items()]
        return {
            canary.where
            for canary in self.world.canaries
            for path, text in kept
            if canary.text in text and (canary, path) != (canaries.THIRD, "/g/third")
        }


def paths(made: World) -> list[str]:
    """All addresses outside the desk and the API, and the links in a mail, whose pages are for one person."""
    public = [one for one in ADDRESSES if not one.route.startswith(("desk/", "api/")) and "GET" in one.expect]
    found = [one.url(own) for own in (made.own, made.other) for one in public]
    mails = [behind(purpose, own) for own in (made.own, made.other) for purpose in ("confirm", "change", "forget")]
    return [*found, *mails, "/g/third"]


def texts(page: Page) -> Iterator[str]:
    """Everything that is kept of a page, in either coding."""
    yield page.body["body"].decode(errors="replace")
    yield gzip.decompress(page.body_gzip["body"]).decode(errors="replace")
    for start in (page.start, page.start_gzip, page.start_unchanged):
        yield b"\n".join(b"%s: %s" % pair for pair in start["headers"]).decode(errors="replace")
    yield f"{page.tags} {page.door}"


@pytest.fixture
def house(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> House:
    kept = Kept()
    monkeypatch.setattr(asgi, "Kept", lambda: kept)
    return House(world.build(), asgi.compose(), kept)


@pytest.mark.slow
def test_nothing_of_a_person_is_in_fronts_memory(house: House) -> None:
    pages = house.visit()
    for own in (house.world.own, house.world.other):
        for path in (
            f"/e/{own.event.slug}",
            f"/g/{own.root.slug}",
            f"/b/{own.bloc.slug}",
            f"/d/{own.discussion.slug}",
        ):
            assert path in pages
    assert len(pages) > 40
    assert not [path for path in pages if path.startswith(("/a/", "/desk", "/api"))]
    assert house.leaks() == set()


@pytest.mark.slow
def test_the_twin_with_a_name_on_a_public_page_finds_it(house: House) -> None:
    Event.objects.filter(id=house.world.other.event.id).update(text=canaries.name_of("theirs", "ada"))
    house.visit()
    assert house.leaks() == {"the name of ada of another organisation"}
