"""The order of march in a browser: by the mouse and by the keyboard, each to the same order."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, StorageState, expect

from e2e.conftest import DESKTOP, Visit


@pytest.fixture
def arranging(visit: Visit, stage: Mapping[str, str], signed_in: StorageState) -> Page:
    page = visit(storage_state=signed_in, viewport=DESKTOP, java_script_enabled=True)
    page.goto(f"/desk/events/{stage['marching_id']}/march")
    return page


def names(page: Page) -> list[str]:
    return page.locator(".march b").all_inner_texts()


def test_a_row_is_dragged_to_its_place_and_back(arranging: Page) -> None:
    first, second, third = names(arranging)
    rows = arranging.locator("[data-bloc]")
    rows.nth(0).drag_to(rows.nth(2), source_position={"x": 20, "y": 20}, target_position={"x": 20, "y": 20})
    expect(arranging.locator(".march b")).to_have_text([second, third, first])
    rows.nth(2).drag_to(rows.nth(0), source_position={"x": 20, "y": 20}, target_position={"x": 20, "y": 20})
    expect(arranging.locator(".march b")).to_have_text([first, second, third])
    assert arranging.watch.faults() == []  # type: ignore[attr-defined]


def test_the_keyboard_moves_a_row_and_stays_on_its_button(arranging: Page) -> None:
    first, second, third = names(arranging)
    button = arranging.get_by_role("button", name=f"Move {first} one down")
    button.focus()
    arranging.keyboard.press("Enter")
    expect(arranging.locator(".march b")).to_have_text([second, first, third])
    expect(button).to_be_focused()
    expect(arranging.get_by_role("status")).to_contain_text("Moved to place 2 of 3.")
    place = arranging.get_by_role("textbox", name=f"Place of {first}")
    place.fill("1")
    place.press("Enter")
    expect(arranging.locator(".march b")).to_have_text([first, second, third])
    assert arranging.watch.faults() == []  # type: ignore[attr-defined]
