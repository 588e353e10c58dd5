"""What holds for every page in every state, public or in the desk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page

from e2e import looks
from e2e.conftest import DESKTOP, Visit, session_of
from e2e.no_pages import NO_PAGES
from e2e.pages import DESK, OTHERS, PUBLIC, Sight
from groundswell.config.catalogues import PSEUDO
from groundswell.ops.testing.pseudo import OPENS

LIMIT = 60_000
"""Bytes that a public page may take in all (promise 8 of the design)."""

WITH_PICTURE = 150_000
"""The same where an organiser has put a picture on it; a logo is none."""

PICTURE = "img[src^='/p/']"
"""What an organiser has put on an event."""

SMALLEST = 12
"""Pixels of the smallest text for somebody who has not asked for larger; so twice of it is never a fixed size."""

SIGHTS = [*PUBLIC, *DESK, *OTHERS]
"""The desk needs a sign-in and may use script; else the same holds."""

Look = Callable[..., Page]


@pytest.fixture
def look(visit: Visit, stage: Mapping[str, str]) -> Look:
    """Opens one of the sights, in a window of its own."""

    def look(sight: Sight, **how: Any) -> Page:
        who = "owner" if sight in DESK else sight.who
        state = {"storage_state": session_of(stage, who)} if who else {}
        page = visit(reduced_motion="reduce", **state, **how)
        sight.open(page, stage)
        return page

    return look


SLOW = (pytest.mark.slow, pytest.mark.drawn)
"""For the further states of an address, which all but the quick run look at, or a share of them."""


def every(sights: list[Sight], later: Sequence[pytest.MarkDecorator] = SLOW) -> pytest.MarkDecorator:
    """All of them; of those at one address all but the first have these marks."""
    first = {sight.route: sight for sight in reversed(sights)}
    others = [pytest.param(sight, marks=later) for sight in sights if first[sight.route] != sight]
    return pytest.mark.parametrize("sight", [*first.values(), *others], ids=str)


def routes(resolver: URLResolver, above: str = "") -> Iterator[str]:
    """The full names of all addresses, except the API's: that is a door for programs."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield above + (pattern.name or repr(pattern))
        elif not str(pattern.pattern).startswith("api/"):
            yield from routes(pattern, f"{pattern.namespace}:" if pattern.namespace else above)


def test_no_address_is_forgotten() -> None:
    seen = {sight.route for sight in SIGHTS} | NO_PAGES.keys()
    assert set(routes(get_resolver())) - seen == set()


@every(SIGHTS)
def test_it_keeps_to_the_policy_loads_nothing_from_elsewhere_and_axe_finds_nothing(
    sight: Sight, look: Look
) -> None:
    page = look(sight, java_script_enabled=True)
    assert page.watch.faults() == []
    assert looks.against_axe(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(DESKTOP)
    assert looks.against_axe(page) == []


@every(SIGHTS)
def test_it_fits_320_pixels_can_be_turned_round_and_is_whole_without_script_and_on_paper(
    sight: Sight, look: Look
) -> None:
    page = look(sight, viewport={"width": 320, "height": 640})
    assert page.watch.faults() == []
    assert page.locator("h1").count() == 1
    assert looks.sticking_out(page) == []
    page.emulate_media(forced_colors="active")
    assert looks.sticking_out(page) == []
    assert looks.lost_in_forced_colours(page) == []
    page.emulate_media(forced_colors="none")
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert looks.sticking_out(page) == []
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert len(page.locator("main").inner_text()) > 20


@pytest.mark.slow
@pytest.mark.drawn
@every(SIGHTS, later=[pytest.mark.again])
def test_it_fits_in_a_language_that_is_long_and_runs_from_right_to_left(sight: Sight, look: Look) -> None:
    page = look(sight, viewport={"width": 320, "height": 640}, extra_http_headers={"Accept-Language": PSEUDO})
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert OPENS in page.locator("main").inner_text()
    assert looks.sticking_out(page) == []


@pytest.mark.slow
@pytest.mark.drawn
@every(SIGHTS, later=[pytest.mark.again])
def test_the_keyboard_reaches_everything_and_focus_is_never_hidden(sight: Sight, look: Look) -> None:
    assert looks.keyboard_faults(look(sight)) == []


@every([sight for sight in PUBLIC if sight.sends is None])
def test_it_is_small(sight: Sight, look: Look) -> None:
    page = look(sight)
    icon = page.locator("link[rel=icon]").get_attribute("href")
    assert icon
    # This browser shows no icon and so does not load it; others do.
    weight = page.watch.transferred() + len(page.request.get(icon).body())
    limit = WITH_PICTURE if page.locator(PICTURE).count() else LIMIT
    assert weight < limit


@pytest.mark.slow
@pytest.mark.drawn
@every(SIGHTS, later=[pytest.mark.again])
def test_text_can_be_twice_the_size(sight: Sight, look: Look, large_print: Browser) -> None:
    page = look(sight, viewport={"width": 640, "height": 800}, in_browser=large_print)
    assert looks.smallest_text(page) >= 2 * SMALLEST
    assert looks.sticking_out(page) == []
