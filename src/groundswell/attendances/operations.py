"""Carrying out what supporters do with an event, for many as for one, each action exactly once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from groundswell.attendances.answers import Answer, Change, read_answer, read_change, read_choice
from groundswell.attendances.coaches import Coaches
from groundswell.attendances.errors import NotAgreed, Superseded
from groundswell.attendances.models import Attendance, Response, Tally
from groundswell.attendances.queries import that_stay
from groundswell.attendances.sharing import Shares, Stopped, asked_at, stop, unshare
from groundswell.attendances.totals import DECLINED, Deltas, Seats, open_parts
from groundswell.blocs.queries import there_of
from groundswell.events.cohosts import cohosted_by
from groundswell.events.errors import NotOpen
from groundswell.events.models import Event, Question, Status
from groundswell.groups.errors import NotFound, Refusal
from groundswell.intake.kinds import Action, Refused
from groundswell.intake.touches import touch
from groundswell.kit.bulk import insert_made
from groundswell.kit.clock import now
from groundswell.kit.text import mailbox_key
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox
from groundswell.people import operations as people
from groundswell.people import queries as people_queries
from groundswell.people.models import Purpose, Wording
from groundswell.people.operations import Typed

MAILED_LATELY = timedelta(minutes=10)
"""Two answers within this time get one mail: a double click is not two answers."""


@dataclass
class Batch:
    """What a batch of answers becomes: rows to make, rows to change, mails to send, totals to move."""

    organisation_id: UUID
    by_mail: bool = True
    made: list[Attendance] = field(default_factory=list)
    changed: dict[UUID, Attendance] = field(default_factory=dict)
    mails: list[outbox.Draft] = field(default_factory=list)
    deltas: Deltas = field(default_factory=Deltas)


def attend(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Record answers to events; until confirmed by mail they count nowhere and change nothing that was confirmed.

    Joins the caller's transaction. Refuses (NotFound, NotOpen) answers to events that are unknown or take none
    at the time when they were received; those get a mail that says so. Refuses (NotAgreed) what ticks no box of
    this organisation's. Queries: 12 for any number, and 1 for each event.
    """
    return take(organisation_id, [(action, read_answer(action.payload)) for action in actions])


def take(
    organisation_id: UUID, answers: Sequence[tuple[Action, Answer]], *, by_mail: bool = True
) -> list[Refused]:
    """The same with answers that are read; an answer names a bloc only where the organisation calls to it.

    Not ``by_mail`` where the caller knows already that it was said by whom the mailbox belongs to.
    """
    events = locked_events({action.subject for action, _ in answers})
    rules = _Rules(
        organisation_id,
        events,
        _cohosted(organisation_id, events),
        people_queries.wordings(organisation_id),
    )
    refused = [refusal for action, answer in answers if (refusal := _refusal(action, answer, rules))]
    codes = {refusal.action: refusal.code for refusal in refused}
    taken = [(action, answer) for action, answer in answers if action.id not in codes]
    late = [(action, answer) for action, answer in answers if codes.get(action.id) == NotOpen.code]
    explain(organisation_id, late)
    if taken:
        open_parts(organisation_id, [events[subject] for subject in {action.subject for action, _ in taken}])
        _store(_batch(Batch(organisation_id, by_mail), taken))
    return refused


def locked_events(ids: Iterable[UUID]) -> dict[UUID, Event]:
    """The events, each locked by its tally, in the order of their ids: two workers never wait for each other.

    Queries: 4 for any number. An event is read after it is locked, so its capacity is the one that holds.
    """
    events = Event.objects.filter(id__in=ids)
    known = sorted(events.values_list("id", "organisation_id"))
    tallies = [Tally(event_id=event, organisation_id=host) for event, host in known]
    Tally.objects.bulk_create(tallies, ignore_conflicts=True)
    _lock([event for event, _host in known])
    return {event.id: event for event in events}


def _lock(events: Sequence[UUID]) -> None:
    tallies = Tally.objects.select_for_update().filter(event_id__in=events).order_by("event_id")
    list(tallies.values_list("event_id"))


def _cohosted(organisation_id: UUID, events: Mapping[UUID, Event]) -> Mapping[UUID, datetime | None]:
    elsewhere = [key for key, event in events.items() if event.organisation_id != organisation_id]
    return cohosted_by(organisation_id, elsewhere) if elsewhere else {}


@dataclass(frozen=True)
class _Rules:
    """What answers of one organisation are held against."""

    organisation_id: UUID
    events: Mapping[UUID, Event]
    cohosted: Mapping[UUID, datetime | None]
    wordings: Sequence[Wording]

    def event(self, action: Action, answer: Answer) -> Event | None:
        """The event that an answer is to, where the organisation held it or calls to the bloc that was joined."""
        event = self.events.get(action.subject)
        if event is None or event.status == Status.DRAFT:
            return None
        if event.organisation_id == self.organisation_id or answer.bloc is not None:
            return event
        if event.id not in self.cohosted:
            return None
        until = self.cohosted[event.id]
        return event if until is None or action.received_at < until else None


def _refusal(action: Action, answer: Answer, rules: _Rules) -> Refused | None:
    event = rules.event(action, answer)
    if event is None:
        return Refused.because(action, NotFound)
    if not takes_answers(event, action.received_at):
        return Refused.because(action, NotOpen)
    named = answer.ticked.get(Purpose.EVENT)
    if people.wording_of(Purpose.EVENT, named, action.received_at, rules.wordings, answer.language) is None:
        # No page of ours asks with other words than its organisation's: this was made by hand.
        return Refused.because(action, NotAgreed)
    return None


def explain(organisation_id: UUID, refused: Sequence[tuple[Action, Answer]]) -> None:
    """Write to those whose answers came too late why they are not kept (1 query, or none)."""
    drafts = [
        outbox.Draft(
            kind="attendances.refused",
            organisation_id=organisation_id,
            subject=action.subject,
            about=answer.bloc,
            email=answer.email,
            address=answer.email,
            language=answer.language,
            due_at=_due(action),
        )
        for action, answer in refused
    ]
    if drafts:
        outbox.enqueue(drafts)


def _batch(batch: Batch, taken: Sequence[tuple[Action, Answer]]) -> Batch:
    typed = [_typed(answer) for _, answer in taken]
    known = people.recognise(batch.organisation_id, typed)
    events = {action.subject for action, _ in taken}
    standing = {
        (attendance.event_id, attendance.person_id): attendance
        for attendance in Attendance.objects.filter(event_id__in=events, person_id__in=set(known.values()))
    }
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
        bloc_id=answer.bloc,
        guests=answer.guests,
        status=answer.status,
        via=action.via,
        pending=action.payload.decode(),
        action=action.id,
        created_at=action.received_at,
    )
    batch.made.append(attendance)
    batch.deltas.enter(attendance)
    _mail(batch, attendance, action, answer)
    return attendance


def _change(batch: Batch, attendance: Attendance, action: Action, answer: Answer) -> None:
    # A mail that was not used yet shows what is newest; one that was confirmed is of no use for a new answer.
    mailed_lately = attendance.mailed_at and action.received_at - attendance.mailed_at <= MAILED_LATELY
    has_open_mail = attendance.pending and mailed_lately
    attendance.pending, attendance.action = action.payload.decode(), action.id
    if attendance.confirmed_at is None:
        batch.deltas.leave(attendance)
        attendance.guests, attendance.status = answer.guests, answer.status
        attendance.bloc_id = answer.bloc or attendance.bloc_id
        batch.deltas.enter(attendance)
    if not has_open_mail:
        _mail(batch, attendance, action, answer)
    if attendance not in batch.made:
        batch.changed[attendance.id] = attendance


def _mail(batch: Batch, attendance: Attendance, action: Action, answer: Answer) -> None:
    if not batch.by_mail:
        return
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
    insert_made(batch.made)
    if batch.changed:
        Attendance.objects.bulk_update(
            batch.changed.values(), ["pending", "action", "guests", "status", "bloc", "mailed_at"], batch_size=100
        )
    outbox.enqueue(batch.mails)
    batch.deltas.store()
    record(
        organisation_id=batch.organisation_id,
        actor=None,
        verb="attendances.attend",
        made=len(batch.made),
        changed=len(batch.changed),
    )


def confirm(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Let answers count whose mailbox said yes: person, answer and ticked boxes take effect now.

    Where the capacity is limited, this takes the seats, or a place in the waiting list. Refuses (NotFound) what is
    gone, and (Superseded) a yes to an older answer than the one that waits. What is confirmed already changes
    nothing. Queries: 17 for any number, and 1 for each event; 3 more where anybody lets others see them, 2
    where anybody wants a seat on a coach, of which none is given twice.
    """
    work = Work(organisation_id, [action.subject for action in actions])
    typed: dict[UUID, Typed] = {}
    granted: list[people.Granted] = []
    shares = Shares(organisation_id, work.events)
    for action in actions:
        attendance = work.find(action)
        if attendance is None:
            continue
        choice = read_choice(action.payload)
        if attendance.pending and attendance.action != choice.action:
            work.refuse(action, Superseded)
        elif attendance.pending:
            answer = read_answer(attendance.pending)
            typed[attendance.person_id] = _typed(answer)
            granted += _granted(attendance, answer)
            shares.ask(attendance, answer, choice, action)
            work.let_say(attendance, answer, answer.email)
    granted = people.by_mailbox(organisation_id, granted, people.confirm(typed))
    granted_now = people.grant(organisation_id, [*granted, *shares.granted])
    work.store("attendances.confirm")
    shares.store(granted_now)
    return work.refused


def change(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Let people change what they confirmed, by the link in a mail: whoever opens it has the mailbox.

    Refuses (NotFound) what is gone or was never confirmed, and (NotOpen) anything but "not coming" once the event
    takes no answers. Queries: 14 for any number, and 1 for each event.
    """
    work = Work(organisation_id, [action.subject for action in actions])
    stopped: list[Stopped] = []
    for action in actions:
        attendance = work.find(action)
        if attendance is None:
            continue
        wanted = read_change(action.payload)
        if attendance.confirmed_at is None:
            work.refuse(action, NotFound)
        elif wanted.status == DECLINED:
            work.decline(attendance)
        elif not takes_answers(work.events[attendance.event_id], action.received_at):
            work.refuse(action, NotOpen)
        else:
            work.let_say(attendance, wanted, attendance.person.email)
        if attendance.confirmed_at is not None and wanted.stops:
            stopped += [(attendance, partner, action) for partner in wanted.stops]
    work.store("attendances.change")
    stop(organisation_id, stopped)
    return work.refused


def cancel(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Turn answers into "not coming": place and count fall at once. Refuses (NotFound) what is gone.

    Queries: 9 for any number, and 1 for each event.
    """
    work = Work(organisation_id, [action.subject for action in actions])
    for action in actions:
        attendance = work.find(action)
        if attendance is not None:
            work.decline(attendance)
    work.store("attendances.cancel")
    return work.refused


def takes_answers(event: Event, at: datetime) -> bool:
    """Whether an event took answers at a moment (0 queries)."""
    return event.status not in {Status.DRAFT, Status.CANCELLED} and at < event.closes_at


class Work:
    """A batch of actions on answers that exist: the answers, locked, and all that becomes of them."""

    def __init__(self, organisation_id: UUID, ids: Sequence[UUID]) -> None:
        self.organisation_id = organisation_id
        self.events, self.attendances = _locked(organisation_id, ids)
        self.seats = Seats(self.events)
        self.deltas = Deltas()
        self.refused: list[Refused] = []
        self._blocs = _blocs_of(self.attendances.values())
        self._coaches = Coaches(_coaches_of(self.attendances.values()))
        self._changed: dict[UUID, Attendance] = {}
        self._responses: dict[UUID, Mapping[UUID, str]] = {}
        self._mails: dict[UUID, outbox.Draft] = {}

    def find(self, action: Action) -> Attendance | None:
        """The answer that an action is about; where it is gone, the action is refused."""
        attendance = self.attendances.get(action.subject)
        if attendance is None:
            self.refuse(action, NotFound)
        return attendance

    def refuse(self, action: Action, why: type[Refusal]) -> None:
        """Do not carry an action out."""
        self.refused.append(Refused.because(action, why))

    def let_say(self, attendance: Attendance, answer: Answer | Change, email: str) -> None:
        """Let a confirmed answer say this from now on."""
        self.deltas.leave(attendance)
        # Before it is confirmed: only a confirmed answer can have had a place already.
        self.seats.settle(attendance, answer.status, answer.guests)
        attendance.confirmed_at = attendance.confirmed_at or now()
        if isinstance(answer, Answer) and answer.bloc in self._blocs:
            attendance.bloc_id = answer.bloc
        # Only a bloc's page asks about coaches: what is said elsewhere leaves a seat as it is.
        asked = isinstance(answer, Answer) and answer.bloc is not None
        coach = answer.coach if isinstance(answer, Answer) and asked else attendance.pick_up_id
        self._coaches.settle(attendance, coach)
        attendance.pending, attendance.needs = "", answer.needs
        attendance.offers = ",".join(answer.offers)
        self._responses[attendance.id] = answer.responses
        self.deltas.enter(attendance)
        self._changed[attendance.id] = attendance
        self._tell(attendance, email, coach)

    def decline(self, attendance: Attendance) -> None:
        """Let an answer be "not coming"; what it was good for only while they came goes with it."""
        if attendance.status == DECLINED:
            return
        self.deltas.leave(attendance)
        self.seats.settle(attendance, DECLINED, attendance.guests)
        self._coaches.settle(attendance, None)
        attendance.pending = attendance.needs = attendance.offers = ""
        self._responses[attendance.id] = {}
        self._changed[attendance.id] = attendance

    def _tell(self, attendance: Attendance, email: str, coach: UUID | None) -> None:
        event = self.events[attendance.event_id]
        if event.capacity is not None or event.online_url or coach:
            self._mails[attendance.id] = outbox.Draft(
                kind="attendances.placed",
                organisation_id=self.organisation_id,
                subject=attendance.id,
                about=coach,
                email=email,
                due_at=now(),
            )

    def store(self, verb: str) -> None:
        """Write it all down."""
        if not self._changed:
            return
        rows = list(self._changed.values())
        Attendance.objects.bulk_update(rows, CHANGED, batch_size=100)
        unshare(row.id for row in rows if row.status == DECLINED)
        self._store_responses()
        outbox.enqueue(self._mails.values())
        self.deltas.store()
        record(organisation_id=self.organisation_id, actor=None, verb=verb, changed=len(rows))
        touch(*(f"event:{event}:count" for event in sorted({row.event_id for row in rows})))

    def _store_responses(self) -> None:
        questions = {question.id: question for question in Question.objects.filter(event_id__in=self.events)}
        if not questions:
            return
        Response.objects.filter(attendance_id__in=list(self._responses)).delete()
        Response.objects.bulk_create(
            Response(organisation_id=self.organisation_id, attendance_id=key, question_id=question, text=text)
            for key, responses in self._responses.items()
            for question, text in responses.items()
            if _fits(questions.get(question), self.attendances[key], text)
        )


def _blocs_of(attendances: Iterable[Attendance]) -> set[UUID]:
    """The blocs that answers waiting for their confirmation name, as far as they are still there."""
    named = {attendance.answer().bloc for attendance in attendances if attendance.pending}
    return there_of([bloc for bloc in named if bloc])


def _coaches_of(attendances: Iterable[Attendance]) -> set[UUID]:
    """The pick-ups on which answers hold seats, or want them once they are confirmed."""
    held = {attendance.pick_up_id for attendance in attendances}
    wanted = {attendance.answer().coach for attendance in attendances if attendance.pending}
    return {coach for coach in held | wanted if coach}


CHANGED = ["status", "guests", "bloc", "pending", "confirmed_at", "waiting_since", "needs", "offers"]
CHANGED += ["pick_up", "seats"]


def _fits(question: Question | None, attendance: Attendance, text: str) -> bool:
    """Whether this can be an answer to the question; no page of ours sends one that cannot."""
    if question is None or question.event_id != attendance.event_id:
        return False
    if question.kind == Question.Kind.CHOICE:
        return text in question.choices
    return question.kind == Question.Kind.TEXT or text in {"yes", "no"}


def _typed(answer: Answer) -> Typed:
    return Typed(name=answer.name, email=answer.email, sector=answer.sector, language=answer.language)


def _granted(attendance: Attendance, answer: Answer) -> list[people.Granted]:
    source = attendance.action or attendance.id
    return [
        people.Granted(
            person=attendance.person_id,
            purpose=purpose,
            wording=wording,
            language=answer.language,
            asked_at=asked_at(source),
            source=source,
            email=answer.email,
        )
        for purpose, wording in answer.ticked.items()
    ]


def locked_attendances(organisation_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Attendance]:
    """One organisation's attendances by id, with their people, locked after their events' tallies (6 queries)."""
    return {attendance.id: attendance for attendance in _locked(organisation_id, ids)[1].values()}


def _locked(organisation_id: UUID, ids: Iterable[UUID]) -> tuple[dict[UUID, Event], dict[UUID, Attendance]]:
    """Answers by id, and their events; by the id of one that gave way, the one that stays (2 queries more)."""
    wanted, own = set(ids), Attendance.objects.filter(organisation_id=organisation_id)
    there = dict(own.filter(id__in=wanted).values_list("id", "event_id"))
    gone = wanted - there.keys()
    stays = that_stay(organisation_id, gone) if gone else {}
    if stays:
        there |= dict(own.filter(id__in=set(stays.values())).values_list("id", "event_id"))
    events = locked_events(set(there.values()))
    locked = own.filter(id__in=there).select_related("person").select_for_update(of=("self",)).order_by("id")
    found = {attendance.id: attendance for attendance in locked}
    return events, found | {one: found[other] for one, other in stays.items() if other in found}
