"""What time does to attendances: one reminder, then they go; a month after the event they all go."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from groundswell.attendances.erasing import clean_up, erase, withdraw
from groundswell.attendances.figures import keep
from groundswell.attendances.models import Attendance, Counted, Response, Tally
from groundswell.attendances.operations import locked_attendances
from groundswell.attendances.snapshots import conclude
from groundswell.events.models import Question, Status
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.people.queries import keep_in_touch

REMIND_AFTER = timedelta(hours=24)
UNCONFIRMED_STAY = timedelta(hours=48)
ATTENDANCES_STAY = timedelta(days=30)
NEEDS_STAY = timedelta(days=7)
CHECKED_OFF_STAY = timedelta(hours=72)
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
            event__status=Status.PUBLISHED,
        )
        .exclude(status=Attendance.Status.DECLINED)[:AT_ONCE]
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
    """Fix the totals of events whose time is past: what is forgotten later leaves them as they are.

    How people came is kept with them. Queries: 1, and for each event 6, 6 more for each organisation that brought
    people to it, and 11 more where it was held together.
    """
    called_off = Q(event__status=Status.CANCELLED, event__closes_at__lte=now())
    ended = Tally.objects.filter(Q(event__status=Status.OVER) | called_off, frozen_at=None)
    return sum(_freeze(tally) for tally in list(ended.select_related("event__group")))


@transaction.atomic
def _freeze(tally: Tally) -> int:
    Tally.objects.select_for_update().get(pk=tally.pk)
    keep(tally.event)
    if tally.together:
        conclude(tally.event_id)
        return 1
    return Tally.objects.filter(pk=tally.pk).update(frozen_at=now())


def erase_after_events() -> int:
    """Erase the answers to events that ended a month ago, and people who asked for nothing more."""
    return _erase_each_organisation(Q(event__closes_at__lte=now() - ATTENDANCES_STAY), "attendances.purge")


def forget_needs() -> int:
    """Delete what people need, a week after the event (2 queries)."""
    old = Attendance.objects.filter(event__closes_at__lte=now() - NEEDS_STAY).exclude(needs="")
    ids = list(old.values_list("id", flat=True)[:AT_ONCE])
    return Attendance.objects.filter(id__in=ids).update(needs="")


def forget_responses() -> int:
    """Delete the answers to an event's own questions when their time is over (1 query, and 2 for each term)."""
    terms = list(Question.objects.filter(responses__isnull=False).values_list("days", flat=True).distinct())
    return sum(_forget_responses(days) for days in terms)


def _forget_responses(days: int) -> int:
    over = Response.objects.filter(
        question__days=days, attendance__event__closes_at__lte=now() - timedelta(days=days)
    )
    ids = list(over.values_list("id", flat=True)[:AT_ONCE])
    Response.objects.filter(id__in=ids).delete()
    return len(ids)


def count_who_came() -> int:
    """Turn the names on a door list into a figure, 72 hours after the event (1 query, and 4 for each event)."""
    return sum(_count_who_came(event) for event in list(ended_door_lists()[:50]))


def ended_door_lists() -> QuerySet[Attendance, UUID]:
    """The events whose door list is to become a figure; lazy, 1 query, that reads those on such lists only."""
    # From who was checked off to the event: the other way round reads everybody who ever answered.
    listed = Attendance.objects.filter(attended__isnull=False, event__closes_at__lte=now() - CHECKED_OFF_STAY)
    return listed.order_by().values_list("event_id", flat=True).distinct()


@transaction.atomic
def _count_who_came(event_id: UUID) -> int:
    Tally.objects.select_for_update().filter(event_id=event_id).first()
    listed = Attendance.objects.filter(event_id=event_id, attended__isnull=False)
    guests = list(listed.filter(attended=True).values_list("guests", flat=True))
    Tally.objects.filter(event_id=event_id).update(came=F("came") + sum(1 + each for each in guests))
    return listed.update(attended=None)


def forget_codes() -> int:
    """Delete the codes of those who were only counted, 30 days after the event; the figure stays (2 queries)."""
    old = Counted.objects.filter(event__closes_at__lte=now() - ATTENDANCES_STAY)
    ids = list(old.values_list("id", flat=True)[:AT_ONCE])
    Counted.objects.filter(id__in=ids).delete()
    return len(ids)


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
