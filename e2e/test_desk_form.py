"""The form of an event in a real browser: what only a browser can get wrong."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, StorageState, expect

from e2e.conftest import DESKTOP, Visit


def form(visit: Visit, signed_in: StorageState, **how: Any) -> Page:
    page = visit(storage_state=signed_in, viewport=DESKTOP, **how)
    page.goto("/desk/events/new")
    return page


def test_one_more_line_comes_without_a_new_page_and_keeps_what_is_typed(
    visit: Visit, signed_in: StorageState
) -> None:
    page = form(visit, signed_in, java_script_enabled=True)
    page.get_by_label("Title", exact=True).fill("Half typed")
    page.get_by_text("Who speaks").click()
    page.locator("#speaker-0-name").fill("Ada")
    page.evaluate("window.same = true")
    page.get_by_role("button", name="One more speaker").press("Enter")
    page.locator("#speaker-1-name").fill("Bea")
    page.get_by_role("button", name="Move speaker 2 up").click()
    expect(page.locator("#speaker-0-name")).to_have_value("Bea")
    assert page.evaluate("window.same")
    assert page.locator("#speaker-1-name").input_value() == "Ada"
    assert page.get_by_label("Title", exact=True).input_value() == "Half typed"
    assert page.watch.faults() == []  # type: ignore[attr-defined]


def test_one_more_line_comes_without_script_as_well(visit: Visit, signed_in: StorageState) -> None:
    page = form(visit, signed_in)
    page.get_by_label("Title", exact=True).fill("Half typed")
    page.get_by_text("Who speaks").click()
    page.locator("#speaker-0-name").fill("Ada")
    page.get_by_role("button", name="One more speaker").click()
    page.locator("#speaker-1-name").wait_for()
    assert page.locator("#speaker-0-name").input_value() == "Ada"
    assert page.get_by_label("Title", exact=True).input_value() == "Half typed"
    assert page.url.endswith("#programme")


def test_the_key_enter_saves_and_presses_no_button_at_a_line(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str]
) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP, java_script_enabled=True)
    page.goto(f"/desk/events/{stage['full_id']}/edit")
    page.get_by_label("Contact", exact=True).press("Enter")
    page.wait_for_url(f"**/desk/events/{stage['full_id']}")
    assert page.get_by_text("Saved as a draft: nobody sees it yet.").is_visible()
