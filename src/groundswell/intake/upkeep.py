"""Keeping the journal short: what people typed goes within a day, the rest within a month."""

from datetime import timedelta
from uuid import UUID

from groundswell.intake.models import Entry, Floor, Position, SetAside, Touch
from groundswell.intake.touches import id_at
from groundswell.kit.clock import now

PAYLOADS_STAY = timedelta(hours=1)
ENTRIES_STAY = timedelta(days=30)
TOUCHES_STAY = timedelta(hours=1)


def blank_old_payloads() -> int:
    """Blank the payloads of entries that were settled and are older than an hour (a query for each writer)."""
    before = now() - PAYLOADS_STAY
    return sum(
        Entry.objects.filter(writer=floor.writer, sequence__lte=floor.sequence, received_at__lt=before)
        .exclude(payload=b"")
        .update(payload=b"", via="")
        for floor in Floor.objects.all()
    )


def blank_settled_payloads(organisation_id: UUID) -> int:
    """Blank what is settled of one organisation, at once: somebody was forgotten (a query for each writer).

    By its own position, since the floor rises only after the batch in which the forgetting stands.
    """
    return sum(
        Entry.objects.filter(
            organisation_id=organisation_id, writer=position.writer, sequence__lte=position.sequence
        )
        .exclude(payload=b"")
        .update(payload=b"", via="")
        for position in Position.objects.filter(organisation_id=organisation_id)
    )


def delete_old_entries() -> int:
    """Delete settled entries and set-aside notes older than a month; their numbers are never used again."""
    before = now() - ENTRIES_STAY
    deleted = 0
    for floor in Floor.objects.all():
        old = Entry.objects.filter(writer=floor.writer, sequence__lte=floor.sequence, received_at__lt=before)
        deleted += old.delete()[0]
    return deleted + SetAside.objects.filter(at__lt=before).delete()[0]


def delete_old_touches() -> int:
    """Delete touches that every front has seen long ago (1 query)."""
    return Touch.objects.filter(id__lt=id_at((now() - TOUCHES_STAY).timestamp())).delete()[0]
