"""A mail to one person is signed as it goes to a server, and another program takes what arrived there."""

import re
from collections.abc import Callable
from dataclasses import replace

import dkim
import pytest
from pytest_django import Settings

from groundswell.outbox import delivery, transports
from groundswell.outbox.delivery import deliver
from groundswell.outbox.dkim import make_key
from groundswell.outbox.mail import Mail
from tests.mail_server import mail_server
from tests.outbox.conftest import Enqueue

Render = Callable[[delivery.Render], None]
UseSmtp = Callable[[str], None]

UNSUBSCRIBE = {
    "List-Id": "<events.union.rally.example.org>",
    "List-Unsubscribe": f"<https://rally.example.org/me/mute/{'x' * 200}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}
PLAIN = Mail(to="ada@example.org", subject="Come", text=".at noon\n\n\n")
IN_FULL = replace(
    PLAIN,
    subject="Bitte bestätigen: " + "Für alle " * 20,
    text="Grüße\n",
    html="<p>Grüße</p>",
    calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    sender_name="Tenants’ Union, Riverside",
    reply_to="office@example.org",
    headers=UNSUBSCRIBE,
)


@pytest.fixture
def record(settings: Settings) -> bytes:
    """What the DNS says of the key of the sender's domain."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_from="us@example.org")
    return make_key(settings.DATA, domain="example.org", selector="s1").partition("TXT ")[2].encode()


def arrived(mail: Mail, enqueue: Enqueue, render: Render, use_smtp: UseSmtp) -> bytes:
    """What a server took, byte for byte."""
    render(lambda _effect: mail)
    enqueue()
    with mail_server() as server:
        use_smtp(server.url)
        assert deliver() == 1
    return server.raw[0]


def verified(raw: bytes, record: bytes) -> bool:
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    found = bool(dkim.verify(raw, dnsfunc=dns))
    assert {name.rstrip(b".") for name in asked} == {b"s1._domainkey.example.org"}
    return found


def covered(raw: bytes) -> set[str]:
    """The names of the headers that the signature is about."""
    (names,) = re.findall(rb"\sh=([^;]+);", raw.partition(b"\r\nFrom:")[0])
    return {name.strip().decode() for name in names.split(b":")}


@pytest.mark.parametrize("mail", [PLAIN, IN_FULL], ids=["plain", "in full"])
def test_another_program_takes_the_signature_of_what_arrived(
    enqueue: Enqueue, render: Render, use_smtp: UseSmtp, record: bytes, mail: Mail
) -> None:
    raw = arrived(mail, enqueue, render, use_smtp)
    assert verified(raw, record)
    assert not verified(raw.replace(b"Message-ID: <", b"Message-ID: <0", 1), record)
    assert {"from", "to", "subject", "date", "message-id"} <= covered(raw)


def test_how_to_have_no_more_of_them_is_inside_of_it(
    enqueue: Enqueue, render: Render, use_smtp: UseSmtp, record: bytes
) -> None:
    raw = arrived(IN_FULL, enqueue, render, use_smtp)
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= covered(raw)
    for said, instead in ((b"/me/mute/x", b"/me/mute/y"), (b"=One-Click", b"=Two-Click")):
        assert said in raw
        assert not verified(raw.replace(said, instead, 1), record)


def test_nothing_is_signed_where_there_is_no_key(enqueue: Enqueue, render: Render, use_smtp: UseSmtp) -> None:
    assert b"DKIM-Signature" not in arrived(IN_FULL, enqueue, render, use_smtp)


def test_unsigned_it_would_not_be_taken(
    enqueue: Enqueue, render: Render, use_smtp: UseSmtp, record: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(transports, "signer", lambda _data: None)
    with pytest.raises(AssertionError):
        test_another_program_takes_the_signature_of_what_arrived(enqueue, render, use_smtp, record, PLAIN)
