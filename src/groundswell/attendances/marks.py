"""Counting once whoever answered on several organisations' pages of an event, without joining their lists.

A mark is a keyed hash of a confirmed mailbox, under a key that only this event has and that is deleted after it.
No other module reads keys or marks, and all that leaves this one is a number.
"""

import hmac
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Sum

from groundswell.attendances.models import HAS_PLACE, Attendance, EventKey, Mark, Tally

AT_ONCE = 2000
MOST_BY_ONE = 9
"""As how many people one answer counts at most in what others see: none is worth a whole step of ten."""


class Marked(NamedTuple):
    """Whose mark it is: a mailbox, on one organisation's page of an event."""

    event_id: UUID
    organisation_id: UUID
    email_key: str


def worth(guests: int) -> int:
    """As how many people an answer with so many guests counts in what others see."""
    return min(1 + guests, MOST_BY_ONE)


def follow(changes: Mapping[Marked, int]) -> None:
    """Let marks follow answers, under the lock of their events' totals: each counts for so many people, or none.

    An event without a key, as one that is over, has no marks. Queries: none, or 2 and 1 for each event.
    """
    if not changes:
        return
    keys = dict(
        EventKey.objects.filter(event_id__in={one.event_id for one in changes}).values_list("event_id", "key")
    )
    by_side: defaultdict[tuple[UUID, UUID], dict[str, int]] = defaultdict(dict)
    for one, people in changes.items():
        if one.event_id in keys:
            digest = _digest(keys[one.event_id], one.email_key)
            by_side[one.event_id, one.organisation_id][digest] = people
    for (event, organisation), marks in by_side.items():
        Mark.objects.filter(event_id=event, organisation_id=organisation, digest__in=list(marks)).delete()
    Mark.objects.bulk_create(
        Mark(event_id=event, organisation_id=organisation, digest=digest, people=people)
        for (event, organisation), marks in by_side.items()
        for digest, people in marks.items()
        if people
    )


def _digest(key: str, email_key: str) -> str:
    return hmac.digest(bytes.fromhex(key), email_key.encode(), "sha256")[:16].hex()


def mark_those_there() -> int:
    """Give events that are held together a key, and mark who had answered before they had one, some at a time.

    So a key that was lost is replaced, and everybody marked anew. Returns how many events it went on with.
    Queries: 1, and 8 for each.
    """
    waiting = Tally.objects.filter(together=True, frozen_at=None).exclude(event__counting_key__complete=True)
    return sum(_mark_some(event) for event in list(waiting.values_list("event_id", flat=True)[:20]))


@transaction.atomic
def _mark_some(event_id: UUID) -> int:
    tally = Tally.objects.select_for_update().get(event_id=event_id)
    key = EventKey.objects.filter(event_id=event_id).first()
    if key is None and _forget_some(event_id):
        # What was made under a key that is lost would count the same mailbox once more.
        return 1
    key = key or _new_key(tally)
    there = Attendance.objects.filter(HAS_PLACE, event_id=event_id).order_by("id")
    unmarked = there.filter(id__gt=key.after) if key.after else there
    rows = list(unmarked.values_list("id", "organisation_id", "person__email_key", "guests")[:AT_ONCE])
    Mark.objects.bulk_create(_marks(key, [row[1:] for row in rows]), ignore_conflicts=True)
    key.after, key.complete = rows[-1][0] if rows else key.after, len(rows) < AT_ONCE
    key.save(update_fields=["after", "complete"])
    return 1


def _new_key(tally: Tally) -> EventKey:
    return EventKey.objects.create(
        event_id=tally.event_id, organisation_id=tally.organisation_id, key=secrets.token_hex(32)
    )


def _marks(key: EventKey, rows: Iterable[tuple[UUID, str, int]]) -> Iterable[Mark]:
    return (
        Mark(
            event_id=key.event_id,
            organisation_id=organisation,
            digest=_digest(key.key, email_key),
            people=worth(guests),
        )
        for organisation, email_key, guests in rows
    )


def union_of(event_id: UUID) -> int | None:
    """How many people are coming, nobody counted twice; exact, so never to be shown (2 queries).

    Each mailbox counts once, with the most guests that it named on any page. None while not everybody is marked.
    """
    if not EventKey.objects.filter(event_id=event_id, complete=True).exists():
        return None
    once = Mark.objects.filter(event_id=event_id).values("digest").annotate(most=Max("people"))
    return once.aggregate(people=Sum("most"))["people"] or 0


def forget_key(event_id: UUID) -> None:
    """Delete an event's key: from now on no mark of it leads to anybody (1 query)."""
    EventKey.objects.filter(event_id=event_id).delete()


def forget_marks() -> int:
    """Delete the marks of events that are over, some at a time; returns of how many (1 query, 2 for each)."""
    marks = Mark.objects.filter(event_id=OuterRef("event_id"))
    over = Tally.objects.filter(Exists(marks), together=True, frozen_at__isnull=False)
    return sum(_forget_some(event) for event in list(over.values_list("event_id", flat=True)[:20]))


def _forget_some(event_id: UUID) -> int:
    marks = Mark.objects.filter(event_id=event_id)
    last = marks.order_by("digest").values_list("digest", flat=True)[AT_ONCE : AT_ONCE + 1].first()
    some = marks.filter(digest__lt=last) if last else marks
    return int(some.delete()[0] > 0)
