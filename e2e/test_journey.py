"""One "I'm coming" through the whole house, as the people in it see it."""

import email
import re
from email import policy
from email.message import EmailMessage

from playwright.sync_api import Locator, Page, expect

from e2e.conftest import DESKTOP, Visit
from e2e.people import MAILBOX, STRANGER, TITLE, describe, fill_in, press, publish, say_it, sign_in
from tests.ops.conftest import Installation, until

SOON = 20_000
"""Milliseconds within which whatever the worker does has been done."""


def test_an_answer_goes_all_the_way(installation: Installation, visit: Visit) -> None:
    desk = visit(java_script_enabled=True, viewport=DESKTOP)
    sign_in(desk, installation.wait_for_line("  http").strip())
    describe(desk)
    address = publish(desk)
    desk.evaluate("window.sameAsBefore = true")

    phone = visit()
    fill_in(phone, address)
    say_it(phone)
    assert phone.watch.faults() == []
    expect(figure(desk, "not confirmed yet")).to_have_text("1", timeout=SOON)
    expect(desk.get_by_role("row", name=STRANGER)).to_be_visible()

    links = links_of(mail_to(installation, MAILBOX))
    phone.goto(links["confirm"])
    expect(phone.get_by_text(TITLE)).to_be_visible()
    phone.reload()
    expect(figure(desk, "coming")).to_have_text("0")  # Looking, as mail scanners do, has confirmed nothing.
    press(phone, "Yes, I’m coming", "You are coming")
    expect(figure(desk, "coming")).to_have_text("3", timeout=SOON)
    expect(figure(desk, "not confirmed yet")).to_have_text("0")
    wait_for_text(phone, address, "3 people are coming.")

    phone.goto(links["cancel"])
    press(phone, "I’m not coming", "You are not coming")
    expect(figure(desk, "coming")).to_have_text("0", timeout=SOON)

    phone.goto(links["forget"])
    press(phone, "Delete everything about me", "You are forgotten")
    wait_for_text(phone, links["cancel"], "There is nothing here any more")
    until(lambda: mails_to(installation, MAILBOX) == [])
    assert desk.evaluate("window.sameAsBefore"), "the desk was loaded anew"
    assert desk.watch.faults() == []
    desk.reload()
    expect(desk.get_by_text(STRANGER)).to_have_count(0)


def test_a_mail_is_read_in_the_desk_and_its_link_opened_there(
    visit: Visit, signed_in: object, stage: dict[str, str]
) -> None:
    desk = visit(storage_state=signed_in, viewport=DESKTOP)
    desk.goto("/desk/outbox")
    desk.get_by_role("link", name="Stand in unity").first.click()
    expect(desk.get_by_text("cem@example.org")).to_be_visible()
    desk.locator(".letter").get_by_role("link", name="/a/confirm/").click()
    expect(desk.get_by_role("button", name="Yes, I’m coming")).to_be_visible()


def test_what_was_typed_stays_when_something_is_wrong(visit: Visit, stage: dict[str, str]) -> None:
    page = visit()
    page.goto(f"/e/{stage['event']}?via=leaflet")
    page.evaluate("document.forms[0].noValidate = true")
    page.get_by_label("Your name").fill("Ada <Lovelace>")
    page.get_by_label("Your e-mail address").fill("ada at example")
    page.get_by_role("radio", name="4").check()
    page.get_by_role("button", name="I’m coming").click()
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("link")).to_have_count(2)
    expect(page.get_by_label("Your name")).to_have_value("Ada <Lovelace>")
    expect(page.get_by_label("Your e-mail address")).to_have_value("ada at example")
    expect(page.get_by_role("radio", name="4")).to_be_checked()
    alert.get_by_role("link", name="e-mail").click()
    expect(page.get_by_label("Your e-mail address")).to_be_focused()
    assert page.url.endswith("?via=leaflet#email")


def test_the_browser_itself_says_what_is_missing(visit: Visit, stage: dict[str, str]) -> None:
    page = visit()
    page.goto(f"/e/{stage['event']}")
    page.get_by_role("button", name="I’m coming").click()
    assert page.evaluate("document.activeElement.id") == "name"
    assert page.url.endswith(stage["event"])


def figure(desk: Page, name: str) -> Locator:
    return desk.locator(".figures div").filter(has=desk.get_by_text(name, exact=True)).locator("dd")


def wait_for_text(page: Page, address: str, text: str) -> None:
    def is_there() -> bool:
        page.goto(address)
        return page.get_by_text(text).count() > 0

    until(is_there, seconds=SOON / 1000)


def mails_to(installation: Installation, mailbox: str) -> list[EmailMessage]:
    files = [path.read_bytes() for path in installation.data.glob("outbox/*/*.eml")]
    mails = [email.message_from_bytes(file, policy=policy.default) for file in files]
    return [mail for mail in mails if mailbox in mail["To"]]


def mail_to(installation: Installation, mailbox: str) -> EmailMessage:
    """The one mail to somebody, once it is out: a double click sends no second one."""
    until(lambda: mails_to(installation, mailbox) != [], seconds=SOON / 1000)
    (mail,) = mails_to(installation, mailbox)
    return mail


def links_of(mail: EmailMessage) -> dict[str, str]:
    """The links in the text of a mail, by what they are for."""
    body = mail.get_body(("plain",))
    assert body is not None
    return {purpose: link for link, purpose in re.findall(r"(http://\S+/a/(\w+)/\S+)", body.get_content())}
