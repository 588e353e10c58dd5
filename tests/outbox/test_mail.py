"""A mail as a message that goes out."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.kit.ids import uuid7
from groundswell.kit.text import NotText, mailbox, one_line
from groundswell.outbox.mail import Mail, message
from groundswell.outbox.models import Effect


def effect() -> Effect:
    return Effect(organisation_id=uuid7(), id=uuid7(), kind="test", subject=uuid7(), mailbox="x")


def sent(mail: Mail, about: Effect | None = None) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(message(about or effect(), mail), policy=default))


def test_a_mail_says_from_whom_it_is_and_that_nobody_typed_it() -> None:
    mail = sent(
        Mail(
            to="ada@example.org",
            subject="Bitte bestätigen: Für alle",
            text="Grüße\n",
            html="<p>Grüße</p>",
            calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
            sender_name="Tenants’ Union, Riverside",
            reply_to="office@example.org",
            headers={"List-Id": "test"},
        )
    )
    assert mail["From"].addresses[0].display_name == "Tenants’ Union, Riverside"
    assert mail["From"].addresses[0].addr_spec.startswith("groundswell@")
    assert mail["To"] == "ada@example.org"
    assert mail["Reply-To"].addresses[0].addr_spec == "office@example.org"
    assert mail["Subject"] == "Bitte bestätigen: Für alle"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "test"
    assert mail["Date"].datetime.utcoffset() is not None
    text, html, calendar = (
        mail.iter_parts().__next__(),
        mail.get_body(("html",)),
        list(mail.iter_attachments())[-1],
    )
    assert text.get_body(("plain",)).get_content().splitlines() == ["Grüße"]
    assert html is not None
    assert html.get_content().splitlines() == ["<p>Grüße</p>"]
    assert calendar.get_content_type() == "text/calendar"
    assert calendar["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}
    assert calendar.get_filename() == "event.ics"
    assert calendar.get_content().startswith("BEGIN:VCALENDAR")


def test_a_plain_mail_is_one_part() -> None:
    mail = sent(Mail(to="ada@example.org", subject="Hello", text="Text\n"))
    assert mail.get_content_type() == "text/plain"
    assert "Reply-To" not in mail
    assert mail["From"].addresses[0].display_name == ""


def test_the_same_effect_has_the_same_message_id() -> None:
    about = effect()
    mail = Mail(to="ada@example.org", subject="Hello", text="Text\n")
    assert sent(mail, about)["Message-ID"] == sent(mail, about)["Message-ID"]
    assert sent(mail)["Message-ID"] != sent(mail)["Message-ID"]


words = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters="\ufffd"),
    min_size=1,
    max_size=120,
)


@given(words, words)
def test_whatever_is_typed_stays_within_its_header_and_seven_bits(name: str, title: str) -> None:
    name, title = one_line(name), one_line(title)
    raw = message(effect(), Mail(to="ada@example.org", subject=title, text=name, sender_name=name))
    assert raw.isascii()
    parsed = cast(EmailMessage, message_from_bytes(raw, policy=default))
    assert parsed["Subject"] == title or " ".join(parsed["Subject"].split()) == title
    assert len(parsed["From"].addresses) == 1
    assert [one.addr_spec for one in parsed["To"].addresses] == ["ada@example.org"]
    assert {header.lower() for header in parsed} - {"content-transfer-encoding"} == {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "content-type",
        "mime-version",
    }


@pytest.mark.parametrize("field", ["subject", "sender_name"])
@pytest.mark.parametrize("typed", ["Hi\nBcc: eve@example.org", "Hi\r\nBcc: eve@example.org", "Hi\r\n\r\nText"])
def test_what_was_not_cleaned_breaks_before_it_is_sent(field: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"carriage return|invalid"):
        message(effect(), Mail(to="ada@example.org", text="Text", **{"subject": "Hi", field: typed}))


@given(st.emails())
def test_any_address_that_a_form_takes_is_one_recipient(typed: str) -> None:
    try:
        address = mailbox(typed)
    except NotText:
        return
    parsed = sent(Mail(to=address, subject="Hi", text="Text"))
    assert [one.addr_spec for one in parsed["To"].addresses] == [address]
