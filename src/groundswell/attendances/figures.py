"""How answers came in: over time, from where, and through whose link. Figures only, no names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import TruncDate

from groundswell.attendances.models import HAS_PLACE, Attendance, Figure
from groundswell.blocs.models import Caller
from groundswell.events.models import CoHost, Event, Status
from groundswell.groups.models import Group

FROM = 5
"""How many have to come by a link, a group or from an area for a figure of their own."""

PEOPLE = Sum(F("guests") + 1)


@dataclass(frozen=True)
class Curve:
    """How many were coming by the end of each day, from the first answer on."""

    days: Sequence[date]
    people: Sequence[int]


def curves(event_ids: Sequence[UUID]) -> dict[UUID, Curve]:
    """The curve of each event that anybody has answered, by the days of their answers in UTC (2 queries).

    Of its host's people only, as everything here. Of an event whose totals are fixed it is what was kept.
    """
    kept = Figure.objects.filter(
        event_id__in=event_ids, organisation_id=F("event__organisation_id"), by=Figure.By.DAY
    )
    by_event: dict[UUID, Counter[date]] = {}
    for event, name, people in kept.values_list("event_id", "name", "people"):
        by_event.setdefault(event, Counter())[date.fromisoformat(name)] += people
    by_event.update(_days([event for event in event_ids if event not in by_event]))
    return {event: _curve(days) for event, days in by_event.items()}


def _days(event_ids: Sequence[UUID]) -> dict[UUID, Counter[date]]:
    own = Attendance.objects.filter(HAS_PLACE, event_id__in=event_ids, organisation_id=F("event__organisation_id"))
    coming = own.annotate(day=TruncDate("created_at"))
    rows = coming.order_by().values_list("event_id", "day").annotate(people=PEOPLE)
    by_event: dict[UUID, Counter[date]] = {}
    for event, day, people in rows:
        by_event.setdefault(event, Counter())[day] += people
    return by_event


def _curve(days: Counter[date]) -> Curve:
    first, last = min(days), max(days)
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return Curve(every, list(accumulate(days[day] for day in every)))


def by_area(event: Event) -> dict[str, int]:
    """How many come from each postcode sector, the most first; who named none is under the empty one (1 query).

    As all below: of an event that is over it is what was kept, with few under the empty one (1 query, or 2).
    """
    kept = _kept(event, event.organisation_id, Figure.By.AREA)
    return _ranked(event, "person__sector") if kept is None else kept


def by_link(event: Event, organisation_id: UUID | None = None) -> dict[str, int]:
    """How many came through each link, the most first; those without one are under the empty one (1 query).

    Of the organisation's people, where it is not the host but holds the event with it.
    """
    kept = _kept(event, organisation_id or event.organisation_id, Figure.By.LINK)
    return _ranked(event, "via", organisation_id) if kept is None else kept


def by_group(event: Event, organisation_id: UUID | None = None) -> dict[str, int]:
    """How many come by each of an organisation's groups, the most first (3 queries at most).

    With a bloc, by the group that calls to it for the organisation; else by the one that holds the event for it.
    """
    whose = organisation_id or event.organisation_id
    kept = _kept(event, whose, Figure.By.GROUP)
    if kept is not None:
        return {name: people for name, people in kept.items() if name}
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


def _kept(event: Event, organisation_id: UUID, by: str) -> dict[str, int] | None:
    """What was kept when the totals were fixed; None where they are not (0 queries, or 1)."""
    if event.status not in {Status.OVER, Status.CANCELLED}:
        return None
    rows = Figure.objects.filter(event=event, organisation_id=organisation_id, by=by).order_by("-people", "name")
    return dict(rows.values_list("name", "people")) or None


def keep(event: Event) -> None:
    """Keep how each organisation's people came, before any of them is forgotten (3 queries, 6 for each)."""
    days = _days([event.id]).get(event.id, Counter())
    kept = [_figure(event, event.organisation_id, Figure.By.DAY, day.isoformat(), days[day]) for day in days]
    there = Attendance.objects.filter(HAS_PLACE, event=event).order_by()
    for whose in there.values_list("organisation_id", flat=True).distinct():
        for by, found in (
            (Figure.By.LINK, by_link(event, whose)),
            (Figure.By.AREA, _ranked(event, "person__sector", whose)),
            (Figure.By.GROUP, by_group(event, whose)),
        ):
            kept += [_figure(event, whose, by, name, people) for name, people in _enough(found).items()]
    Figure.objects.bulk_create(kept, ignore_conflicts=True)


def _figure(event: Event, organisation_id: UUID, by: str, name: str, people: int) -> Figure:
    return Figure(event=event, organisation_id=organisation_id, by=by, name=name, people=people)


def _enough(found: Mapping[str, int]) -> dict[str, int]:
    """The figures from five on; all others are one, without a name, which is there even where it is 0."""
    named = {name: people for name, people in found.items() if name and people >= FROM}
    return {**named, "": sum(found.values()) - sum(named.values())}
