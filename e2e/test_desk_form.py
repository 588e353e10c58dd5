"""The form of an event in a real browser: what only a browser can get wrong."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, StorageState, expect

from e2e import looks
from e2e.conftest import DESKTOP, Visit

WIDE = {"width": 1440, "height": 900}
"""A window with room for the preview."""


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


def typing(visit: Visit, signed_in: StorageState) -> Page:
    """A new event, of which the title is typed, in a window wide enough for the preview."""
    page = visit(storage_state=signed_in, viewport=WIDE, java_script_enabled=True)
    page.goto("/desk/events/new")
    page.get_by_label("Title", exact=True).press_sequentially("Stand up")
    return page


def test_the_public_page_is_drawn_beside_the_form_while_one_types(visit: Visit, signed_in: StorageState) -> None:
    page = typing(visit, signed_in)
    beside = page.frame_locator("iframe")
    expect(beside.locator("h1")).to_have_text("Stand up")
    beside.locator("body").evaluate("body => body.ownerDocument.defaultView.scrollTo(0, 300)")
    page.get_by_label("Title", exact=True).press_sequentially(" in Leeds")
    expect(beside.locator("h1")).to_have_text("Stand up in Leeds")
    assert beside.locator("body").evaluate("body => body.ownerDocument.defaultView.scrollY") == 300
    assert beside.locator("body").evaluate("body => body.ownerDocument.compatMode") == "CSS1Compat"
    assert beside.locator(".poster").evaluate("poster => getComputedStyle(poster).display") != "block"
    assert page.evaluate("history.length") <= 2
    assert page.watch.faults() == []  # type: ignore[attr-defined]


def test_without_script_the_page_opens_in_a_window_of_its_own(visit: Visit, signed_in: StorageState) -> None:
    page = form(visit, signed_in)
    page.get_by_label("Title", exact=True).fill("Stand up")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Look at it").click()
    assert opened.value.locator("h1").inner_text() == "Stand up"
    assert page.get_by_label("Title", exact=True).input_value() == "Stand up"


def test_who_leaves_with_something_unsaved_is_asked(visit: Visit, signed_in: StorageState) -> None:
    page = typing(visit, signed_in)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Outbox").click()
    page.wait_for_timeout(300)
    assert (asked, page.get_by_label("Title", exact=True).input_value()) == (["beforeunload"], "Stand up")


@pytest.mark.parametrize(
    "path",
    [
        "events/{event_id}/tell",
        "events/{event_id}/reminder",
        "events/{event_id}/cancel",
        "events/{event_id}/stall",
        "events/{event_id}/picture",
        "events/{event_id}/copy",
        "series/{series_id}",
        "settings/{organisation}",
    ],
)
def test_it_is_so_wherever_one_types(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str], path: str
) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP, java_script_enabled=True)
    page.goto(f"/desk/{path.format(**stage)}")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("main form[method=post] :is(textarea, input[type=text])").first.press_sequentially("Typed")
    page.get_by_role("link", name="Outbox").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_who_has_typed_nothing_or_saved_it_is_not_asked(visit: Visit, signed_in: StorageState) -> None:
    page = typing(visit, signed_in)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Date", exact=True).fill("2031-07-20")
    page.get_by_label("The time is to be announced").check()
    page.get_by_label("The place is to be announced").check()
    page.get_by_label("Title", exact=True).press("Control+s")
    expect(page.get_by_text("Saved as a draft: nobody sees it yet.")).to_be_visible()
    page.get_by_role("link", name="Change").click()
    page.get_by_role("link", name="Outbox").click()
    page.wait_for_url("**/desk/outbox")
    assert asked == []


def test_what_was_typed_outlives_the_sign_in(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str]
) -> None:
    """The session ends while somebody types; they sign in in another window, come back, and save."""
    page = typing(visit, signed_in)
    page.get_by_label("The time is to be announced").check()
    page.get_by_label("The place is to be announced").check()
    page.get_by_label("Date", exact=True).fill("2031-07-20")
    # Nothing is on its way any more.
    expect(page.frame_locator("iframe").get_by_text("July 2031").first).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("You are signed out. What you typed is still here")).to_be_visible()
    assert page.get_by_label("Title", exact=True).input_value() == "Stand up"
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new window").click()
    other = opened.value
    assert other.url.endswith("/desk/sign-in")
    other.goto(stage["sign_in_again"])
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/desk/")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Saved as a draft: nobody sees it yet.")).to_be_visible()
    assert page.locator("h1").inner_text() == "Stand up"


def test_without_the_look_a_sign_in_loses_what_was_typed(visit: Visit, signed_in: StorageState) -> None:
    """The twin: sent without asking whether one is still signed in, as without script."""
    page = form(visit, signed_in)
    page.get_by_label("Title", exact=True).fill("Stand up")
    page.context.clear_cookies()
    page.get_by_label("Date", exact=True).fill("2031-07-20")
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("heading", name="That is not allowed").wait_for()
    assert page.get_by_label("Title", exact=True).count() == 0


def test_the_words_of_a_series_are_not_lost_either(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str]
) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP, java_script_enabled=True)
    page.goto(f"/desk/series/{stage['series_id']}")
    page.get_by_label("Text", exact=True).fill("In twenty towns, and then in all of them.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert page.get_by_label("Text", exact=True).input_value() == "In twenty towns, and then in all of them."


@pytest.mark.parametrize("path", ["/desk/events/new", "/desk/events/{full_id}/edit"])
def test_the_bar_with_the_buttons_never_hides_where_one_types(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str], path: str
) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP)
    page.goto(path.format(**stage))
    assert looks.keyboard_faults(page) == []


def test_where_the_server_does_not_answer_nothing_is_lost(visit: Visit, signed_in: StorageState) -> None:
    page = typing(visit, signed_in)
    page.get_by_label("Date", exact=True).fill("2031-07-20")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    assert page.get_by_label("Title", exact=True).input_value() == "Stand up"


def test_single_keys_lead_on_outside_of_fields_and_can_be_switched_off(
    visit: Visit, signed_in: StorageState
) -> None:
    page = visit(storage_state=signed_in, viewport=WIDE, java_script_enabled=True)
    page.goto("/desk/")
    page.keyboard.type("ge")
    page.wait_for_url("**/desk/events")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/events/new")
    page.get_by_label("Title", exact=True).press_sequentially("gegn?")
    assert page.get_by_label("Title", exact=True).input_value() == "gegn?"
    page.goto("/desk/outbox")
    page.keyboard.type("?")
    page.wait_for_url("**/desk/keys")
    page.get_by_role("button", name="Switch these keys off").click()
    page.locator("h1").click()
    page.keyboard.type("ge")
    page.wait_for_timeout(300)
    assert page.url.endswith("/desk/keys")
    page.get_by_role("button", name="Switch these keys on").click()
    page.keyboard.type("ge")
    page.wait_for_url("**/desk/events")


def test_ready_words_are_copied_as_they_were_changed(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str]
) -> None:
    page = visit(
        storage_state=signed_in,
        viewport=DESKTOP,
        java_script_enabled=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.goto(f"/desk/events/{stage['event_id']}/share")
    page.get_by_label("Short", exact=True).fill("My own words")
    page.get_by_role("button", name="Copy: Short").click()
    assert page.evaluate("navigator.clipboard.readText()") == "My own words"
