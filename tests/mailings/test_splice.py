"""A message that is filled in for a recipient reads as if it had been written for them, whatever is filled in."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from groundswell.kit.text import NotText, mailbox, one_line
from groundswell.mailings.splice import compose, slot, subject

HEADERS = [("From", "Us <us@example.org>"), ("To", f"<{slot('email')}>"), ("Subject", slot("subject"))]
FORM = compose(
    [*HEADERS, ("List-Unsubscribe", f"<https://example.org/{slot('stop')}>")],
    text=f"Dear {slot('name')},\n\n.a dot\nspaces behind  \n{'é' * 200}\n{slot('name')}",
    html=f"<p>Dear {slot('name')}, <a href='https://example.org/?a=b'>come</a></p>\n",
    boundary="=_b",
)


def cleaned(text: str) -> str | None:
    """What the product would store of it, or nothing where it takes no such text."""
    try:
        return one_line(text)
    except NotText:
        return None


def read(message: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(message, policy=default))


def fill(name: str, said: str) -> bytes:
    return FORM.fill({"email": "ada@example.org", "subject": said, "name": name, "stop": "x" * 64})


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("line", fill("Zoë <&>", "Come").split(b"\r\n"))
def test_no_line_is_longer_than_mail_may_have(line: bytes) -> None:
    assert len(line) <= 76 or line.startswith(b"List-Unsubscribe")
    assert b"\n" not in line
    assert b"\r" not in line


@pytest.mark.slow
@given(st.text(max_size=120), st.text(max_size=150))
@settings(max_examples=2000, deadline=None)
@example(".", "=?utf-8?b?eA==?=")
@example("a" * 120, "é" * 150)
@example("=\t =", "a\u2028b")
@example(f"{slot('name')}", "{first_name}")
def test_whatever_is_filled_in_comes_out_again(name: str, said: str) -> None:
    name, said = cleaned(name) or "", cleaned(said) or ""
    message = read(fill(name, said))
    assert set(message.keys()) == {"From", "To", "Subject", "List-Unsubscribe", "MIME-Version", "Content-Type"}
    assert not message.defects
    assert " ".join(str(message["Subject"]).split()) == " ".join(said.split())
    assert part(message, "plain") == f"Dear {name},\n\n.a dot\nspaces behind  \n{'é' * 200}\n{name}"
    assert "<script" not in part(message, "html")
    assert len(list(message.walk())) == 3
    body = fill(name, said).partition(b"\r\n\r\n")[2]
    assert not any(line.startswith(b".") for line in body.split(b"\r\n"))
    assert max(map(len, body.split(b"\r\n"))) <= 76


WILD = st.one_of(
    st.text(max_size=80),
    st.builds("{}@{}".format, st.text(max_size=40), st.text(max_size=40)),
    st.builds("{}@example.org".format, st.text(st.characters(max_codepoint=0x2FF), min_size=1, max_size=60)),
)


@pytest.mark.slow
@given(WILD)
@settings(max_examples=2000, deadline=None)
@example("a@example.org>\r\nBcc: <b@example.org")
@example("a,b@example.org")
@example('"a b"@example.org')
@example("é@exämple.org")
@example("a@example.org, b")
def test_whatever_address_is_taken_stays_one_recipient(typed: str) -> None:
    try:
        address = mailbox(typed)
    except NotText:
        return
    filled = FORM.fill({"email": address, "subject": "Come", "name": "Ada", "stop": "x"})
    message = read(filled)
    assert set(message.keys()) == {"From", "To", "Subject", "List-Unsubscribe", "MIME-Version", "Content-Type"}
    assert not message.defects
    assert [each.addr_spec for each in message["To"].addresses] == [address]
    # On its way it stands in a command, too.
    assert address.isascii()
    assert not set(address) & set("<>\r\n \0")


def test_a_broken_header_is_refused_and_not_sent() -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        compose([("From", "a\r\nBcc: all@example.org")], text="", html="", boundary="b")
    with pytest.raises(ValueError, match="cannot be written"):
        FORM.fill({"email": "a@example.org>\r\nBcc: <b@example.org", "subject": "", "name": "", "stop": ""})
    with pytest.raises(KeyError):
        FORM.fill({})


def test_what_django_would_have_written_reads_the_same() -> None:
    written = EmailMessage(policy=SMTP)
    written["Subject"] = "Grüße an Zoë, " * 6
    filled = read(fill("Zoë", "Grüße an Zoë, " * 6))
    assert str(filled["Subject"]).strip() == str(written["Subject"]).strip()


def test_a_subject_is_left_as_it_is_where_that_can_be() -> None:
    assert subject("Come on Saturday") == b"Come on Saturday"
    assert all(len(b"Subject: " + line) <= 76 for line in subject("Ü" * 99).split(b"\r\n "))
    assert FORM.names == {"email", "subject", "name", "stop"}
