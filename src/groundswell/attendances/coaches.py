"""Seats on the coaches that take people to a bloc: who holds how many, and whether there are any left."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Least

from groundswell.attendances.marks import MOST_BY_ONE
from groundswell.attendances.models import Attendance, Tally
from groundswell.blocs.models import PickUp
from groundswell.kit.scope import everywhere

ACCEPTED = Attendance.Status.ACCEPTED

FEW = 10
"""With fewer seats left, a page says that they are few: figures would tell callers of each other's people."""


class Coaches:
    """The free seats on coaches, read under the locks of their events' tallies (none, or 2 queries).

    Whoever confirms holds the event's lock until their seats are written down, so no two are given the same seat.
    """

    def __init__(self, wanted: Iterable[UUID]) -> None:
        ids = set(wanted)
        rows = PickUp.objects.filter(id__in=ids).values_list("id", "bloc_id", "seats") if ids else ()
        taken = _taken(ids) if ids else {}
        self._bloc = {id: bloc for id, bloc, _seats in rows}
        self._free = {id: seats - taken.get(id, 0) for id, _bloc, seats in rows}

    def settle(self, attendance: Attendance, wanted: UUID | None) -> None:
        """Let an answer that is confirmed have seats for all who come by it, where there are so many.

        Who has seats on this coach already, and no room for more guests, keeps those they have. A maybe holds
        none; who waits for a place at the event holds theirs meanwhile.
        """
        before = attendance.seats if wanted and attendance.pick_up_id == wanted else 0
        self._give_back(attendance)
        if wanted not in self._bloc or self._bloc[wanted] != attendance.bloc_id or attendance.status != ACCEPTED:
            return
        people, free = 1 + attendance.guests, self._free[wanted]
        seats = people if people <= free else min(before, people)
        if seats:
            attendance.pick_up_id, attendance.seats = wanted, seats
            self._free[wanted] -= seats

    def give_again(self, attendance: Attendance) -> None:
        """Let an answer have the seats that it had before, where they are still free; else it has none."""
        coach = attendance.pick_up_id
        if coach is not None and self._free.get(coach, 0) >= attendance.seats:
            self._free[coach] -= attendance.seats
        else:
            attendance.pick_up_id, attendance.seats = None, 0

    def _give_back(self, attendance: Attendance) -> None:
        if attendance.pick_up_id in self._free:
            self._free[attendance.pick_up_id] += attendance.seats
        attendance.pick_up_id, attendance.seats = None, 0


def _taken(ids: Collection[UUID]) -> dict[UUID, int]:
    rows = Attendance.objects.filter(pick_up_id__in=ids).order_by("pick_up_id")
    return dict(rows.values_list("pick_up_id").annotate(Sum("seats")))


def left_of(pick_ups: Collection[PickUp]) -> dict[UUID, int]:
    """How many seats pages may say are free on each of these coaches of a bloc (none, or 2 queries).

    Where other organisations bring people to its event, by the rounded figures of the last snapshot: else the one
    that may change the seats would find out by trying how many the others hold, and to all others the seat after
    which few are left would show whoever took it. None is below 0.
    """
    taken = _taken_as_shown(pick_ups) if pick_ups else {}
    return {one.id: max(one.seats - taken.get(one.id, 0), 0) for one in pick_ups}


def _taken_as_shown(pick_ups: Collection[PickUp]) -> dict[UUID, int]:
    blocs = {one.bloc_id for one in pick_ups}
    if Tally.objects.filter(event__blocs__in=blocs, together=True).exists():
        return {one.id: one.taken for one in pick_ups}
    with everywhere("all organisations' people sit on one coach; only how many seats are left"):
        return _taken([one.id for one in pick_ups])


def show_taken(event_id: UUID) -> None:
    """Fix for the next hour how many seats of an event's coaches are said to be taken (1 query, or 3).

    As with blocs, each organisation's are rounded down, and one answer counts for nine at most.
    """
    seats = Attendance.objects.filter(pick_up__bloc__event=event_id).order_by()
    whose = seats.values_list("pick_up_id", "organisation_id").annotate(taken=Sum(Least("seats", MOST_BY_ONE)))
    shown: Counter[UUID] = Counter()
    for pick_up, _organisation, taken in whose:
        shown[pick_up] += taken - taken % 10
    changed = [one for one in PickUp.objects.filter(bloc__event=event_id) if one.taken != shown[one.id]]
    for one in changed:
        one.taken = shown[one.id]
    if changed:
        PickUp.objects.bulk_update(changed, ["taken"])


@dataclass(frozen=True)
class Passenger:
    """Somebody who comes by a coach, for how many they hold seats, and whose people they are among."""

    name: str
    seats: int
    organisation_id: UUID


def passengers_of(pick_ups: Collection[PickUp], organisation_ids: Collection[UUID]) -> dict[UUID, list[Passenger]]:
    """These organisations' own people on each of the coaches, by name (1 query)."""
    rows = Attendance.objects.filter(
        pick_up_id__in=[one.id for one in pick_ups], organisation_id__in=list(organisation_ids)
    ).order_by("person__name", "id")
    found: dict[UUID, list[Passenger]] = {one.id: [] for one in pick_ups}
    for pick_up, name, seats, whose in rows.values_list("pick_up_id", "person__name", "seats", "organisation_id"):
        found[pick_up].append(Passenger(name, seats, whose))
    return found
