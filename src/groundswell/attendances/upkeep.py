"""What time does to attendances: one reminder, then they go; a month after the event they all go."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from groundswell.attendances.erasing import clean_up, erase, withdraw
from groundswell.attendances.models import Attendance, Tally
from groundswell.attendances.operations import locked_attendances
from groundswell.events.models import Status
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.people.queries import keep_in_touch

REMIND_AFTER = timedelta(hours=24)
UNCONFIRMED_STAY = timedelta(hours=48)
ATTENDANCES_STAY = timedelta(days=30)
AT_ONCE = 250


@transaction.atomic
def remind_unconfirmed() -> int:
    """Remind people once, a day after their answer, while the event takes answers (3 queries)."""
    waiting = list(
        Attendance.objects.select_related("person")
        .select_for_update(of=("self",), skip_locked=True)
        .filter(
            confirmed_at=None,
            reminded_at=None,
            mailed_at__lte=now() - REMIND_AFTER,
            mailed_at__gt=now() - UNCONFIRMED_STAY,
            status=Attendance.Status.ACCEPTED,
            event__status=Status.PUBLISHED,
        )[:AT_ONCE]
    )
    outbox.enqueue(_reminder(attendance) for attendance in waiting)
    Attendance.objects.filter(id__in=[attendance.id for attendance in waiting]).update(reminded_at=now())
    return len(waiting)


def _reminder(attendance: Attendance) -> outbox.Draft:
    return outbox.Draft(
        kind="attendances.reminder",
        organisation_id=attendance.organisation_id,
        subject=attendance.id,
        email=attendance.person.email,
        due_at=now(),
    )


def erase_unconfirmed() -> int:
    """Erase answers that nobody confirmed within 48 hours, and people of whom nothing else is known."""
    return _erase_each_organisation(
        Q(confirmed_at=None, mailed_at__lte=now() - UNCONFIRMED_STAY), "attendances.expire"
    )


def drop_unconfirmed_changes() -> int:
    """Drop changes to a confirmed answer that its mailbox did not confirm within 48 hours (2 queries)."""
    before = now() - UNCONFIRMED_STAY
    old = Attendance.objects.filter(confirmed_at__isnull=False, mailed_at__lte=before).exclude(pending="")
    # Read first: the search goes through all attendances, and should hold no lock while it does.
    ids = list(old.values_list("id", flat=True)[:AT_ONCE])
    return old.filter(id__in=ids).update(pending="")


def freeze_totals() -> int:
    """Fix the totals of events whose time is past: what is forgotten later leaves them as they are (1 query)."""
    called_off = Q(event__status=Status.CANCELLED, event__closes_at__lte=now())
    ended = Tally.objects.filter(Q(event__status=Status.OVER) | called_off, frozen_at=None)
    return ended.update(frozen_at=now())


def erase_after_events() -> int:
    """Erase the answers to events that ended a month ago, and people who asked for nothing more."""
    return _erase_each_organisation(Q(event__closes_at__lte=now() - ATTENDANCES_STAY), "attendances.purge")


def _erase_each_organisation(old: Q, verb: str) -> int:
    by_organisation: dict[UUID, list[UUID]] = {}
    rows = Attendance.objects.filter(old).values_list("organisation_id", "id")
    for organisation, attendance in rows[:AT_ONCE]:
        by_organisation.setdefault(organisation, []).append(attendance)
    return sum(_erase(organisation, ids, old, verb) for organisation, ids in by_organisation.items())


@transaction.atomic
def _erase(organisation_id: UUID, ids: list[UUID], old: Q, verb: str) -> int:
    # Asked once more under the lock: it may have been confirmed, or answered anew, in between.
    locked = locked_attendances(organisation_id, ids)
    still = set(Attendance.objects.filter(old, id__in=locked).values_list("id", flat=True))
    attendances = {key: attendance for key, attendance in locked.items() if key in still}
    if not attendances:
        return 0
    people = {attendance.person_id for attendance in attendances.values()}
    elsewhere = set(
        Attendance.objects.filter(person_id__in=people)
        .exclude(id__in=attendances)
        .values_list("person_id", flat=True)
    )
    last = people - elsewhere - keep_in_touch(organisation_id, people)
    stay = [attendance for attendance in attendances.values() if attendance.person_id not in last]
    erase(organisation_id, last)
    withdraw(stay)
    mails = outbox.forget(organisation_id, subjects=[attendance.id for attendance in stay])
    transaction.on_commit(lambda: clean_up(organisation_id, mails))
    Attendance.objects.filter(id__in=[attendance.id for attendance in stay]).delete()
    record(organisation_id=organisation_id, actor=None, verb=verb, attendances=len(attendances))
    return len(attendances)
