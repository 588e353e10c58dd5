"""Whom a notice is for."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from groundswell.attendances.before import HAS_JUST_READ, Before
from groundswell.attendances.models import Attendance, Notice, Shared
from groundswell.kit.clock import now

TO_MAYBES = Notice.MUST_BE_TOLD
"""What those are told as well who may come: they could stand there in vain, or in danger."""


def recipients(notice: Notice) -> QuerySet[Attendance]:
    """Whom a notice is for, with their people: who has a place or waits for one, and perhaps who may come.

    What everybody must know who set out goes to the people of every organisation that holds or held the event; a
    note and a thank you go to the host's own, and to those who allowed it to write. What is about a bloc goes to
    those of the caller's own people who joined it. A reminder that goes out by itself leaves out who has just read
    everything: who confirmed after its moment, or less than a day before that of the week's or the day's.
    """
    statuses = [Attendance.Status.ACCEPTED, *([Attendance.Status.TENTATIVE] if notice.kind in TO_MAYBES else [])]
    said_so = Attendance.objects.filter(event_id=notice.event_id, status__in=statuses, confirmed_at__isnull=False)
    if notice.kind in {Notice.Kind.REMINDER, Notice.Kind.NOTE, Notice.Kind.THANKS}:
        said_so = said_so.filter(waiting_since=None)
    if notice.before:
        said_so = said_so.filter(confirmed_at__lte=_long_since(notice))
    if notice.bloc_id is not None:
        return said_so.filter(bloc_id=notice.bloc_id, organisation_id=notice.organisation_id).select_related(
            "person"
        )
    if notice.kind in Notice.HOSTS_OWN:
        allowed = Shared.objects.filter(attendance=OuterRef("id"), organisation_id=notice.organisation_id)
        said_so = said_so.filter(Q(organisation_id=notice.organisation_id) | Exists(allowed))
    return said_so.select_related("person")


def _long_since(notice: Notice) -> datetime:
    # Without a time any more, once its copies go out: then they go on as they began.
    moment = notice.goes_at(notice.event) or now()
    return moment - HAS_JUST_READ[Before(notice.before)]
