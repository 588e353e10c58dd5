"""A mailing's page in a real browser: its figures renew by themselves, and nothing moves under a key."""

from collections.abc import Mapping

from playwright.sync_api import StorageState, expect

from e2e.conftest import DESKTOP, Visit

TWICE = 5_000
"""Milliseconds in which a page has asked for its figures twice."""


def test_the_figures_renew_by_themselves_and_the_keyboard_stays_where_it_is(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str]
) -> None:
    where = f"/desk/mailings/{stage['mailing_waiting_id']}"
    page = visit(storage_state=signed_in, viewport=DESKTOP, java_script_enabled=True)
    page.goto(where)
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url))
    page.evaluate("() => { window.stays = true }")
    button = page.get_by_role("button", name="Cancel the rest")
    button.focus()
    mine = button.element_handle()
    page.wait_for_timeout(TWICE)
    assert len([url for url in asked if url.endswith("?was=waiting")]) >= 2
    assert mine.evaluate("(button) => button.isConnected && button === document.activeElement")
    other = visit(storage_state=signed_in, viewport=DESKTOP)
    other.goto(where)
    other.get_by_role("button", name="Cancel the rest").click()
    expect(page.locator("#stands")).to_contain_text("Cancelled", timeout=TWICE)
    expect(page.get_by_role("row", name="Waiting")).to_have_count(0)
    expect(page.get_by_role("button", name="Cancel the rest")).to_have_count(0)
    assert page.evaluate("() => window.stays")
    asked.clear()
    page.wait_for_timeout(TWICE)
    assert not asked


def test_without_script_a_link_shows_how_far_it_is(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str]
) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP)
    page.goto(f"/desk/mailings/{stage['mailing_going_id']}")
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_role("row", name="Waiting 2").is_visible()
