"""The twins of the checks on every page: each one finds what is wrong with a page that was spoilt on purpose."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern
from playwright.sync_api import Browser, Page, Route

from e2e import looks
from e2e.conftest import Visit
from e2e.no_pages import NO_PAGES
from e2e.test_every_page import LIMIT, SMALLEST, routes

SCRIPTED = {"java_script_enabled": True}


@pytest.fixture
def spoilt(visit: Visit, stage: Mapping[str, str]) -> Any:
    """Opens the event's page, spoilt on its way: with ``more`` in it, or without the ``policy``."""

    def spoilt(more: str = "", *, policy: bool = True, **how: Any) -> Page:
        def spoil(route: Route) -> None:
            fetched = route.fetch()
            headers = {
                name: value
                for name, value in fetched.headers.items()
                if policy or name != "content-security-policy"
            }
            route.fulfill(status=200, headers=headers, body=fetched.text().replace("</main>", f"{more}</main>"))

        page = visit(reduced_motion="reduce", **how)
        page.route("**/e/*", spoil)
        page.goto(f"/e/{stage['event']}")
        return page

    return spoilt


def restyle(page: Page, rule: str) -> None:
    """Add a rule that wins over all of ours; the policy lets nobody but a debugger do that."""
    page.evaluate("rule => document.styleSheets[document.styleSheets.length - 1].insertRule(rule)", rule)


@pytest.mark.parametrize("how", [{}, SCRIPTED], ids=["without script", "with script"])
@pytest.mark.parametrize(
    "more",
    [
        '<p style="color: red">Red</p>',
        "<style>p { color: red }</style>",
        "<script>document.title = 'x'</script>",
        '<img src="https://elsewhere.example/pixel.png" alt="">',
    ],
)
def test_the_policy_forbids_it_and_the_watch_sees_it(more: str, how: dict[str, Any], spoilt: Any) -> None:
    page = spoilt(more, **how)
    if "<script>" in more and not how:
        pytest.skip("where no script runs, none is refused")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in fault for fault in page.watch.faults())


def test_the_watch_sees_what_comes_from_elsewhere(spoilt: Any) -> None:
    page = spoilt('<img src="http://127.0.0.1:9/pixel.png" alt="">', policy=False)
    assert "loaded http://127.0.0.1:9/pixel.png" in page.watch.faults()


def test_the_watch_sees_a_file_that_is_missing(spoilt: Any) -> None:
    page = spoilt('<img src="/missing.png" alt="">')
    assert any("404" in fault for fault in page.watch.faults())


def test_the_watch_weighs_everything(spoilt: Any) -> None:
    assert spoilt("x" * LIMIT).watch.transferred() > LIMIT


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ('<img src="/static/0/public/swell.svg">', "image-alt"),
        ('<p><a href="/">a</a><a href="/g/x">b</a></p>', "target-size"),
        ('<p><input name="unnamed"></p>', "label"),
        ("<h1>Another</h1>", "page-has-heading-one"),
    ],
)
def test_axe_finds_it(more: str, rule: str, spoilt: Any) -> None:
    faults = looks.against_axe(spoilt(more, **SCRIPTED))
    if rule == "page-has-heading-one":
        assert faults == [], "axe lets a second heading pass: the tests count them"
    else:
        assert any(fault.startswith(f"{rule}:") for fault in faults)


def test_axe_finds_colours_that_are_too_close(spoilt: Any) -> None:
    page = spoilt(**SCRIPTED)
    restyle(page, ".prose { color: #999; background: #fff }")
    assert any(fault.startswith("color-contrast:") for fault in looks.against_axe(page))


@pytest.mark.parametrize(
    "rules",
    [
        [".prose { inline-size: 400px }"],
        [".prose { white-space: nowrap }"],
        [".prose { white-space: nowrap }", "body { overflow-x: hidden }"],
        [".prose { position: relative; inset-inline-end: 60px }"],
    ],
)
def test_what_sticks_out_is_found(rules: list[str], spoilt: Any) -> None:
    page = spoilt(viewport={"width": 320, "height": 640})
    assert looks.sticking_out(page) == []
    for rule in rules:
        restyle(page, rule)
    assert looks.sticking_out(page) != []


def test_a_button_without_an_edge_is_found_where_the_reader_chooses_the_colours(spoilt: Any) -> None:
    page = spoilt('<button type="button">Send</button>', forced_colors="active")
    assert looks.lost_in_forced_colours(page) == []
    restyle(page, "button { border: 0; background: transparent; forced-color-adjust: none }")
    assert any(each.endswith("Send") for each in looks.lost_in_forced_colours(page))


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (":focus-visible { outline: none !important }", "shows no focus"),
        (".bar { position: fixed; inset: 0 }", "is covered by"),
    ],
)
def test_focus_that_nobody_sees_is_found(rule: str, fault: str, spoilt: Any) -> None:
    page = spoilt()
    restyle(page, rule)
    assert any(fault in each for each in looks.keyboard_faults(page))


def test_what_the_keyboard_never_reaches_is_found(spoilt: Any) -> None:
    page = spoilt('<p><button tabindex="-1">Out of reach</button></p>')
    assert any(fault.endswith("Out of reach is never reached") for fault in looks.keyboard_faults(page))


def test_text_of_a_fixed_size_is_found(spoilt: Any, large_print: Browser) -> None:
    page = spoilt(in_browser=large_print)
    restyle(page, ".prose { font-size: 16px }")
    assert looks.smallest_text(page) < 2 * SMALLEST


def test_an_address_without_a_line_in_the_list_is_found() -> None:
    new = URLResolver(RegexPattern("^"), [path("new", lambda request: HttpResponse(), name="new")])
    assert set(routes(new)) - NO_PAGES.keys() == {"new"}
