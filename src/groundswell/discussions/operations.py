"""Putting a question to many meetings, and gathering what they say and decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.discussions.errors import (
    AskedAlready,
    CallTooOld,
    DiscussionClosed,
    DiscussionDraft,
    NoDiscussion,
    NotAsked,
    StepTaken,
)
from groundswell.discussions.models import Caller, Discussion, Meeting, Note, Outcome, two_weeks
from groundswell.events import operations as events
from groundswell.events.details import Details
from groundswell.events.models import Event, Kind
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Group
from groundswell.groups.queries import organisers_of
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.text import bounded, one_line, paragraphs
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

Status = Discussion.Status
ASKED_MAIL = "discussions.asked"
ACCEPTED_MAIL = "discussions.accepted"
DECLINED_MAIL = "discussions.declined"
LEFT_MAIL = "discussions.left"
ENDED_MAIL = "discussions.ended"
MOST_LINES = 40
STATES = list(Outcome.State.choices)
"""How far an outcome can have come, each with its label."""


@transaction.atomic
def begin(actor: Actor, *, group: Group, question: str, background: str) -> Discussion:
    """Write a question down as a draft (3 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser there.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, group.id)
    values = _checked(question, background)
    made = Discussion.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        slug=events.free_slug(Discussion, values["question"]),
        **values,
    )
    _record(actor, made, "discussions.begin")
    return made


@transaction.atomic
def change(actor: Actor, *, discussion: Discussion, question: str, background: str) -> Discussion:
    """Change a question and its background; its address stays (4 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that began it.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    found = _locked(actor, discussion)
    for name, value in _checked(question, background).items():
        setattr(found, name, value)
    found.save(update_fields=["question", "background"])
    _record(actor, found, "discussions.change")
    _renew(found)
    return found


def _checked(question: str, background: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    values = {
        "question": bounded("question", question, 140, one_line, errors),
        "background": bounded("background", background, 10_000, paragraphs, errors),
    }
    if not values["question"]:
        errors.setdefault("question", _("Write the question that the meetings are to discuss."))
    if errors:
        raise InvalidFields(errors)
    return values


@transaction.atomic
def open_it(actor: Actor, *, discussion: Discussion) -> Discussion:
    """Show a question to everybody, so that meetings can be held; one that was closed opens again (4 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that began it.
    """
    return _move(actor, discussion, Status.OPEN, "discussions.open")


@transaction.atomic
def close(actor: Actor, *, discussion: Discussion) -> Discussion:
    """Hold no more meetings; what was said and decided stays (4 queries).

    :raises NotFound: if it is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that began it.
    :raises DiscussionDraft: if nobody has seen it yet.
    """
    if discussion.status == Status.DRAFT:
        actor.require(ORGANISER, discussion.group_id)
        raise DiscussionDraft
    return _move(actor, discussion, Status.CLOSED, "discussions.close")


def _move(actor: Actor, discussion: Discussion, status: Status, verb: str) -> Discussion:
    found = _locked(actor, discussion)
    found.status = status
    found.save(update_fields=["status"])
    _record(actor, found, verb)
    _renew(found)
    return found


@transaction.atomic
def ask(actor: Actor, *, discussion: Discussion, group: Group) -> Caller:
    """Ask another organisation to put the question too; ``group`` is its root (8 queries).

    Who organises it gets a mail; the invitation stands for two weeks.

    :raises NotFound: if the discussion is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that began it.
    :raises DiscussionClosed: once no more meetings are held on it.
    :raises AskedAlready: if it puts the question already, or is asked to.
    """
    found = _locked(actor, discussion)
    if found.status == Status.CLOSED:
        raise DiscussionClosed
    caller = Caller.objects.filter(discussion=found, organisation_id=group.organisation_id).first()
    if (caller is not None and _stands(caller)) or group.organisation_id == found.organisation_id:
        raise AskedAlready
    caller = caller or Caller(discussion=found, organisation_id=group.organisation_id)
    caller.group, caller.status, caller.expires_at = group, Caller.Status.INVITED, two_weeks()
    caller.save()
    _record(actor, found, "discussions.ask")
    outbox.write_to(organisers_of(caller.group, but=actor.id), kind=ASKED_MAIL, subject=caller.id)
    return caller


def _stands(caller: Caller) -> bool:
    waits = caller.status == Caller.Status.INVITED and caller.expires_at > now()
    return waits or caller.status == Caller.Status.ACCEPTED


@transaction.atomic
def answer_call(actor: Actor, *, caller: Caller, accept: bool) -> Caller:
    """Put the question too, as an organisation that was asked, or say no; later, end it (8 queries).

    Who organises the group that began it gets a mail.

    :raises NotFound: if the invitation is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of that organisation's root.
    :raises NotAsked: if it was ended meanwhile, or accepted already.
    :raises DiscussionClosed: to accept, once no more meetings are held on it.
    :raises CallTooOld: to accept what is older than two weeks.
    """
    actor.require(ORGANISER, caller.group_id)
    related = ("discussion", "discussion__group")
    found = Caller.objects.select_for_update(of=("self",)).select_related(*related).get(pk=caller.pk)
    if found.status == Caller.Status.ENDED or (accept and found.status != Caller.Status.INVITED):
        raise NotAsked
    if accept and found.discussion.status == Status.CLOSED:
        raise DiscussionClosed
    if accept and found.expires_at <= now():
        raise CallTooOld
    left = found.status == Caller.Status.ACCEPTED
    found.status = Caller.Status.ACCEPTED if accept else Caller.Status.ENDED
    found.save(update_fields=["status"])
    record(
        organisation_id=found.organisation_id,
        actor=actor.id,
        verb="discussions.accept" if accept else "discussions.withdraw",
        object_id=found.discussion_id,
    )
    mail = ACCEPTED_MAIL if accept else LEFT_MAIL if left else DECLINED_MAIL
    outbox.write_to(organisers_of(found.discussion.group, but=actor.id), kind=mail, subject=found.id)
    _renew(found.discussion)
    return found


@transaction.atomic
def end_call(actor: Actor, *, discussion: Discussion, caller: Caller) -> Caller:
    """Let another organisation put the question no longer, or take its invitation back (6 queries, or 9).

    Who organises it gets a mail, unless it had not answered yet.

    :raises NotFound: if the discussion is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that began it.
    :raises NotAsked: if it does not put it any more, or puts another one.
    """
    found = _locked(actor, discussion)
    standing = Caller.objects.filter(pk=caller.pk, discussion=found).exclude(status=Caller.Status.ENDED)
    ended = standing.select_for_update(of=("self",)).select_related("group").first()
    if ended is None:
        raise NotAsked
    if ended.status == Caller.Status.ACCEPTED:
        outbox.write_to(organisers_of(ended.group, but=actor.id), kind=ENDED_MAIL, subject=ended.id)
    ended.status = Caller.Status.ENDED
    ended.save(update_fields=["status"])
    _record(actor, found, "discussions.end_call")
    _renew(found)
    return ended


@transaction.atomic
def hold(actor: Actor, *, discussion: Discussion, event: Event) -> Meeting:
    """Let an event of one's own be a meeting on the question; anybody who organises events here may (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises DiscussionDraft: if the question is not open yet.
    :raises DiscussionClosed: if no more meetings are held.
    :raises NoDiscussion: if the event is of another kind, or a meeting of another question.
    """
    actor.require(ORGANISER, event.group_id)
    if discussion.status != Status.OPEN:
        raise DiscussionDraft if discussion.status == Status.DRAFT else DiscussionClosed
    if event.kind != Kind.DISCUSSION:
        raise NoDiscussion
    meeting, _made = Meeting.objects.get_or_create(
        event=event, defaults={"discussion": discussion, "organisation_id": event.organisation_id}
    )
    if meeting.discussion_id != discussion.id:
        raise NoDiscussion
    record(organisation_id=event.organisation_id, actor=actor.id, verb="discussions.hold", object_id=event.id)
    _renew(discussion)
    return meeting


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said at a meeting under one heading."""

    heading: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One thing that a meeting decided; ``id`` is that of one that stands already."""

    text: str
    owner: str = ""
    due: date | None = None
    state: str = Outcome.State.OPEN
    id: UUID | None = None


@transaction.atomic
def write_up(actor: Actor, *, meeting: Meeting, said: Sequence[Said], decided: Sequence[Decided]) -> None:
    """Store what was said and decided at a meeting, in place of what stood there (10 queries for any number).

    Errors are named ``note-0-heading``, ``outcome-1-text`` and so on.

    :raises NotFound: if the meeting is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that holds it.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, meeting.event.group_id)
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    errors: dict[str, str] = {}
    notes = [_note(meeting, number, one, errors) for number, one in enumerate(said[:MOST_LINES])]
    outcomes = [_outcome(meeting, number, one, errors) for number, one in enumerate(decided[:MOST_LINES])]
    if errors:
        raise InvalidFields(errors)
    Note.objects.filter(meeting=meeting).delete()
    Note.objects.bulk_create(notes)
    _store_outcomes(meeting, outcomes)
    record(
        organisation_id=meeting.organisation_id,
        actor=actor.id,
        verb="discussions.write_up",
        object_id=meeting.event_id,
        notes=len(notes),
        outcomes=len(outcomes),
    )
    _renew(meeting.discussion)


def _note(meeting: Meeting, number: int, said: Said, errors: dict[str, str]) -> Note:
    name = f"note-{number}"
    heading = bounded(f"{name}-heading", said.heading, 120, one_line, errors)
    if not heading:
        errors.setdefault(f"{name}-heading", _("Give it a heading."))
    return Note(
        organisation_id=meeting.organisation_id,
        meeting=meeting,
        position=number,
        heading=heading,
        text=bounded(f"{name}-text", said.text, 5000, paragraphs, errors),
    )


def _outcome(meeting: Meeting, number: int, decided: Decided, errors: dict[str, str]) -> Outcome:
    name = f"outcome-{number}"
    text = bounded(f"{name}-text", decided.text, 300, one_line, errors)
    if not text:
        errors.setdefault(f"{name}-text", _("Say what was decided."))
    owner = bounded(f"{name}-owner", decided.owner, 120, one_line, errors)
    if not owner:
        errors.setdefault(f"{name}-owner", _("Say who sees to it: a person, or a group."))
    if decided.due is None:
        errors.setdefault(f"{name}-due", _("Say until when."))
    if decided.state not in Outcome.State.values:
        errors[f"{name}-state"] = _("Choose how far it has come.")
    return Outcome(
        id=decided.id or uuid7(),
        organisation_id=meeting.organisation_id,
        meeting=meeting,
        position=number,
        text=text,
        owner=owner,
        due=decided.due,
        state=decided.state,
    )


def _store_outcomes(meeting: Meeting, outcomes: Sequence[Outcome]) -> None:
    """Those that stood already keep the event that came of them; what is no more named is gone."""
    before = {one.id: one for one in Outcome.objects.filter(meeting=meeting)}
    for one in outcomes:
        if one.id in before:
            one.step_id = before[one.id].step_id
        else:
            one.id = uuid7()
    Outcome.objects.filter(meeting=meeting).delete()
    Outcome.objects.bulk_create(outcomes)


@transaction.atomic
def take_step(actor: Actor, *, outcome: Outcome, day: date) -> Event:
    """Make a draft of an event from what a meeting decided (9 queries).

    :raises NotFound: if the outcome is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group whose meeting decided it.
    :raises StepTaken: if there is an event for it already.
    :raises InvalidFields: if the day is none that can be.
    """
    group = outcome.meeting.event.group
    actor.require(ORGANISER, group.id)
    found = Outcome.objects.select_for_update().get(pk=outcome.pk)
    if found.step_id is not None:
        raise StepTaken
    details = Details(title=found.text[:140], kind=Kind.ACTION, day=day)
    step = found.step = events.announce(actor, group=group, details=details)
    found.state = Outcome.State.DOING
    found.save(update_fields=["step", "state"])
    record(organisation_id=found.organisation_id, actor=actor.id, verb="discussions.take_step", object_id=step.id)
    _renew(outcome.meeting.discussion)
    return step


def _locked(actor: Actor, discussion: Discussion) -> Discussion:
    actor.require(ORGANISER, discussion.group_id)
    return Discussion.objects.select_for_update().get(pk=discussion.pk)


def _record(actor: Actor, discussion: Discussion, verb: str) -> None:
    record(organisation_id=discussion.organisation_id, actor=actor.id, verb=verb, object_id=discussion.id)


def _renew(discussion: Discussion) -> None:
    touch(f"discussion:{discussion.id}")
    # The pages of organisations and of meetings name the question.
    touch("discussions")
