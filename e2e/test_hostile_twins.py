"""The twins of ``test_hostile_texts.py``: without the escaping the texts run, unless the policy stops them."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import escape
from itertools import batched
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from e2e.hostile import LOOK, Ears
from e2e.pages import DESK
from e2e.payloads import MARK, TEXTS, packed, payload, text_of
from e2e.test_hostile_texts import Play, begun, keep
from groundswell.config.settings import SECURE_CSP

pytestmark = pytest.mark.slow

ALONE = "http://mail.example/"
ROOM = 3700
"""Bytes that one field has among the thirteen of an event's form."""

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


def alone(browser: Browser, documents: Iterable[str], **headers: str) -> Ears:
    """Each of these documents in a frame of its own, on pages without any guard but for these headers."""
    ears = Ears(ALONE)
    context = browser.new_context()
    ears.listen(context)
    page = context.new_page()
    shown: dict[str, Any] = {"content_type": "text/html; charset=utf-8", "headers": headers}

    def show(route: Route) -> None:
        if route.request.is_navigation_request() and route.request.url == ALONE:
            route.fulfill(**shown)
        else:
            route.abort()

    page.route("**/*", show)
    for some in batched(documents, len(TEXTS)):
        shown["body"] = "".join(f'<iframe srcdoc="{escape(each)}"></iframe>' for each in some)
        page.goto(ALONE, wait_until="domcontentloaded")
        for frame in page.frames:
            # A text that leads somewhere else does so while it is looked at.
            with suppress(Error):
                frame.evaluate(LOOK, MARK)
        page.wait_for_timeout(500)
    context.close()
    return ears


def around(text: str) -> list[str]:
    return [f"<!doctype html>{each.format(*[text] * each.count('{}'))}" for each in AROUND]


EACH = [document for number in TEXTS for document in around(payload(number))]
"""Each text by itself, wherever it can stand."""


def texts(ears: Ears) -> set[str]:
    return {text for _, _, text in ears.ran}


def test_the_texts_run_where_nothing_guards_a_page(browser: Browser) -> None:
    assert len(texts(alone(browser, EACH))) > 90


def test_they_run_as_well_where_many_stand_in_one_field(browser: Browser) -> None:
    together = [text_of(heap) for heap in packed(TEXTS, ROOM, encoded=True)]
    assert len(texts(alone(browser, [document for text in together for document in around(text)]))) > 60


def test_the_policy_alone_stops_them_all(browser: Browser) -> None:
    ears = alone(browser, EACH, **{"Content-Security-Policy": POLICY})
    assert texts(ears) == set()
    assert len(ears.refused) > 100


@pytest.fixture(scope="module")
def unescaped(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """An installation whose templates escape nothing, with texts in all that an event's forms ask for."""
    with begun(browser, tmp_path_factory.mktemp("unescaped"), "unescaped") as it:
        it.roomy.touch()
        sights = [sight for sight in DESK if sight.route in NEEDED and sight.status == 200 and not sight.sends]
        keep(it, it.show(sights), 0)
        yield it


NEEDED = {"desk:event-edit", "desk:event-picture", "desk:event-template", "desk:event-tell", "desk:settings-of"}
PAGES = (
    "/e/{event}",
    "/desk/events/{event_id}",
    "/desk/events/{event_id}/edit",
    "/desk/events/{event_id}/poster",
    "/",
)


def look(it: Play, page: Page) -> None:
    for path in PAGES:
        it.ears.where = path
        page.goto(path.format(**it.stage))
        page.wait_for_timeout(200)


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
    assert len(texts(unescaped.ears)) > 10
    assert len({where for where, _, _ in unescaped.ears.ran}) > 3
