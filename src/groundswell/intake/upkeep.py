"""Keeping the journal short: what people typed goes within a day, the rest within a month."""

from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from django.db.models import F

from groundswell.intake.models import Entry, Floor, Position, SetAside, Touch
from groundswell.intake.touches import id_at
from groundswell.kit.clock import now

PAYLOADS_STAY = timedelta(hours=1)
ENTRIES_STAY = timedelta(days=30)
TOUCHES_STAY = timedelta(hours=1)
SLICE = 1000


def blank_old_payloads() -> int:
    """Blank the payloads of settled entries that are older than an hour; returns how many.

    In slices, since on SQLite no answer can be written down while one is being blanked. Queries: 1, and for each
    writer 1, and 3 for each slice of up to a thousand entries.
    """
    before = now() - PAYLOADS_STAY
    return sum(_blank_writer(floor, before) for floor in Floor.objects.filter(blanked__lt=F("sequence")))


def _blank_writer(floor: Floor, before: datetime) -> int:
    blanked = 0
    while (last := _end_of_slice(floor.writer, floor.blanked, floor.sequence, before)) is not None:
        part = Entry.objects.filter(writer=floor.writer, sequence__gt=floor.blanked, sequence__lte=last)
        blanked += part.exclude(payload=b"", via="").update(payload=b"", via="")
        floor.blanked = last
        Floor.objects.filter(writer=floor.writer).update(blanked=last)
    return blanked


def _end_of_slice(writer: UUID, after: int, until: int, before: datetime) -> int | None:
    """The number of the last entry in the next slice of a writer's old entries, None where there is none."""
    following = Entry.objects.filter(writer=writer, sequence__gt=after, sequence__lte=until)
    # A writer's entries were received in their order, but for moments.
    found = list(following.order_by("sequence").values_list("sequence", "received_at")[:SLICE])
    old = [sequence for sequence, received_at in takewhile(lambda entry: entry[1] < before, found)]
    return old[-1] if old else None


def blank_settled_payloads(organisation_id: UUID) -> int:
    """Blank what is settled of one organisation, at once: somebody was forgotten (2 queries, 1 for each writer).

    By its own position, since the floor rises only after the batch in which the forgetting stands.
    """
    blanked = dict(Floor.objects.values_list("writer", "blanked"))
    return sum(
        Entry.objects.filter(
            organisation_id=organisation_id,
            writer=position.writer,
            sequence__gt=blanked.get(position.writer, 0),
            sequence__lte=position.sequence,
        )
        .exclude(payload=b"", via="")
        .update(payload=b"", via="")
        for position in Position.objects.filter(organisation_id=organisation_id)
        if position.sequence > blanked.get(position.writer, 0)
    )


def delete_old_entries() -> int:
    """Delete blanked entries and set-aside notes older than a month; their numbers are never used again.

    Writers that are gone go as well. Queries: 5, and for each writer 1, and 2 for each slice.
    """
    before = now() - ENTRIES_STAY
    deleted = sum(_delete_of_writer(floor, before) for floor in Floor.objects.all())
    forget_writers(before)
    return deleted + SetAside.objects.filter(at__lt=before).delete()[0]


def _delete_of_writer(floor: Floor, before: datetime) -> int:
    deleted = 0
    while (last := _end_of_slice(floor.writer, 0, floor.blanked, before)) is not None:
        deleted += Entry.objects.filter(writer=floor.writer, sequence__lte=last).delete()[0]
    return deleted


def forget_writers(before: datetime) -> int:
    """Delete how far writers got that began before that time and have no entries left; returns how many.

    One that still lives goes on with higher numbers, from which settling would begin again (4 queries).
    """
    old = list(Floor.objects.filter(writer__lt=id_at(before.timestamp())).values_list("writer", flat=True))
    there = set(Entry.objects.filter(writer__in=old).values_list("writer", flat=True).distinct())
    gone = [writer for writer in old if writer not in there]
    Position.objects.filter(writer__in=gone).delete()
    return Floor.objects.filter(writer__in=gone).delete()[0]


def delete_old_touches() -> int:
    """Delete touches that every front has seen long ago (1 query)."""
    return Touch.objects.filter(id__lt=id_at((now() - TOUCHES_STAY).timestamp())).delete()[0]
