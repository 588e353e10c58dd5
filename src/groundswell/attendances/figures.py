"""How answers came in: over time, from where, and through whose link. Figures only, no names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import TruncDate

from groundswell.attendances.models import HAS_PLACE, Attendance
from groundswell.blocs.models import Caller
from groundswell.events.models import CoHost, Event
from groundswell.groups.models import Group

PEOPLE = Sum(F("guests") + 1)


@dataclass(frozen=True)
class Curve:
    """How many were coming by the end of each day, from the first answer on."""

    days: Sequence[date]
    people: Sequence[int]


def curves(event_ids: Sequence[UUID]) -> dict[UUID, Curve]:
    """The curve of each event that anybody has answered, by the days of their answers in UTC (1 query).

    Of its host's people only, as everything here.
    """
    own = Attendance.objects.filter(HAS_PLACE, event_id__in=event_ids, organisation_id=F("event__organisation_id"))
    coming = own.annotate(day=TruncDate("created_at"))
    rows = coming.order_by().values_list("event_id", "day").annotate(people=PEOPLE)
    by_event: dict[UUID, Counter[date]] = {}
    for event, day, people in rows:
        by_event.setdefault(event, Counter())[day] += people
    return {event: _curve(days) for event, days in by_event.items()}


def _curve(days: Counter[date]) -> Curve:
    first, last = min(days), max(days)
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return Curve(every, list(accumulate(days[day] for day in every)))


def by_area(event: Event) -> dict[str, int]:
    """How many come from each postcode sector, the most first; who named none is under the empty one (1 query)."""
    return _ranked(event, "person__sector")


def by_link(event: Event, organisation_id: UUID | None = None) -> dict[str, int]:
    """How many came through each link, the most first; those without one are under the empty one (1 query).

    Of the organisation's people, where it is not the host but holds the event with it.
    """
    return _ranked(event, "via", organisation_id)


def by_group(event: Event, organisation_id: UUID | None = None) -> dict[str, int]:
    """How many come by each of an organisation's groups, the most first (3 queries at most).

    With a bloc, by the group that calls to it for the organisation; else by the one that holds the event for it.
    """
    whose = organisation_id or event.organisation_id
    found = _ranked(event, "bloc", whose)
    callers = Caller.objects.filter(organisation_id=whose, bloc_id__in=[bloc for bloc in found if bloc])
    names = dict(callers.values_list("bloc_id", "group__name")) if any(found) else {}
    holds = _holds(event, whose)
    groups: Counter[str] = Counter()
    for bloc, people in found.items():
        groups[names.get(bloc, holds)] += people
    return dict(sorted(groups.items(), key=lambda row: (-row[1], row[0])))


def _holds(event: Event, organisation_id: UUID) -> str:
    """What the group is called that holds an event for an organisation, or the one at its top (2 queries)."""
    if organisation_id == event.organisation_id:
        return event.group.name
    cohost = CoHost.objects.filter(event=event, organisation_id=organisation_id).select_related("group").first()
    if cohost is not None and cohost.group is not None:
        return cohost.group.name
    return Group.objects.values_list("name", flat=True).get(organisation_id=organisation_id, parent=None)


def _ranked(event: Event, by: str, organisation_id: UUID | None = None) -> dict[Any, int]:
    whose = organisation_id or event.organisation_id
    coming = Attendance.objects.filter(HAS_PLACE, event=event, organisation_id=whose).order_by()
    rows = coming.values_list(by).annotate(people=PEOPLE)
    return dict(sorted(rows, key=lambda row: (-row[1], str(row[0]))))
