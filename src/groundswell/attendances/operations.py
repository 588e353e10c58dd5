"""Carrying out what supporters do with an event, for many as for one, each action exactly once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import F

from groundswell.attendances.answers import Answer, read_answer, read_choice
from groundswell.attendances.errors import NotAgreed, Superseded
from groundswell.attendances.models import Attendance, Tally
from groundswell.events.errors import NotOpen
from groundswell.events.models import Event, Status
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Refused
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.ids import milliseconds_of
from groundswell.kit.text import mailbox_key
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.people import operations as people
from groundswell.people import queries as people_queries
from groundswell.people.models import Purpose, Wording
from groundswell.people.operations import Typed

MAILED_LATELY = timedelta(minutes=10)
"""Two answers within this time get one mail: a double click is not two answers."""

ACCEPTED, DECLINED = Attendance.Status.ACCEPTED, Attendance.Status.DECLINED


@dataclass
class Batch:
    """What a batch of answers becomes: rows to make, rows to change, mails to send, totals to move."""

    organisation_id: UUID
    made: list[Attendance] = field(default_factory=list)
    changed: dict[UUID, Attendance] = field(default_factory=dict)
    mails: list[outbox.Draft] = field(default_factory=list)
    unconfirmed: Counter[UUID] = field(default_factory=Counter)


def attend(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Record answers to events; until confirmed by mail they count nowhere and change nothing that was confirmed.

    Joins the caller's transaction. Refuses (NotFound, NotOpen) answers to events that are unknown or take none
    at the time when they were received; those get a mail that says so. Refuses (NotAgreed) what ticks no box of
    this organisation's. Queries: 11 for any number, and 1 for each event.
    """
    answers = [(action, read_answer(action.payload)) for action in actions]
    events = _locked_events(organisation_id, {action.subject for action in actions})
    wordings = people_queries.wordings(organisation_id)
    refused = [refusal for action, answer in answers if (refusal := _refusal(action, answer, events, wordings))]
    codes = {refusal.action: refusal.code for refusal in refused}
    taken = [(action, answer) for action, answer in answers if action.id not in codes]
    late = [(action, answer) for action, answer in answers if codes.get(action.id) == NotOpen.code]
    _explain(organisation_id, late)
    if taken:
        _store(_batch(organisation_id, taken))
    return refused


def _locked_events(organisation_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Event]:
    """The events, each locked by its tally, in the order of their ids: two workers never wait for each other."""
    events = {event.id: event for event in Event.objects.filter(organisation_id=organisation_id, id__in=ids)}
    tallies = [Tally(event_id=event, organisation_id=organisation_id) for event in sorted(events)]
    Tally.objects.bulk_create(tallies, ignore_conflicts=True)
    list(
        Tally.objects.select_for_update().filter(event_id__in=events).order_by("event_id").values_list("event_id")
    )
    return events


def _refusal(
    action: Action, answer: Answer, events: Mapping[UUID, Event], wordings: Sequence[Wording]
) -> Refused | None:
    event = events.get(action.subject)
    if event is None or event.status == Status.DRAFT:
        return Refused(action.id, NotFound.code, NotFound.sentence)
    if event.status == Status.CANCELLED or action.received_at >= event.closes_at:
        return Refused(action.id, NotOpen.code, NotOpen.sentence)
    if people.wording_of(Purpose.EVENT, answer.ticked.get(Purpose.EVENT), action.received_at, wordings) is None:
        # No page of ours asks with other words than its organisation's: this was made by hand.
        return Refused(action.id, NotAgreed.code, NotAgreed.sentence)
    return None


def _explain(organisation_id: UUID, refused: Sequence[tuple[Action, Answer]]) -> None:
    drafts = [
        outbox.Draft(
            kind="attendances.refused",
            organisation_id=organisation_id,
            subject=action.subject,
            email=answer.email,
            address=answer.email,
            due_at=_due(action),
        )
        for action, answer in refused
    ]
    if drafts:
        outbox.enqueue(drafts)


def _batch(organisation_id: UUID, taken: Sequence[tuple[Action, Answer]]) -> Batch:
    typed = [Typed(name=answer.name, email=answer.email, sector=answer.sector) for _, answer in taken]
    known = people.recognise(organisation_id, typed)
    events = {action.subject for action, _ in taken}
    standing = {
        (attendance.event_id, attendance.person_id): attendance
        for attendance in Attendance.objects.filter(event_id__in=events, person_id__in=set(known.values()))
    }
    batch = Batch(organisation_id)
    for action, answer in taken:
        person = known[mailbox_key(answer.email)]
        before = standing.get((action.subject, person))
        if before is None:
            standing[action.subject, person] = _make(batch, action, answer, person)
        elif before.action != action.id:
            _change(batch, before, action, answer)
    return batch


def _make(batch: Batch, action: Action, answer: Answer, person: UUID) -> Attendance:
    attendance = Attendance(
        organisation_id=batch.organisation_id,
        event_id=action.subject,
        person_id=person,
        guests=answer.guests,
        via=action.via,
        pending=action.payload.decode(),
        action=action.id,
        created_at=action.received_at,
    )
    batch.made.append(attendance)
    batch.unconfirmed[action.subject] += 1
    _mail(batch, attendance, action, answer)
    return attendance


def _change(batch: Batch, attendance: Attendance, action: Action, answer: Answer) -> None:
    # A mail that was not used yet shows what is newest; one that was confirmed is of no use for a new answer.
    mailed_lately = attendance.mailed_at and action.received_at - attendance.mailed_at <= MAILED_LATELY
    has_open_mail = attendance.pending and mailed_lately
    attendance.pending, attendance.action = action.payload.decode(), action.id
    if attendance.confirmed_at is None:
        attendance.guests = answer.guests
        if attendance.status == DECLINED:
            attendance.status = ACCEPTED
            batch.unconfirmed[attendance.event_id] += 1
    if not has_open_mail:
        _mail(batch, attendance, action, answer)
    if attendance not in batch.made:
        batch.changed[attendance.id] = attendance


def _mail(batch: Batch, attendance: Attendance, action: Action, answer: Answer) -> None:
    attendance.mailed_at = action.received_at
    batch.mails.append(
        outbox.Draft(
            kind="attendances.confirm",
            organisation_id=batch.organisation_id,
            subject=attendance.id,
            email=answer.email,
            due_at=_due(action),
        )
    )


def _due(action: Action) -> datetime:
    return action.received_at + timedelta(seconds=action.patience)


def _store(batch: Batch) -> None:
    Attendance.objects.bulk_create(batch.made)
    if batch.changed:
        Attendance.objects.bulk_update(
            batch.changed.values(), ["pending", "action", "guests", "status", "mailed_at"], batch_size=100
        )
    outbox.enqueue(batch.mails)
    for event, count in sorted(batch.unconfirmed.items()):
        Tally.objects.filter(event_id=event, frozen_at=None).update(unconfirmed=F("unconfirmed") + count)
    record(
        organisation_id=batch.organisation_id,
        actor=None,
        verb="attendances.attend",
        made=len(batch.made),
        changed=len(batch.changed),
    )


def confirm(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Let answers count whose mailbox said yes: person, guests and ticked boxes take effect now.

    Refuses (NotFound) what is gone, and (Superseded) a yes to an older answer than the one that waits. What is
    confirmed already changes nothing.
    """
    attendances = locked_attendances(organisation_id, [action.subject for action in actions])
    refused, changed, deltas = [], {}, Deltas()
    typed: dict[UUID, Typed] = {}
    granted: list[people.Granted] = []
    for action in actions:
        attendance = attendances.get(action.subject)
        if attendance is None:
            refused.append(Refused(action.id, NotFound.code, NotFound.sentence))
        elif attendance.pending and attendance.action != read_choice(action.payload).action:
            refused.append(Refused(action.id, Superseded.code, Superseded.sentence))
        elif attendance.pending:
            answer = read_answer(attendance.pending)
            typed[attendance.person_id] = Typed(name=answer.name, email=answer.email, sector=answer.sector)
            granted += _granted(attendance, answer)
            deltas.leave(attendance)
            attendance.status, attendance.guests, attendance.pending = ACCEPTED, answer.guests, ""
            attendance.confirmed_at = attendance.confirmed_at or now()
            deltas.enter(attendance)
            changed[attendance.id] = attendance
    people.confirm(typed)
    people.grant(organisation_id, granted)
    _apply(organisation_id, "attendances.confirm", changed, deltas)
    return refused


def _granted(attendance: Attendance, answer: Answer) -> list[people.Granted]:
    # The action's key was made when the form arrived, so it tells when the boxes were ticked; rounded up, so not
    # before words that came into force in that very moment.
    source = attendance.action or attendance.id
    asked_at = datetime.fromtimestamp((milliseconds_of(source) + 1) / 1000, UTC)
    return [
        people.Granted(
            person=attendance.person_id,
            purpose=purpose,
            wording=wording,
            asked_at=asked_at,
            source=source,
        )
        for purpose, wording in answer.ticked.items()
    ]


def cancel(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Turn answers into "not coming": place and count fall at once. Refuses (NotFound) what is gone."""
    attendances = locked_attendances(organisation_id, [action.subject for action in actions])
    refused, changed, deltas = [], {}, Deltas()
    for action in actions:
        attendance = attendances.get(action.subject)
        if attendance is None:
            refused.append(Refused(action.id, NotFound.code, NotFound.sentence))
        elif attendance.status != DECLINED:
            deltas.leave(attendance)
            attendance.status, attendance.pending = DECLINED, ""
            deltas.enter(attendance)
            changed[attendance.id] = attendance
    _apply(organisation_id, "attendances.cancel", changed, deltas)
    return refused


def locked_attendances(organisation_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Attendance]:
    """One organisation's attendances by id, locked after their events' tallies (4 queries)."""
    own = Attendance.objects.filter(organisation_id=organisation_id, id__in=ids)
    _locked_events(organisation_id, set(own.values_list("event_id", flat=True)))
    return {attendance.id: attendance for attendance in own.select_for_update().order_by("id")}


@dataclass
class Deltas:
    """How the totals of each event move."""

    confirmed: Counter[UUID] = field(default_factory=Counter)
    guests: Counter[UUID] = field(default_factory=Counter)
    unconfirmed: Counter[UUID] = field(default_factory=Counter)

    def enter(self, attendance: Attendance, sign: int = 1) -> None:
        """Count an attendance as it stands."""
        if attendance.status == DECLINED:
            return
        if attendance.confirmed_at is None:
            self.unconfirmed[attendance.event_id] += sign
        else:
            self.confirmed[attendance.event_id] += sign
            self.guests[attendance.event_id] += sign * attendance.guests

    def leave(self, attendance: Attendance) -> None:
        """Stop counting an attendance as it stands."""
        self.enter(attendance, -1)

    def store(self) -> None:
        """Move the totals; those of an event that is over stay as they were (a query for each event)."""
        for event in sorted({*self.confirmed, *self.guests, *self.unconfirmed}):
            Tally.objects.filter(event_id=event, frozen_at=None).update(
                confirmed=F("confirmed") + self.confirmed[event],
                guests=F("guests") + self.guests[event],
                unconfirmed=F("unconfirmed") + self.unconfirmed[event],
            )


def _apply(organisation_id: UUID, verb: str, changed: Mapping[UUID, Attendance], deltas: Deltas) -> None:
    if not changed:
        return
    rows = list(changed.values())
    Attendance.objects.bulk_update(rows, ["status", "guests", "pending", "confirmed_at"], batch_size=100)
    deltas.store()
    record(organisation_id=organisation_id, actor=None, verb=verb, changed=len(rows))
    touch(*(f"event:{event}:count" for event in sorted({row.event_id for row in rows})))
