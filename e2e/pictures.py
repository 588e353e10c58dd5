"""Takes the pictures in ``docs/images`` from the running product: ``.venv/bin/python -m e2e.pictures``.

It starts Groundswell in folders of its own, once with the demo and once empty, does what the tutorial tells, and
takes a picture at each step. The dates and the clock in them are those of the run; fonts are the machine's.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect, sync_playwright

from e2e import people
from e2e.conftest import launch
from e2e.small_png import smaller
from groundswell.ops.testing.ports import free_port
from tests.ops.conftest import Installation, until

IMAGES = Path(__file__).resolve().parents[1] / "docs/images"
SHOWN = "http://127.0.0.1:8000"
"""The address in the pictures is the one that a reader gets, whatever port is free here."""

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 760}


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        with running(playwright, "--demo") as (browser, _link):
            show_the_demo(browser)
        with running(playwright) as (browser, link):
            hold_the_first_rally(browser, link)


@contextmanager
def running(playwright: Playwright, *more: str) -> Iterator[tuple[Browser, str]]:
    """An installation in a folder that goes afterwards, a browser that reaches it, and its first sign-in link."""
    with tempfile.TemporaryDirectory(prefix="groundswell-pictures-") as folder:
        installation, port = Installation(Path(folder), ""), free_port()
        installation.up("--port", str(port), "--base-url", SHOWN, *more)
        installation.address = f"http://127.0.0.1:{port}"
        installation.wait_until_well()
        link = installation.wait_for_line("  http").strip()
        browser = launch(
            playwright,
            f"--host-resolver-rules=MAP 127.0.0.1:8000 127.0.0.1:{port}",
            "--disable-lcd-text",
            "--lang=en-GB",
        )
        try:
            yield browser, link
        finally:
            browser.close()
            installation.stop()


def show_the_demo(browser: Browser) -> None:
    """What the README shows."""
    page = window(browser, DESKTOP)
    page.goto(SHOWN)
    page.get_by_role("link", name="Diane Abbott").click()
    take(page, "event")


def hold_the_first_rally(browser: Browser, link: str) -> None:
    """What the tutorial tells."""
    desk, phone = window(browser, DESKTOP), window(browser, PHONE)
    people.sign_in(desk, link)
    people.describe(desk)
    desk.set_viewport_size({"width": 1280, "height": 1180})
    desk.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    # The public page beside the form follows what is typed, a moment later.
    desk.wait_for_timeout(2000)
    take(desk, "announce")
    desk.set_viewport_size(DESKTOP)
    address = people.publish(desk)
    phone.goto(address)
    take(phone, "phone")
    people.fill_in(phone, address)
    people.say_it(phone)
    phone.set_viewport_size({"width": 390, "height": 1120})
    take(phone, "thanks")
    expect(desk.get_by_text(people.STRANGER)).to_be_visible(timeout=20_000)
    mail = window(browser, DESKTOP, desk)
    mail.goto(f"{SHOWN}/desk/outbox")
    until(lambda: mail.reload() is not None and mail.get_by_role("link", name=people.TITLE).count() > 0)
    mail.get_by_role("link", name=people.TITLE).click()
    take(mail, "mail")
    mail.get_by_role("link", name="/a/confirm/").click()
    people.press(mail, "Yes, I’m coming", "You are coming")
    expect(desk.locator("table").first).to_contain_text(people.STRANGER, timeout=20_000)
    expect(desk.get_by_role("heading", name="Not confirmed yet")).to_have_count(0, timeout=20_000)
    take(desk, "desk")


def window(browser: Browser, size: ViewportSize, like: Page | None = None) -> Page:
    state = like.context.storage_state() if like else None
    return browser.new_context(
        viewport=size, storage_state=state, locale="en-GB", reduced_motion="reduce"
    ).new_page()


def take(page: Page, name: str) -> None:
    picture = page.screenshot(animations="disabled", caret="hide")
    (IMAGES / f"{name}.png").write_bytes(smaller(picture))


if __name__ == "__main__":
    main()
