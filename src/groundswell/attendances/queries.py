"""Reading attendances."""

from uuid import UUID

from django.db.models import QuerySet

from groundswell.attendances.models import Attendance, Tally
from groundswell.events.models import Event


def coming(event_id: UUID) -> int:
    """How many people are coming by confirmed answers, guests included: the public count (1 query)."""
    tally = Tally.objects.filter(event_id=event_id).first()
    return tally.confirmed + tally.guests if tally else 0


def coming_to(event_ids: list[UUID]) -> dict[UUID, int]:
    """The public count of each event (1 query); events that nobody answered are left out."""
    tallies = Tally.objects.filter(event_id__in=event_ids)
    return {tally.event_id: tally.confirmed + tally.guests for tally in tallies}


def tallies_of(event_ids: list[UUID]) -> dict[UUID, Tally]:
    """The totals of each event (1 query); events that nobody answered are left out."""
    return {tally.event_id: tally for tally in Tally.objects.filter(event_id__in=event_ids)}


def tally_of(event_id: UUID) -> Tally:
    """An event's totals, all 0 where nobody answered yet (1 query)."""
    return Tally.objects.filter(event_id=event_id).first() or Tally(event_id=event_id)


def attendances_of(event: Event) -> QuerySet[Attendance]:
    """The answers to an event that the actor was let to, with their people, the latest first; lazy, 1 query."""
    return Attendance.objects.select_related("person").filter(event=event).order_by("-id")


def confirmed_answers(event: Event) -> QuerySet[Attendance]:
    """Who is coming, with their people, the latest answer first; lazy, 1 query."""
    return attendances_of(event).filter(status=Attendance.Status.ACCEPTED, confirmed_at__isnull=False)


def unconfirmed_answers(event: Event) -> QuerySet[Attendance]:
    """Answers that nobody confirmed yet, with their people, the latest first; lazy, 1 query."""
    return attendances_of(event).filter(status=Attendance.Status.ACCEPTED, confirmed_at=None)


def standing(organisation_id: UUID, attendance_id: UUID) -> Attendance | None:
    """An answer with its person and event, for whoever holds a link to it; None if it is gone (1 query)."""
    related = ("person", "event__organisation", "event__group")
    return (
        Attendance.objects.select_related(*related)
        .filter(organisation_id=organisation_id, id=attendance_id)
        .first()
    )
