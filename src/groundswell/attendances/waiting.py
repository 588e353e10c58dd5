"""Giving out free places to those who wait for one."""

from collections import Counter
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.operations import locked_events
from groundswell.attendances.totals import Deltas
from groundswell.events.models import Status
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

AT_ONCE = 100


def move_up() -> int:
    """Give the free places of every event to those who wait, and tell them; returns how many moved up.

    Whatever made room (a cancellation, somebody forgotten, a larger room), this finds it. Queries: 1, and for each
    event with room 9.
    """
    open_ones = Tally.objects.filter(event__status=Status.PUBLISHED, event__closes_at__gt=now(), frozen_at=None)
    room = Q(event__capacity=None) | Q(event__capacity__gt=F("confirmed") + F("guests"))
    with_room = open_ones.filter(room, waiting__gt=0)
    return sum(_move_up(event) for event in with_room.values_list("event_id", flat=True))


@transaction.atomic
def _move_up(event_id: UUID) -> int:
    """In the order in which they came; who brings too many for the room lets others pass, and stays first."""
    event = locked_events([event_id])[event_id]
    tally = Tally.objects.get(event_id=event_id)
    free = tally.waiting if event.capacity is None else event.capacity - tally.confirmed - tally.guests
    waiting = Attendance.objects.select_related("person").filter(event_id=event_id, waiting_since__isnull=False)
    deltas, moved = Deltas(), list[Attendance]()
    # Those whom the room is too small for are left out here: so many of them could stand before all others.
    for attendance in waiting.filter(guests__lt=free).order_by("waiting_since", "id")[:AT_ONCE]:
        if 1 + attendance.guests <= free:
            free -= 1 + attendance.guests
            deltas.leave(attendance)
            attendance.waiting_since = None
            deltas.enter(attendance)
            moved.append(attendance)
    if not moved:
        return 0
    Attendance.objects.bulk_update(moved, ["waiting_since"])
    deltas.store()
    outbox.enqueue(_told(attendance) for attendance in moved)
    for organisation, people in Counter(attendance.organisation_id for attendance in moved).items():
        # Each one's ledger tells of its own people: how many of another's moved is not for it to know.
        record(
            organisation_id=organisation,
            actor=None,
            verb="attendances.move_up",
            object_id=event_id,
            moved=people,
        )
    touch(f"event:{event_id}:count")
    return len(moved)


def _told(attendance: Attendance) -> outbox.Draft:
    return outbox.Draft(
        kind="attendances.moved_up",
        organisation_id=attendance.organisation_id,
        subject=attendance.id,
        email=attendance.person.email,
        due_at=now(),
    )
