"""``/desk/meetings/<id>``: what was said and decided at a meeting, and the sheet for whoever leads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groundswell.discussions.access import meeting_for, outcome_for
from groundswell.discussions.errors import StepTaken
from groundswell.discussions.operations import MOST_LINES, STATES, Decided, Said, take_step, write_up
from groundswell.discussions.queries import notes_of, outcomes_of
from groundswell.events.words import place, when
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields
from groundswell.web.desk import lines
from groundswell.web.desk.event_form import day_from
from groundswell.web.desk.lines import Row
from groundswell.web.desk.pages import DeskRequest, desk, id_from, page, say, see
from groundswell.web.public import shown

if TYPE_CHECKING:
    from groundswell.discussions.models import Meeting, Outcome

NOTE = {"heading": "", "text": ""}
OUTCOME = {"id": "", "text": "", "owner": "", "due": "", "state": ""}
SPARE = 2
"""Empty lines below those that are filled in."""


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: DeskRequest, meeting_id: UUID) -> HttpResponse:
    """A meeting and what was written up (7 queries; saved 16)."""
    if request.method != "POST":
        found = meeting_for(request.actor, meeting_id)
        written: list[Row] = [{"heading": one.heading, "text": one.text} for one in notes_of(found)]
        return _page(request, found, written, None, {})
    found = meeting_for(request.actor, meeting_id, ORGANISER)
    notes, outcomes = _rows(request.POST, "note", NOTE), _rows(request.POST, "outcome", OUTCOME)
    if request.POST.get("then") == "more":
        return _page(request, found, notes, outcomes, {}, spare=SPARE + 3)
    errors: dict[str, str] = {}
    said = [Said(heading=row["heading"], text=row["text"]) for row in notes]
    decided = [_decided(number, row, errors) for number, row in enumerate(outcomes)]
    try:
        if errors:
            raise InvalidFields(errors)
        write_up(request.actor, meeting=found, said=said, decided=decided)
    except InvalidFields as invalid:
        return _page(request, found, notes, outcomes, invalid.errors, status=422)
    say(request, _("Saved. It stands on the question’s page."))
    return see("meeting", meeting_id)


def _rows(post: QueryDict, kind: str, empty: Row) -> list[Row]:
    """The lines in which anything is typed."""
    return [row for row in lines.sent(post, kind, empty) if any(map(str.strip, _told(row)))][:MOST_LINES]


def _told(row: Row) -> list[str]:
    return [value for part, value in row.items() if part not in {"id", "state"}]


def _typed(one: Outcome) -> dict[str, str]:
    due = one.due.isoformat() if one.due else ""
    return {"id": str(one.id), "text": one.text, "owner": one.owner, "due": due, "state": one.state}


def _decided(number: int, row: Row, errors: dict[str, str]) -> Decided:
    return Decided(
        text=row["text"],
        owner=row["owner"],
        due=_due(number, row["due"], errors),
        state=row["state"] or "open",
        id=id_from(row["id"]),
    )


def _due(number: int, typed: str, errors: dict[str, str]) -> date | None:
    if not typed.strip():
        return None
    wrong: dict[str, str] = {}
    day = day_from(typed, wrong)
    errors |= {f"outcome-{number}-due": sentence for sentence in wrong.values()}
    return day


def _page(
    request: DeskRequest,
    found: Meeting,
    notes: Sequence[Row],
    outcomes: Sequence[Row] | None,
    errors: Mapping[str, str],
    status: int = 200,
    spare: int = SPARE,
) -> HttpResponse:
    stored = outcomes_of(found)
    decided = [_typed(one) for one in stored] if outcomes is None else outcomes
    context: dict[str, object] = {
        "meeting": {
            "title": found.event.title,
            "when": when(found.event),
            "event_url": reverse("desk:event", args=[found.event_id]),
            "sheet_url": reverse("desk:meeting-sheet", args=[found.id]),
            "question": found.discussion.question,
            "question_url": reverse("discussion", args=[found.discussion.slug]),
        },
        "notes": _with_spare("note", notes, NOTE, errors, spare),
        "outcomes": _with_spare("outcome", decided, OUTCOME, errors, spare),
        "steps": [_step(one) for one in stored],
        "states": STATES,
        "errors": errors,
        "may_change": request.actor.may(ORGANISER, found.event.group_id),
        "unsaved": request.method == "POST",
    }
    return page(request, "meeting", "discussions", context, status=status)


def _step(one: Outcome) -> dict[str, str]:
    return {
        "text": one.text,
        "event_url": reverse("desk:event", args=[one.step_id]) if one.step_id else "",
        "take_url": "" if one.step_id else reverse("desk:outcome-step", args=[one.id]),
        "call_url": f"{reverse('desk:bloc-new')}?{urlencode({'name': one.text})}",
    }


def _with_spare(kind: str, rows: Sequence[Row], empty: Row, errors: Mapping[str, str], spare: int) -> list[Any]:
    return lines.numbered(kind, [*rows, *[empty] * spare][:MOST_LINES], errors)


@desk
@require_safe
def meeting_sheet(request: DeskRequest, meeting_id: UUID) -> HttpResponse:
    """For whoever leads the meeting: the question, how the time goes, and room to write (5 queries)."""
    found = meeting_for(request.actor, meeting_id)
    url = shown.event_url(found.event.slug)
    context = {
        "question": found.discussion.question,
        "background": shown.prose(found.discussion.background),
        "event": {"title": found.event.title, "when": when(found.event), "place": place(found.event)},
        "link": url,
        "back": reverse("desk:meeting", args=[found.id]),
        "organisation": {"demonstration_note": found.event.organisation.demonstration_note},
    }
    return render(request, "desk/meeting_sheet.html", context)


@desk
@require_POST
def outcome_step(request: DeskRequest, outcome_id: UUID) -> HttpResponse:
    """Make a draft of an event from what was decided (15 queries)."""
    found = outcome_for(request.actor, outcome_id)
    wrong: dict[str, str] = {}
    day = day_from(request.POST.get("date", ""), wrong)
    if wrong:
        say(request, _("Choose a day for it."), "wrong")
        return see("meeting", found.meeting_id)
    try:
        event = take_step(request.actor, outcome=found, day=day)
    except (StepTaken, InvalidFields) as refusal:
        say(request, refusal.sentence, "wrong")
        return see("meeting", found.meeting_id)
    say(request, _("Here is the draft. Say where and when, then publish it."))
    return see("event-edit", event.id)
