"""What people let other organisations see that hold the event too: asked for, shown while it holds, taken back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from groundswell.attendances.answers import Answer, Choice
from groundswell.attendances.models import Attendance, Shared
from groundswell.events.cohosts import arrangement_of, holders_of, holding
from groundswell.events.models import Event
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import milliseconds_of
from groundswell.people import operations as people
from groundswell.people.models import Purpose

Stopped = tuple[Attendance, UUID, Action]
AT_ONCE = 250


def asked_at(source: UUID) -> datetime:
    """When the boxes of an action were ticked (0 queries)."""
    # The action's key was made when the form arrived, so it tells when the boxes were ticked; rounded up, so not
    # before words that came into force in that very moment.
    return datetime.fromtimestamp((milliseconds_of(source) + 1) / 1000, UTC)


@dataclass
class Shares:
    """What a batch of confirmed answers lets other organisations see, of those that hold the event by now."""

    organisation_id: UUID
    events: Collection[UUID]
    granted: list[people.Granted] = field(default_factory=list)
    _rows: dict[tuple[UUID, UUID, UUID], Attendance] = field(default_factory=dict)
    _holding: dict[UUID, set[UUID]] | None = None

    def ask(self, attendance: Attendance, answer: Answer, choice: Choice, action: Action) -> None:
        """Take down the boxes on the form, and those on the page behind the mail's link (none, or 2 queries)."""
        source = attendance.action or attendance.id
        for boxes, when in ((answer.allies, asked_at(source)), (choice.allies, action.received_at)):
            for partner, wording in boxes.items():
                if partner != self.organisation_id and partner in self._holders(attendance.event_id):
                    self._ask(attendance, partner, wording, answer.language, when)

    def _ask(
        self, attendance: Attendance, partner: UUID, wording: UUID | None, language: str, when: datetime
    ) -> None:
        self._rows[attendance.person_id, attendance.event_id, partner] = attendance
        self.granted.append(
            people.Granted(
                person=attendance.person_id,
                purpose=Purpose.ALLY,
                partner=partner,
                wording=wording,
                language=language,
                asked_at=when,
                source=attendance.action or attendance.id,
            )
        )

    def _holders(self, event: UUID) -> set[UUID]:
        if self._holding is None:
            self._holding = holding(self.events)
        return self._holding.get(event, set())

    def store(self, granted: Sequence[people.Granted]) -> None:
        """Let those see them whose words were good (none, or 1 query)."""
        good = {(one.source, one.partner) for one in granted if one.partner}
        rows = [
            Shared(attendance=attendance, organisation_id=partner, event_id=event, whose=self.organisation_id)
            for (_person, event, partner), attendance in self._rows.items()
            if (attendance.action or attendance.id, partner) in good
        ]
        if rows:
            Shared.objects.bulk_create(rows, ignore_conflicts=True)


def stop(organisation_id: UUID, stopped: Sequence[Stopped]) -> None:
    """Let others see answers no longer, and write that into the ledger of consent (4 queries, or none)."""
    if not stopped:
        return
    wanted = {(attendance.id, partner): (attendance, action) for attendance, partner, action in stopped}
    rows = Shared.objects.filter(attendance_id__in=[attendance for attendance, _partner in wanted])
    found = [key for key in rows.values_list("attendance_id", "organisation_id") if key in wanted]
    people.withdraw_from_allies(
        organisation_id,
        [
            people.Withdrawn(
                person=wanted[key][0].person_id,
                partner=key[1],
                asked_at=wanted[key][1].received_at,
                source=wanted[key][1].id,
            )
            for key in found
        ],
    )
    Shared.objects.filter(pk__in=found).delete()


def unshare(attendance_ids: Iterable[UUID]) -> None:
    """Let nobody else see these answers any more (none, or 1 query)."""
    ids = list(attendance_ids)
    if ids:
        Shared.objects.filter(attendance_id__in=ids).delete()


def shared_with(event: Event, organisation_id: UUID) -> QuerySet[Attendance]:
    """Others' people who let this organisation see them, the latest first; 1 query at once, and 1 more, lazy.

    For who was let to its side of the event: it must hold the event at this moment. Nobody once the days are over
    that were agreed for it.
    """
    if not _may_be_shown(event):
        return Attendance.objects.none()
    allowed = Shared.objects.filter(attendance=OuterRef("id"), organisation_id=organisation_id)
    confirmed = Attendance.objects.select_related("person", "organisation").filter(
        Exists(allowed), event=event, confirmed_at__isnull=False
    )
    return confirmed.exclude(status=Attendance.Status.DECLINED).order_by("-id")


def _may_be_shown(event: Event) -> bool:
    """Whether the days are not over for which those who hold an event may show each other people (1 query)."""
    arranged = arrangement_of(event.id)
    return arranged is not None and event.closes_at + timedelta(days=arranged.days) > now()


def allowed_by(attendance: Attendance) -> list[tuple[UUID, str]]:
    """The other organisations that may see an answer, with their names (1 query)."""
    shared = Shared.objects.filter(attendance=attendance).order_by("organisation__name")
    return list(shared.values_list("organisation_id", "organisation__name"))


def forget_shares() -> int:
    """Delete what lets organisations see people that hold the event no longer, or whose days are over.

    Queries: 1, and 3 for each event that has any.
    """
    events = Event.objects.select_related("organisation").filter(
        Exists(Shared.objects.filter(event=OuterRef("id")))
    )
    return sum(_forget_shares(event) for event in list(events[:AT_ONCE]))


def _forget_shares(event: Event) -> int:
    shared = Shared.objects.filter(event=event)
    if _may_be_shown(event):
        shared = shared.exclude(organisation_id__in=[one.id for one in holders_of(event)])
    gone, _by_table = shared.delete()
    return gone
