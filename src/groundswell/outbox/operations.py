"""Deciding that a mail goes out, in the transaction that gives the reason for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language

from groundswell.kit.bulk import insert
from groundswell.kit.clock import now
from groundswell.kit.crypto import keyed_hash
from groundswell.kit.ids import uuid7
from groundswell.kit.text import inbox_key
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import delete_kept

INSTALLATION = UUID(int=0)
"""Stands for no organisation: mail to those who work here, which no organisation's outbox shows."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One mail to be: which renderer, about which row, to which mailbox, not before when.

    ``address`` is stored only for a mail about something that leaves no row (a refused answer), until it is sent.
    ``language`` is the one its reader used, where no row of theirs says it.
    """

    kind: str
    organisation_id: UUID
    subject: UUID
    email: str
    due_at: datetime
    address: str = ""
    language: str = ""
    about: UUID | None = None


_WRITTEN = (
    *("organisation_id", "id", "kind", "subject", "about", "mailbox", "address", "language"),
    *("due_at", "state", "attempts", "note", "created_at"),
)


def enqueue(drafts: Iterable[Draft]) -> None:
    """Put mails into the outbox, in the caller's transaction (1 query for any number)."""
    written_at = now()
    rows = [
        (
            draft.organisation_id,
            uuid7(),
            draft.kind,
            draft.subject,
            draft.about,
            mailbox_hash(draft.email),
            draft.address,
            draft.language,
            draft.due_at,
            Effect.State.WAITING.value,
            0,
            "",
            written_at,
        )
        for draft in drafts
    ]
    insert(Effect, _WRITTEN, rows)


def write_to(emails: Iterable[str], *, kind: str, subject: UUID) -> None:
    """Write to these who work here, in the language of this moment, in the caller's transaction (1 query).

    It is mail of no organisation: no outbox at a desk shows who they are.
    """
    enqueue(
        Draft(
            kind=kind,
            organisation_id=INSTALLATION,
            subject=subject,
            email=email,
            address=email,
            language=get_language() or "",
            due_at=now(),
        )
        for email in emails
    )


def delete_older(organisation_id: UUID, before: datetime) -> int:
    """Delete mails written before that time, with their kept copies; returns how many (2 queries)."""
    old = Effect.objects.filter(organisation_id=organisation_id, created_at__lt=before)
    ids = list(old.values_list("id", flat=True))
    Effect.objects.filter(organisation_id=organisation_id, id__in=ids).delete()
    for mail in ids:
        delete_kept(organisation_id, mail)
    return len(ids)


def mailbox_hash(email: str) -> str:
    """The keyed hash by which a mailbox's share of mail is counted, whichever way its address is written."""
    return keyed_hash(settings.SECRETS.mailboxes, inbox_key(email))


def forget(organisation_id: UUID, *, subjects: Iterable[UUID] = (), emails: Iterable[str] = ()) -> list[UUID]:
    """Delete one organisation's mails about these rows or to these mailboxes.

    Returns their ids, whose kept copies must go as well (2 queries).
    """
    mailboxes = [mailbox_hash(email) for email in emails]
    about = Effect.objects.filter(organisation_id=organisation_id).filter(
        Q(subject__in=list(subjects)) | Q(mailbox__in=mailboxes)
    )
    ids = list(about.values_list("id", flat=True))
    about.delete()
    return ids
