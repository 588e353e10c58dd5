"""The reminder that goes out by itself, a day before an event begins: once, and whenever that is by then."""

from collections.abc import Sequence

from django.db import transaction

from groundswell.attendances.errors import NothingToRemindOf, ToldAlready
from groundswell.attendances.models import A_DAY, Notice
from groundswell.attendances.notices import Words, checked_words, is_time, ready_in_each, record_notice
from groundswell.attendances.queries import reminder_of
from groundswell.events.models import Event, Status
from groundswell.events.operations import locked
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields
from groundswell.kit.clock import now


@transaction.atomic
def set_reminder(actor: Actor, *, event: Event, words: Words) -> Notice:
    """Remind those who are coming a day before the event begins; where that was wanted already, in other words.

    ``words`` are in each language that the organisation offers. Queries: 4.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NothingToRemindOf: if it has begun, or is cancelled.
    :raises ToldAlready: if the reminder went out already, or is on its way.
    :raises InvalidFields: with a sentence for each field that is wrong, as ``subject_fr``.
    """
    offered = event.organisation.offered
    event = locked(actor, event)
    if event.status not in {Status.DRAFT, Status.PUBLISHED} or event.opens_at <= now():
        raise NothingToRemindOf
    said = _checked(words, offered)
    values = {**said[offered[0]], "words": {code: list(each.values()) for code, each in said.items()}}
    notice = reminder_of(event)
    if notice is None:
        whose = {"organisation_id": event.organisation_id, "event": event}
        notice = Notice.objects.create(kind=Notice.Kind.REMINDER, by_itself=True, **whose, **values)
    elif not Notice.objects.filter(id=notice.id, due_at=None).update(**values):
        raise ToldAlready
    record_notice(actor, notice, verb="attendances.set_reminder")
    return notice


def _checked(words: Words, offered: Sequence[str]) -> dict[str, dict[str, str]]:
    errors: dict[str, str] = {}
    said = {code: checked_words(words.get(code, {}), errors, f"_{code}") for code in offered}
    if errors:
        raise InvalidFields(errors)
    return said


def words_of_reminder(event: Event, notice: Notice | None) -> dict[str, dict[str, str]]:
    """The words of an event's reminder in each language on offer, or ready ones to begin with (0 queries)."""
    if notice is None:
        return ready_in_each(event, Notice.Kind.REMINDER)
    said = {code: notice.said_in(code) for code in event.organisation.offered}
    return {code: {"subject": subject, "text": text} for code, (subject, text) in said.items()}


def remind_the_day_before() -> int:
    """Let the reminders go whose events begin within a day; returns how many (1 query, or 2).

    :func:`groundswell.attendances.notices.send_notices` sends them: here is only decided that it is time.
    """
    waiting = Notice.objects.filter(by_itself=True, due_at=None, finished_at=None, withdrawn_at=None)
    begin = waiting.filter(
        event__status=Status.PUBLISHED, event__opens_at__gt=now(), event__opens_at__lte=now() + A_DAY
    )
    due = [notice.id for notice in begin.select_related("event") if is_time(notice)]
    return waiting.filter(id__in=due).update(due_at=now()) if due else 0
