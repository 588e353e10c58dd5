"""What an organiser and a stranger do, step by step; the tests walk it, and the pictures are taken on the way."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from groundswell.kit.clock import now

TITLE = "Keep the library open"
STRANGER = "Zadie Made-up"
MAILBOX = "zadie@example.org"


def sign_in(desk: Page, link: str) -> None:
    desk.goto(link)
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_role("heading", name="Tonight")).to_be_visible()


def describe(desk: Page) -> None:
    """Fill in the one page that an event takes."""
    desk.get_by_role("link", name="Announce an event").first.click()
    desk.get_by_label("Title", exact=True).fill(TITLE)
    desk.get_by_label("Text").fill("It is the only warm room in the ward.\n\nBring a book.")
    desk.get_by_label("Date").fill((now().date() + timedelta(days=9)).isoformat())
    desk.get_by_label("Begins").fill("18:30")
    desk.get_by_label("Place", exact=True).fill("Outside the library")
    desk.get_by_label("Postcode").fill("M1 1AE")


def publish(desk: Page) -> str:
    """Publish what was filled in; returns the address of its public page."""
    desk.get_by_role("button", name="Save and publish").click()
    expect(desk.get_by_role("status")).to_contain_text("public")
    return desk.get_by_role("link", name="/e/keep-the-library-open").inner_text()


def fill_in(phone: Page, address: str) -> None:
    """Fill in the form with two others, as a thumb does."""
    phone.goto(address)
    phone.get_by_role("link", name="I’m coming").click()
    phone.get_by_label("Your name").fill(STRANGER)
    phone.get_by_label("Your e-mail address").fill(MAILBOX)
    phone.get_by_text("2", exact=True).click()
    phone.get_by_label("Your postcode").fill("BT1 5GS")
    phone.get_by_label("I agree").check()


def say_it(phone: Page) -> None:
    """Press the button, twice as impatient thumbs do."""
    phone.get_by_role("button", name="I’m coming").dblclick()
    expect(phone.get_by_role("heading", name="We have your answer")).to_be_visible()


def press(phone: Page, button: str, heading: str) -> None:
    phone.get_by_role("button", name=button).click()
    expect(phone.get_by_role("heading", name=heading)).to_be_visible()
