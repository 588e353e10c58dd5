"""A passkey from the first sign-in to the next one, with Chromium's own virtual authenticator."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e import looks
from e2e.conftest import DESKTOP, Visit
from tests.ops.conftest import Installation
from tests.tables import lay_tables

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation under a name, since browsers allow no passkeys for a number."""
    it = Installation(tmp_path_factory.mktemp("named"), "")
    lay_tables(it.data)
    it.up("--host", "localhost")
    try:
        it.wait_until_well()
        yield it
    finally:
        it.stop()


@pytest.fixture
def desk(visit: Visit, named: Installation) -> Page:
    return visit(base_url=named.address, java_script_enabled=True, viewport=DESKTOP)


def plug_in(page: Page) -> Any:
    """Give the browser a device with a fingerprint sensor."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return session


def sound(page: Page) -> None:
    assert looks.against_axe(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert looks.sticking_out(page) == []
    assert looks.keyboard_faults(page) == []
    page.set_viewport_size(DESKTOP)


def test_a_passkey_is_made_and_lets_in(desk: Page, named: Installation, browser: Browser) -> None:
    plug_in(desk)
    desk.goto(named.wait_for_line("  http").strip())
    desk.get_by_role("button", name="Sign in").click()
    desk.goto("/desk/account")
    desk.get_by_role("link", name="Add a passkey").click()
    sound(desk)
    desk.get_by_label("What you call it").fill("My laptop")
    desk.get_by_role("button", name="Make the passkey").press("Enter")
    expect(desk.get_by_role("heading", name="Written-down codes")).to_be_visible()
    desk.get_by_role("button", name="Make ten codes").click()
    expect(desk.locator("main li")).to_have_count(10)
    sound(desk)
    desk.get_by_role("link", name="I have them").click()
    desk.goto("/desk/account")
    expect(desk.get_by_text("My laptop")).to_be_visible()
    sound(desk)
    desk.get_by_role("button", name="Sign out", exact=True).click()
    expect(desk.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
    sound(desk)
    desk.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(desk.get_by_role("heading", name="Tonight")).to_be_visible()


def test_a_browser_without_the_passkey_says_so_and_leaves_the_mail(desk: Page) -> None:
    session = plug_in(desk)
    desk.goto("/desk/sign-in")
    session.send("WebAuthn.disable")
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, "isUserVerified": False}})
    desk.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.get_by_role("alert")).to_contain_text("The browser gave no passkey")
    expect(desk.get_by_label("Your e-mail address")).to_be_visible()


def test_without_script_there_is_no_button_for_what_needs_it(visit: Visit, named: Installation) -> None:
    page = visit(base_url=named.address)
    page.goto("/desk/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
