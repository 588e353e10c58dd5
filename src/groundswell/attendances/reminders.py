"""The reminders that go out by themselves, a week, a day or two hours before an event begins: each once.

Their moments are counted from when the event begins, so they move with it. One whose moment is missed goes as long
as it makes sense (:meth:`.before.Before.ends`), and two of one event never go in the same hour. What went stays
gone: where the event moves afterwards, people are told of that, and the others follow the new time.

Nobody is asked again when it is time, so to many they go in the ready words: those are agreed to with the program.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from groundswell.attendances.before import APART, LONGEST, Before
from groundswell.attendances.by_two import are_many
from groundswell.attendances.errors import (
    MomentPassed,
    NothingToRemindOf,
    NoTimeYet,
    OwnWordsToMany,
    ToldAlready,
)
from groundswell.attendances.models import Notice
from groundswell.attendances.notices import Words, checked_words, is_time, ready_words
from groundswell.attendances.queries import reminders_of
from groundswell.attendances.recording import record_notice
from groundswell.events.models import Event, Status
from groundswell.events.operations import locked
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, Refusal
from groundswell.kit.clock import now
from groundswell.ledger.operations import record


@transaction.atomic
def set_reminder(actor: Actor, *, event: Event, before: Before, words: Words) -> Notice:
    """Remind those who are coming so long before the event begins; where that was wanted already, in other words.

    ``words`` are in each language that the organisation offers. It is taken off again by
    :func:`groundswell.attendances.notices.withdraw_notice`. Queries: 4, and 1 where the words are others than the
    ready ones.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NothingToRemindOf: if it has begun, or is cancelled.
    :raises NoTimeYet: two hours before, if only the day is known.
    :raises MomentPassed: if it had to go out before now; if it is set already, once it makes no sense any more.
    :raises ToldAlready: if this reminder went out already, or is on its way.
    :raises OwnWordsToMany: if many are coming and the words are not the ready ones.
    :raises InvalidFields: with a sentence for each field that is wrong, as ``subject_fr``.
    """
    organisation = event.organisation
    offered = organisation.offered
    event = locked(actor, event)
    event.organisation = organisation
    notice = reminders_of(event).get(before)
    if why := why_not(event, before, notice):
        raise why
    said = _checked(words, offered)
    values = _stored(said, offered)
    whose = {"organisation_id": event.organisation_id, "event": event}
    made = Notice(kind=Notice.Kind.REMINDER, before=before, **whose, **values)
    if said != _ready(event, before) and are_many(made):
        raise OwnWordsToMany
    if notice is None:
        notice = made
        notice.save(force_insert=True)
    elif not Notice.objects.filter(id=notice.id, due_at=None).update(**values):
        raise ToldAlready
    record_notice(actor, notice, verb="attendances.set_reminder")
    return notice


def _stored(said: Words, offered: Sequence[str]) -> dict[str, Any]:
    own = said[offered[0]]
    words = {code: [each["subject"], each["text"]] for code, each in said.items()}
    return {"subject": own["subject"], "text": own["text"], "words": words}


def why_not(event: Event, before: Before, notice: Notice | None) -> type[Refusal] | None:
    """Why a reminder cannot be set, or ``notice`` be put in other words; None where it can (0 queries)."""
    if event.status not in {Status.DRAFT, Status.PUBLISHED} or event.opens_at <= now():
        return NothingToRemindOf
    moment = before.moment(event)
    if moment is None:
        return NoTimeYet
    # What was set in time may be late, as the event has moved nearer.
    last = before.ends(event) if notice else moment
    return MomentPassed if last <= now() else None


def _checked(words: Words, offered: Sequence[str]) -> dict[str, dict[str, str]]:
    errors: dict[str, str] = {}
    said = {code: checked_words(words.get(code, {}), errors, f"_{code}") for code in offered}
    if errors:
        raise InvalidFields(errors)
    return said


def words_of_reminder(event: Event, before: Before, notice: Notice | None) -> dict[str, dict[str, str]]:
    """The words of a reminder in each language on offer, or ready ones to begin with (0 queries)."""
    if notice is None:
        return _ready(event, before)
    said = {code: notice.said_in(code) for code in event.organisation.offered}
    return {code: {"subject": subject, "text": text} for code, (subject, text) in said.items()}


def _ready(event: Event, before: Before) -> dict[str, dict[str, str]]:
    return {code: _ready_in(code, event, before) for code in event.organisation.offered}


def _ready_in(code: str, event: Event, before: Before) -> dict[str, str]:
    with translation.override(code):
        subject, text = ready_to_remind(event, before)
    return {"subject": subject, "text": text}


def ready_to_remind(event: Event, before: Before) -> tuple[str, str]:
    """A subject and a text to begin with; they name no day, so that they hold of one that is late (0 queries)."""
    if before == Before.DAY:
        return ready_words(event, Notice.Kind.REMINDER)
    words = {
        Before.WEEK: (
            _("Keep the day free: %(title)s"),
            _("We count on you. Ask your friends now, and plan how you get there: below is when and where."),
        ),
        Before.HOURS: (
            _("See you shortly: %(title)s"),
            _("Below is where, and from when. Bring water, something warm and whoever is free."),
        ),
    }
    subject, text = words[before]
    return (subject % {"title": event.title})[:140], text


def remind_those_coming() -> int:
    """Let the reminders go whose moment has come; returns how many (1 query, or 3 and a savepoint).

    For each in other words than the ready ones 1 more, or 4 where it goes to many.

    :func:`groundswell.attendances.notices.send_notices` sends them: here is only decided that it is time.
    """
    waiting = Notice.objects.filter(due_at=None, finished_at=None, withdrawn_at=None).exclude(before="")
    soon = waiting.filter(
        event__status=Status.PUBLISHED, event__opens_at__gt=now(), event__opens_at__lte=now() + LONGEST
    )
    events = {notice.event_id for notice in soon.select_related("event") if is_time(notice)}
    return _let_go(events) if events else 0


@transaction.atomic
def _let_go(event_ids: Collection[UUID]) -> int:
    standing = _locked_of(event_ids)
    resting = {notice.event_id for notice in standing if _went_lately(notice)}
    due: Mapping[UUID, Notice] = {
        notice.event_id: notice
        for notice in standing
        if notice.due_at is None and notice.event_id not in resting and is_time(notice)
    }
    for notice in due.values():
        _in_ready_words_to_many(notice)
    return Notice.objects.filter(id__in=[notice.id for notice in due.values()]).update(due_at=now())


def _in_ready_words_to_many(notice: Notice) -> None:
    """Take the ready words where the organisers' own would reach many, to which nobody has agreed.

    Queries: none where they are the ready ones, else 1, or 4.
    """
    event, before = notice.event, Before(notice.before)
    ready = _ready(event, before)
    if words_of_reminder(event, before, notice) == ready or not are_many(notice):
        return
    Notice.objects.filter(id=notice.id).update(**_stored(ready, event.organisation.offered))
    record(
        organisation_id=notice.organisation_id,
        actor=None,
        verb="attendances.remind_in_ready_words",
        object_id=notice.event_id,
    )


def _locked_of(event_ids: Collection[UUID]) -> list[Notice]:
    # With those that went: as an event moves, another worker may be about to let another one of it go.
    own = Notice.objects.filter(event_id__in=event_ids, withdrawn_at=None).exclude(before="")
    return list(own.select_related("event__organisation").select_for_update(of=("self",)).order_by("id"))


def _went_lately(notice: Notice) -> bool:
    """Whether it is on its way, or its last copy went within the hour, by a clock that may have been set back."""
    if notice.finished_at is None:
        return notice.due_at is not None
    return abs(now() - notice.finished_at) < APART
