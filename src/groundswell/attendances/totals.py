"""How the totals of events move, and who has a place. All of it under the locks of the events' tallies."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from groundswell.attendances.marks import Marked, follow, worth
from groundswell.attendances.models import Attendance, BlocTally, Part, Tally
from groundswell.blocs.models import Caller
from groundswell.events.models import CoHost, Event, Status
from groundswell.intake.touches import touch
from groundswell.kit.clock import now

ACCEPTED, TENTATIVE, DECLINED = Attendance.Status.ACCEPTED, Attendance.Status.TENTATIVE, Attendance.Status.DECLINED

AT_ONCE = 100

FIELDS = ("confirmed", "guests", "unconfirmed", "tentative", "waiting")


class InBloc(NamedTuple):
    """What an organisation brings to a bloc of an event."""

    event_id: UUID
    bloc_id: UUID
    organisation_id: UUID


@dataclass
class Deltas:
    """How the totals of each event and bloc move, by field, and for each organisation whose people they are."""

    moves: defaultdict[tuple[UUID, UUID], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    marks: dict[Marked, int] = field(default_factory=dict)
    blocs: defaultdict[InBloc, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def enter(self, attendance: Attendance, sign: int = 1) -> None:
        """Count an attendance as it stands (0 queries where its person is loaded)."""
        people = sign * (1 + attendance.guests)
        if attendance.status == DECLINED:
            return
        moves = self.moves[attendance.event_id, attendance.organisation_id]
        if attendance.confirmed_at is None:
            moves["unconfirmed"] += sign
        elif attendance.status == TENTATIVE:
            moves["tentative"] += people
        elif attendance.waiting_since is not None:
            moves["waiting"] += people
        else:
            coming = {"confirmed": sign, "guests": sign * attendance.guests}
            moves.update(coming)
            if attendance.bloc_id:
                self.blocs[InBloc(attendance.event_id, attendance.bloc_id, attendance.organisation_id)].update(
                    coming
                )
            marked = Marked(attendance.event_id, attendance.organisation_id, attendance.person.email_key)
            self.marks[marked] = worth(attendance.guests) if sign > 0 else 0

    def leave(self, attendance: Attendance) -> None:
        """Stop counting an attendance as it stands."""
        self.enter(attendance, -1)

    def store(self) -> None:
        """Move the totals; those of an event that is over stay as they were (1 query, 1 or 2 for each event).

        Where an event is held together, marks follow: 2 queries more, and 1 for each event. Where a bloc's total
        moves: 2 queries more, and 1 for each bloc.
        """
        moving = {where: moves for where, moves in sorted(self.moves.items()) if any(moves.values())}
        parts = _parts({event for event, _ in moving} | {marked.event_id for marked in self.marks})
        for (event, organisation), moves in moving.items():
            by = {name: F(name) + moves[name] for name in FIELDS}
            moved = Tally.objects.filter(event_id=event, frozen_at=None).update(**by)
            if moved and (event, organisation) in parts:
                Part.objects.filter(event_id=event, organisation_id=organisation).update(**by)
        together = {event for event, _ in parts}
        follow({marked: people for marked, people in self.marks.items() if marked.event_id in together})
        _move_blocs({where: moves for where, moves in sorted(self.blocs.items()) if any(moves.values())})


def _move_blocs(moving: Mapping[InBloc, Counter[str]]) -> None:
    if not moving:
        return
    events = Tally.objects.filter(event_id__in={where.event_id for where in moving}, frozen_at=None)
    open_events = set(events.values_list("event_id", flat=True))
    rows = [BlocTally(bloc_id=where.bloc_id, organisation_id=where.organisation_id) for where in moving]
    BlocTally.objects.bulk_create(rows, ignore_conflicts=True)
    for where, moves in moving.items():
        if where.event_id in open_events:
            BlocTally.objects.filter(bloc_id=where.bloc_id, organisation_id=where.organisation_id).update(
                confirmed=F("confirmed") + moves["confirmed"], guests=F("guests") + moves["guests"]
            )


def _parts(events: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    if not events:
        return set()
    return set(Part.objects.filter(event_id__in=events).values_list("event_id", "organisation_id"))


def open_parts(organisation_id: UUID, events: Iterable[Event]) -> None:
    """Begin to count apart what an organisation brings to other organisations' events (none, or 2 queries)."""
    elsewhere = [event.id for event in events if event.organisation_id != organisation_id]
    if elsewhere:
        parts = [Part(event_id=event, organisation_id=organisation_id) for event in elsewhere]
        Part.objects.bulk_create(parts, ignore_conflicts=True)
        _bring_together(elsewhere)


def _bring_together(event_ids: Collection[UUID]) -> None:
    # Until the first snapshot: so far all of them are the host's.
    coming = F("confirmed") + F("guests") - (F("confirmed") + F("guests")) % 10
    alone = Tally.objects.filter(event_id__in=event_ids, together=False)
    alone.update(together=True, shown=coming, taken=coming)


@transaction.atomic
def open_held() -> int:
    """Count apart what others bring to events that they hold too, or to whose blocs they call; returns how many.

    Before anybody answers on a page of theirs: else the first who does would show, by figures that turn into tens.
    Queries: 1, or 4.
    """
    holding = CoHost.objects.filter(standing=CoHost.Standing.ACCEPTED)
    calling = Caller.objects.filter(status=Caller.Status.ACCEPTED).exclude(
        organisation_id=F("bloc__event__organisation_id")
    )
    others = Q(id__in=holding.values("event_id")) | Q(id__in=calling.values("bloc__event_id"))
    alone = Event.objects.filter(others, status=Status.PUBLISHED).exclude(tally__together=True)
    found = list(alone.values_list("id", "organisation_id")[:AT_ONCE])
    if found:
        tallies = [Tally(event_id=event, organisation_id=host) for event, host in found]
        Tally.objects.bulk_create(tallies, ignore_conflicts=True)
        _bring_together([event for event, _host in found])
        touch(*(f"event:{event}:count" for event, _host in found))
    return len(found)


class Seats:
    """The free seats of events whose capacity is limited, read under their tallies' locks (1 query)."""

    def __init__(self, event_ids: Iterable[UUID]) -> None:
        waiting = Attendance.objects.filter(event_id=OuterRef("event_id"), waiting_since__isnull=False)
        last = Subquery(waiting.order_by("-waiting_since").values("waiting_since")[:1])
        limited = Tally.objects.filter(event_id__in=list(event_ids), event__capacity__isnull=False)
        self._free: dict[UUID, int] = {}
        self._queues: dict[UUID, datetime] = {}
        for event, capacity, confirmed, guests, last_came in limited.annotate(last=last).values_list(
            "event_id", "event__capacity", "confirmed", "guests", "last"
        ):
            self._free[event] = (capacity or 0) - confirmed - guests
            if last_came:
                self._queues[event] = last_came

    def settle(self, attendance: Attendance, status: str, guests: int) -> None:
        """Let a confirmed attendance say this, with a place if there is one.

        Who has a place keeps it, and where there is no room for more guests, those they had. Who has none waits
        behind those who wait already: :func:`groundswell.attendances.waiting.move_up` gives out what is free.
        """
        before = attendance.guests if attendance.has_place else None
        self._give_back(attendance)
        attendance.status, attendance.guests = status, guests
        if status != ACCEPTED or attendance.event_id not in self._free:
            attendance.waiting_since = None
            return
        free = self._free[attendance.event_id]
        if before is not None:
            attendance.guests = guests if guests <= before or 1 + guests <= free else before
        elif attendance.event_id in self._queues or 1 + guests > free:
            attendance.waiting_since = attendance.waiting_since or self._behind_all(attendance.event_id)
            return
        self._free[attendance.event_id] -= 1 + attendance.guests
        attendance.waiting_since = None

    def give_again(self, attendance: Attendance) -> None:
        """Let an answer have the place that it had before, where that is still free; else it waits behind all."""
        if not attendance.has_place or attendance.event_id not in self._free:
            return
        if 1 + attendance.guests > self._free[attendance.event_id]:
            attendance.waiting_since = self._behind_all(attendance.event_id)
        else:
            self._free[attendance.event_id] -= 1 + attendance.guests

    def _behind_all(self, event: UUID) -> datetime:
        """The present moment, or where the clock was set back a moment after the last of the queue came."""
        last = self._queues.get(event)
        self._queues[event] = max(now(), last + timedelta(microseconds=1)) if last else now()
        return self._queues[event]

    def _give_back(self, attendance: Attendance) -> None:
        if attendance.has_place and attendance.event_id in self._free:
            self._free[attendance.event_id] += 1 + attendance.guests
