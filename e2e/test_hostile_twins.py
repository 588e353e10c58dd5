"""The twins of ``test_hostile_texts.py``: without the escaping the texts run, unless the policy stops them."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from e2e.hostile import Ears
from e2e.pages import DESK
from e2e.payloads import PAYLOADS
from e2e.test_hostile_texts import Play, announce, begun, forms_of
from groundswell.config.environment import variable
from groundswell.config.settings import SECURE_CSP
from tests.ops.conftest import Installation

pytestmark = pytest.mark.long

ALONE = "http://mail.example/"
AROUND = (
    "<p>{}</p>",
    '<p title="{}">x</p>',
    "<p title='{}'>x</p>",
    "<a href='{}'>x</a>",
    '<script type="application/ld+json">{{"name": "{}"}}</script>',
    "<script>var name = \"{}\", other = '{}';</script>",
    "<!-- {} -->",
)
"""Where a text can stand on a page that takes it as it is."""

POLICY = "; ".join(f"{name} {' '.join(values)}" for name, values in SECURE_CSP.items())


def alone(browser: Browser, **headers: str) -> Ears:
    """Each text by itself on pages without any guard, but for these headers."""
    ears = Ears(ALONE)
    context = browser.new_context()
    ears.listen(context)
    page = context.new_page()
    shown: dict[str, Any] = {"content_type": "text/html; charset=utf-8", "headers": headers}

    def show(route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(**shown)
        else:
            route.abort()

    page.route("**/*", show)
    for number, text in PAYLOADS.items():
        for around in AROUND:
            shown["body"] = f"<!doctype html>{around.format(*[text] * around.count('{}'))}"
            # A text that leads somewhere else does so while it is looked at.
            with suppress(Error):
                page.goto(f"{ALONE}{number}")
                ears.look(page, str(number))
    context.close()
    return ears


def numbers(ears: Ears) -> set[str]:
    return {said for _, said in ears.ran}


def test_the_texts_run_where_nothing_guards_a_page(browser: Browser) -> None:
    assert len(numbers(alone(browser))) > 90


def test_the_policy_alone_stops_them_all(browser: Browser) -> None:
    ears = alone(browser, **{"Content-Security-Policy": POLICY})
    assert numbers(ears) == set()
    assert len(ears.refused) > 100


@pytest.fixture(scope="module")
def unescaped(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """An installation whose templates escape nothing, with a few events in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variable("proxies"), "127.0.0.1")
        patch.setenv("PYTHONPATH", str(Path(__file__).parent / "unescaped"))
        with begun(browser, Installation(tmp_path_factory.mktemp("unescaped"), "")) as it:
            sights = [sight for sight in DESK if sight.route in NEEDED]
            assert list(forms_of(it, sights))
            for number in range(6):
                it.somebody(number)
                announce(it, number)
            yield it


NEEDED = {"desk:event-edit", "desk:event-picture", "desk:event-template", "desk:event-copy", "desk:event-tell"}


def look(it: Play, page: Page) -> None:
    for event, address in it.events.items():
        for path in (
            address,
            f"/desk/events/{event}",
            f"/desk/events/{event}/edit",
            f"/desk/events/{event}/poster",
        ):
            it.ears.where = path
            page.goto(path)
            page.wait_for_timeout(100)


def test_without_escaping_the_policy_still_stops_them(unescaped: Play) -> None:
    look(unescaped, unescaped.page)
    assert unescaped.ears.ran == []
    assert len(unescaped.ears.refused) > 10


def test_without_escaping_and_without_policy_they_run(unescaped: Play) -> None:
    def without_policy(route: Route) -> None:
        fetched = route.fetch()
        headers = {name: value for name, value in fetched.headers.items() if name != "content-security-policy"}
        route.fulfill(response=fetched, headers=headers)

    unescaped.page.route(re.compile(f"^{re.escape(unescaped.installation.address)}/"), without_policy)
    look(unescaped, unescaped.page)
    assert len(numbers(unescaped.ears)) > 10
    assert len({where for where, _ in unescaped.ears.ran}) > 10
