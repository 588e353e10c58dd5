"""What an event's form asks beyond the usual: each question with its purpose and its retention."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.events.errors import NotOpen
from groundswell.events.models import Event, Question, Status
from groundswell.events.operations import locked, renew
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields
from groundswell.kit.ids import uuid7
from groundswell.kit.scope import everywhere
from groundswell.kit.text import bounded, one_line
from groundswell.ledger.operations import record

MOST = 8
MOST_CHOICES = 12
LONGEST = 200
LONGEST_DAYS = 30
KINDS = list(Question.Kind.choices)
"""Each kind of question with its label."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A question as the organiser types it; ``id`` is the one that it changes, None makes a new one."""

    text: str
    kind: str = Question.Kind.TEXT
    choices: Sequence[str] = ()
    purpose: str = ""
    days: int = LONGEST_DAYS
    id: UUID | None = None


@transaction.atomic
def set_questions(actor: Actor, *, event: Event, questions: Sequence[Asking]) -> list[Question]:
    """Say what the form asks, in order (7 queries). What is left out goes, and its answers with it.

    A question whose kind changes is a new one. Lines without a text are left out.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is cancelled or over.
    :raises InvalidFields: with a sentence for each line that is wrong, as ``question-0-text`` and so on.
    """
    event = locked(actor, event)
    if event.status not in {Status.DRAFT, Status.PUBLISHED}:
        raise NotOpen
    lines = checked_questions(questions)
    before = {(question.id, question.kind): question for question in Question.objects.filter(event=event)}
    rows = [_row(event, position, line, before) for position, line in enumerate(lines)]
    with everywhere("with a question go the answers to it, on whosever page they were given"):
        Question.objects.filter(event=event).exclude(id__in=[row.id for row in rows]).delete()
    Question.objects.bulk_create([row for row in rows if (row.id, row.kind) not in before])
    Question.objects.bulk_update(
        [row for row in rows if (row.id, row.kind) in before], ["position", "text", "choices", "purpose", "days"]
    )
    record(
        organisation_id=event.organisation_id,
        actor=actor.id,
        verb="events.set_questions",
        object_id=event.id,
        questions=len(rows),
    )
    renew(event)
    return rows


def _row(event: Event, position: int, line: Asking, before: dict[tuple[UUID, str], Question]) -> Question:
    kept = (line.id or uuid7(), line.kind) in before
    return Question(
        id=line.id if kept else uuid7(),
        organisation_id=event.organisation_id,
        event=event,
        position=position,
        kind=line.kind,
        text=line.text,
        choices=list(line.choices),
        purpose=line.purpose,
        days=line.days,
    )


def checked_questions(questions: Sequence[Asking]) -> list[Asking]:
    """The lines that have a text, made safe to store (0 queries).

    :raises InvalidFields: with a sentence for each line that is wrong.
    """
    errors: dict[str, str] = {}
    lines = [_checked(f"question-{number}", line, errors) for number, line in enumerate(questions)]
    asked = [line for line in lines if line.text]
    if len(asked) > MOST:
        errors["question-0-text"] = _("Ask at most %(most)s questions.") % {"most": MOST}
    if errors:
        raise InvalidFields(errors)
    return asked


def _checked(where: str, line: Asking, errors: dict[str, str]) -> Asking:
    text = bounded(f"{where}-text", line.text, LONGEST, one_line, errors)
    purpose = bounded(f"{where}-purpose", line.purpose, LONGEST, one_line, errors)
    typed = (bounded(f"{where}-choices", each, LONGEST, one_line, errors) for each in line.choices)
    choices = [each for each in typed if each]
    if not text and not purpose and not choices:
        return replace(line, text="")
    if not text:
        errors.setdefault(f"{where}-text", _("Say what you ask, or empty the whole question."))
    if not purpose:
        errors.setdefault(f"{where}-purpose", _("Say why you ask. It stands below the question."))
    if line.kind not in Question.Kind.values:
        errors[f"{where}-kind"] = _("Choose what kind of answer you want.")
    if line.kind == Question.Kind.CHOICE and not 2 <= len(set(choices)) <= MOST_CHOICES:
        errors[f"{where}-choices"] = _("Give 2 to %(most)s different answers to choose from.") % {
            "most": MOST_CHOICES
        }
    if not 0 <= line.days <= LONGEST_DAYS:
        errors[f"{where}-days"] = _("Enter a number of days from 0 to %(most)s.") % {"most": LONGEST_DAYS}
    kept = tuple(dict.fromkeys(choices)) if line.kind == Question.Kind.CHOICE else ()
    return replace(line, text=text, purpose=purpose, choices=kept)
