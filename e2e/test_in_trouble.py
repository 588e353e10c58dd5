"""Pages that are shown when something goes wrong: no room, a full disk, no database, a mistake, too many tries.

They hold to what every other page holds to. An installation of their own is in trouble by order; see ``trouble``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from e2e import looks
from e2e.conftest import DESKTOP, PHONE, ROOT, session_of, staged
from e2e.pages import send
from e2e.watch import Watch
from groundswell.config.environment import variable
from tests.ops.conftest import Installation
from tests.tables import lay_tables

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Scene:
    """A page in trouble: ``sends`` are the fields with which its form is sent, None where looking is enough."""

    name: str
    trouble: str
    path: str
    says: str
    sends: Mapping[str, str] | None = None
    who: str = ""
    status: int = 503

    def __str__(self) -> str:
        return self.name


ANSWER = {"name": "Ada", "email": "ada@example.org"}
TICK = "document.querySelectorAll('main [type=checkbox][required]').forEach(each => each.checked = true)"

SCENES = [
    Scene("no room", "busy", "/e/{event}", "Very many people are here"),
    Scene("no room at the desk", "busy", "/desk/events", "Very many people are here", who="owner"),
    Scene("an answer, not kept", "full", "/e/{bare}", "Nothing was stored", ANSWER),
    Scene("confirmed, not kept", "full", "{confirm}", "does not count yet", {}),
    Scene("confirmed with boxes, not kept", "full", "{confirm_many}", "does not count yet", {}),
    Scene("cancelled, not kept", "full", "{cancel}", "stands as it was", {}),
    Scene("forgotten, not kept", "full", "{forget}", "nothing is deleted yet", {}),
    Scene("changed, not kept", "full", "{change}", "Nothing was stored", {"answer": "tentative"}),
    Scene("at the desk, not saved", "full", "/desk/events/{event_id}/edit", "saved", {}, "owner"),
    Scene("no database", "broken", "/privacy/{organisation}", "does not work at this moment"),
    Scene("no database at the desk", "broken", "/desk/events", "does not work at this moment", who="owner"),
    Scene("a mistake of ours", "slip", "/privacy/{organisation}", "broke on our side", status=500),
    Scene("a mistake of ours at the desk", "slip", "/desk/events", "broke on our side", who="owner", status=500),
]


class House:
    """An installation that can be put into trouble, and its stage."""

    def __init__(self, folder: Path) -> None:
        self.installation = Installation(folder / "data", "")
        self.order = folder / "trouble"

    def begin(self) -> None:
        lay_tables(self.installation.data)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(ROOT / "e2e/trouble"))
            patch.setenv("GROUNDSWELL_TROUBLE", str(self.order))
            patch.setenv(variable("proxies"), "127.0.0.1")
            self.installation.up()
        self.installation.wait_until_well()
        self.stage = staged(self.installation)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    it = House(tmp_path_factory.mktemp("house"))
    try:
        it.begin()
        yield it
    finally:
        it.installation.stop()


@pytest.fixture
def window(house: House, browser: Browser) -> Iterator[Any]:
    """Opens a window for somebody; afterwards the trouble is over."""
    contexts = []

    def window(who: str = "", **how: Any) -> Page:
        state = {"storage_state": session_of(house.stage, who)} if who else {}
        usual = {"base_url": house.installation.address, "viewport": PHONE, "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **state, **how})
        contexts.append(context)
        page = context.new_page()
        page.watch = Watch(page, house.installation.address)  # type: ignore[attr-defined]
        return page

    yield window
    house.order.unlink(missing_ok=True)
    for context in contexts:
        context.close()


def look_at(page: Page, says: str) -> None:
    """All that every page holds to."""
    assert says in page.locator("main").inner_text()
    assert page.locator("h1").count() == 1
    assert page.watch.faults() == []  # type: ignore[attr-defined]
    assert looks.against_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert looks.sticking_out(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DESKTOP)
    assert looks.against_axe(page) == []


@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_a_page_in_trouble_is_a_page_like_any_other(scene: Scene, house: House, window: Any) -> None:
    page = window(scene.who)
    path = scene.path.format(**house.stage)
    if scene.sends is None:
        house.order.write_text(scene.trouble)
        response = page.goto(path)
    else:
        page.goto(path)
        page.evaluate(TICK)
        house.order.write_text(scene.trouble)
        response = send(page, scene.sends)
    assert response is not None
    assert response.status == scene.status
    # After a mistake nobody can say when it is worth another try.
    assert int(response.headers.get("retry-after", 0)) > 0 or scene.status == 500
    look_at(page, scene.says)


def test_too_many_tries_are_a_page_like_any_other(house: House, window: Any) -> None:
    page = window()
    said = [guess(page) for _ in range(5)]
    assert said[-1] == 429
    look_at(page, "Codes for this address were typed wrong too often")


def guess(page: Page) -> int:
    """Ask for a code and type others, until the page says something else than that they are wrong."""
    page.goto("/desk/sign-in")
    response = send(page, {"email": "mo@example.org"})
    while response and response.status in {200, 422}:
        response = send(page, {"code": "0000 0000"})
    return response.status if response else 0
