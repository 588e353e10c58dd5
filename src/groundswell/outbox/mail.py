"""A mail: as a noun writes it, and as a message that goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from groundswell.outbox.models import Effect


class _AsItIs(UnstructuredHeader, BaseHeader):
    """A header that a program reads: where it is folded, a long address is encoded, and leads nowhere."""

    def fold(self, *, policy: Policy) -> str:
        """On one line, which may have 998 characters (RFC 5322, section 2.1.1)."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-id", "list-unsubscribe", "list-unsubscribe-post", "feedback-id"):
    _HEADERS.map_to_type(_name, _AsItIs)

# Seven bits in everything: not every server on the way takes eight.
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What a renderer returns. ``calendar`` is an iCalendar file; ``headers`` are added as they are."""

    to: str
    subject: str
    text: str
    html: str = ""
    calendar: bytes = b""
    sender_name: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def plain(template: str, to: str, context: Mapping[str, object]) -> Mail:
    """A mail of text alone, to those who work here; the template's first line is its subject.

    Where the whole installation is the demo, it says so in ``note``, unless the context says it otherwise.
    """
    note = settings.DEMONSTRATION_NOTE if settings.ENVIRONMENT.demo else ""
    text = render_to_string(template, {"note": note, **context})
    subject, _, body = text.strip().partition("\n")
    return Mail(to=to, subject=subject.removeprefix("Subject: ").strip(), text=body.strip() + "\n")


def message(effect: Effect, mail: Mail) -> bytes:
    """The message as bytes; the same effect has the same Message-ID however often it is sent (RFC 5322).

    :raises ValueError: if a header would break, which no cleaned text does.
    """
    built = EmailMessage(policy=_POLICY)
    built["From"] = _address(mail.sender_name, settings.ENVIRONMENT.sender)
    built["To"] = _address("", mail.to)
    built["Subject"] = mail.subject
    built["Date"] = format_datetime(effect.created_at)
    built["Message-ID"] = f"<{effect.id}@{urlsplit(settings.PUBLIC_URL).hostname}>"
    built["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        built["Reply-To"] = _address(mail.sender_name, mail.reply_to)
    for name, value in mail.headers.items():
        built[name] = value
    built.set_content(mail.text)
    if mail.html:
        built.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        built.add_attachment(
            mail.calendar,
            maintype="text",
            subtype="calendar",
            filename="event.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    return bytes(built)


def _address(name: str, mailbox: str) -> Address:
    local, _, domain = mailbox.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)
