"""A real installation and a real browser: shipped settings, web and worker under their supervisor, mail kept."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, StorageState, sync_playwright

from e2e.watch import Watch
from groundswell.config.environment import variable
from groundswell.ops.testing.browser import VARIABLE, find_browser
from tests.ops.conftest import Installation, variables
from tests.tables import lay_tables

ROOT = Path(__file__).resolve().parents[1]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser; a file keeps to one process, but for the one that looks at every page."""
    for item in items:
        path = Path(item.path)
        if path.is_relative_to(ROOT / "e2e"):
            item.add_marker(pytest.mark.browser)
            if path.stem != "test_every_page":
                item.add_marker(pytest.mark.xdist_group(path.stem))


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One that runs: ``up`` on a free port, on SQLite, in a folder of its own."""
    it = Installation(tmp_path_factory.mktemp("installation"), "")
    lay_tables(it.data)
    it.up()
    try:
        it.wait_until_well()
        yield it
    finally:
        it.stop()


@pytest.fixture(scope="session")
def stage(installation: Installation) -> dict[str, str]:
    """What was put into the installation; see ``stage.py``."""
    return staged(installation)


def staged(installation: Installation) -> dict[str, str]:
    """Put everything of ``stage.py`` into an installation that runs."""
    told = subprocess.run(
        [sys.executable, "-m", "e2e.stage"],
        cwd=ROOT,
        env={
            **variables(),
            variable("data"): str(installation.data),
            variable("base_url"): installation.address,
            "DJANGO_SETTINGS_MODULE": "groundswell.config.settings",
        },
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    facts: dict[str, str] = json.loads(told.stdout)
    return facts


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as it:
        yield it


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """A Chromium of its own; skips where there is none."""
    path = os.environ.get(VARIABLE) or find_browser()
    if not path:
        pytest.skip("no Chromium was found")
    # Chromium's sandbox does not start for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=[*sandbox, *arguments])


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launch(playwright) as it:
        yield it


@pytest.fixture(scope="session")
def large_print(playwright: Playwright) -> Iterator[Browser]:
    """A browser whose owner has asked for text of twice the size."""
    with launch(playwright, "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26") as it:
        yield it


@pytest.fixture
def visit(browser: Browser, installation: Installation) -> Iterator[Visit]:
    """Opens a window of its own, on a phone and without script; ``page.watch`` looks over its shoulder.

    What it is given goes to Playwright's ``new_context``.
    """
    contexts = []

    def visit(in_browser: Browser = browser, **how: Any) -> Page:
        usual = {"base_url": installation.address, "viewport": PHONE, "java_script_enabled": False}
        context = in_browser.new_context(**{**usual, **how})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.watch = Watch(page, installation.address)  # type: ignore[attr-defined]
        return page

    yield visit
    for context in contexts:
        context.close()


def session_of(stage: Mapping[str, str], who: str) -> StorageState:
    """The cookies of somebody whose session the stage has begun."""
    here = {"domain": "127.0.0.1", "path": "/", "expires": -1.0, "httpOnly": True, "secure": False}
    return {"cookies": [{"name": "session", "value": stage[f"session_{who}"], "sameSite": "Lax", **here}]}


@pytest.fixture(scope="session")
def signed_in(stage: dict[str, str]) -> StorageState:
    """The cookies of somebody who signed in as an owner of everything, and stays fresh as long as tests last."""
    return session_of(stage, "owner")
