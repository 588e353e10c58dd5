"""Reading what went out, and the copies of mail that are kept instead of being sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groundswell.kit.clock import now
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import mailbox_hash
from groundswell.outbox.transports import kept_path

STATES = {
    "waiting": ("waiting", _("Waiting")),
    "held": ("held", _("Held back")),
    "void": ("void", _("Not needed any more")),
    "failed": ("failed", _("Not delivered")),
    "done": ("sent", _("Sent")),
}
"""As what a mail's state is set on a page, and what it is called."""

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Kept:
    """A mail as its kept copy tells it; ``text`` is its plain part, ``attachments`` the names of its files."""

    to: str
    sender: str
    subject: str
    written_at: datetime
    text: str
    attachments: list[str]


def keeps_mail() -> bool:
    """Whether mail is kept in the data folder instead of being sent (0 queries)."""
    return not settings.ENVIRONMENT.sends_mail


def mails_of(organisation_ids: Iterable[UUID]) -> QuerySet[Effect]:
    """The mails of these organisations, the latest first; lazy, 1 query."""
    return Effect.objects.filter(organisation_id__in=list(organisation_ids)).order_by("-id")


def failed_lately(organisation_ids: Iterable[UUID]) -> int:
    """How many mails of these organisations could not be delivered within the last week (1 query)."""
    failed = Effect.objects.filter(organisation_id__in=list(organisation_ids), state=Effect.State.FAILED)
    return failed.filter(done_at__gt=now() - LATELY).count()


def kept_mail(effect: Effect) -> Kept | None:
    """The kept copy of a mail, or None where there is none (0 queries, 1 file)."""
    return read_kept(kept_path(effect.organisation_id, effect.id), effect.created_at)


def read_kept(path: Path, written_at: datetime) -> Kept | None:
    """A mail that is kept in a file and was written then, or None where there is none (0 queries, 1 file)."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    mail = message_from_bytes(content, policy=default)
    plain = mail.get_body(("plain",))
    return Kept(
        to=str(mail["To"]),
        sender=str(mail["From"]),
        subject=str(mail["Subject"]),
        written_at=written_at,
        text=plain.get_content() if isinstance(plain, EmailMessage) else "",
        attachments=[part.get_filename("") for part in mail.iter_attachments()],
    )


def mails_to(organisation_id: UUID, *addresses: str) -> QuerySet[Effect]:
    """The mails of an organisation to these addresses of somebody, the latest first; lazy, 1 query."""
    return mails_of([organisation_id]).filter(mailbox__in=[mailbox_hash(address) for address in addresses])


def delivered(kind: str, subjects: Iterable[UUID]) -> dict[UUID, datetime]:
    """When the mail of a kind about each of these rows was handed over, where it was (1 query)."""
    done = Effect.objects.filter(kind=kind, subject__in=list(subjects), state=Effect.State.DONE)
    return {subject: at for subject, at in done.values_list("subject", "done_at") if at}
