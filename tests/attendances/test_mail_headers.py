"""Whatever an organiser types into a title or a subject, a mail has the headers that we gave it, and no more."""

import random
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest

from groundswell.attendances import mails
from groundswell.attendances.models import Attendance
from groundswell.attendances.notices import tell
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.errors import InvalidFields
from groundswell.kit.ids import uuid7
from groundswell.outbox.mail import Mail, message
from groundswell.outbox.models import Effect
from tests import made_up

pytestmark = pytest.mark.django_db

TEXTS = 200
BREAKS = ("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r\n ", "%0d%0a", "=0D=0A")
SNEAKED = (
    "Bcc: eve@example.org",
    "Content-Type: text/html",
    "\r\n\r\n<b>x</b>",
    "Subject: other",
    "To: eve@x.org",
)
WRAPPED = (
    "{}",
    "=?utf-8?q?{}?=",
    "=?utf-8?b?DQpCY2M6IGV2ZQ==?= {}",
    "Subject: {}",
    "ä" * 60 + "{}",
    "x" * 80 + " {}",
)
EXPECTED = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "MIME-Version",
}
TO_MANY = {"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"}
"""What mail to many has besides, by which a mail program ends it."""


def texts() -> Iterator[str]:
    """The same ones each time."""
    chance = random.Random(3)
    for number in range(TEXTS):
        sneaked = f"{chance.choice(BREAKS)}{chance.choice(SNEAKED)}"
        # Half of them break lines by nothing that is refused as it is typed, and so reach a mail.
        within = sneaked if number % 2 else sneaked.translate({ord(each): " " for each in "\r\n"})
        yield chance.choice(WRAPPED).format(f"To all{within}")


@pytest.fixture
def coming() -> Attendance:
    return made_up.confirmed(made_up.event(made_up.root(made_up.organisation())))


def notice(coming: Attendance, typed: str) -> Mail | None:
    """The mail with these words of the organisers."""
    said = tell(made_up.SYSTEM, event=coming.event, kind="note", subject=typed, text=typed)
    return mails.notice(Effect(subject=coming.id, about=said.id))


def placed(coming: Attendance, typed: str) -> Mail | None:
    """The mail about an event with this title."""
    event = Event.objects.get(id=coming.event_id)
    events.change(made_up.SYSTEM, event=event, details=made_up.details(title=typed))
    return mails.placed(Effect(subject=coming.id, kind="attendances.placed"))


def sent(mail: Mail) -> EmailMessage:
    """What arrives, read back."""
    about = Effect(organisation_id=uuid7(), id=uuid7(), subject=uuid7())
    return cast(EmailMessage, message_from_bytes(message(about, mail), policy=default))


@pytest.mark.parametrize(("write", "expected"), [(notice, EXPECTED | TO_MANY), (placed, EXPECTED)])
def test_two_hundred_texts_add_no_header_and_no_recipient(
    coming: Attendance, write: object, expected: set[str]
) -> None:
    arrived = 0
    for typed in texts():
        try:
            mail = write(coming, typed)  # type: ignore[operator]
        except InvalidFields:
            continue
        read = sent(mail)
        assert set(read.keys()) == expected, typed
        assert len(read.keys()) == len(expected), typed
        assert read["To"] == "ada@example.org"
        assert read.get_content_type() in {"multipart/alternative", "multipart/mixed"}
        arrived += 1
    assert TEXTS / 4 < arrived < TEXTS


def test_were_headers_only_written_one_after_another_there_would_be_more() -> None:
    """The twin: neither what is typed is cleaned, nor does anything look after the lines of a header."""
    raw = [f"To: ada@example.org\r\nSubject: {typed}\r\n\r\nText" for typed in texts()]
    read = [message_from_bytes(each.encode(), policy=default) for each in raw]
    assert sum(len(each.keys()) > 2 for each in read) > TEXTS / 20
