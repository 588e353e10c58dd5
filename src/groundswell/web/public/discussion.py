"""``/d/<slug>``: a question, the meetings that discuss it, what they said and what they decided."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.discussions.queries import (
    callers_of,
    decided_about,
    meetings_ahead,
    public_discussion,
    said_about,
)
from groundswell.events.words import day_in_full
from groundswell.web.languages import speak
from groundswell.web.public import shown
from groundswell.web.public.home import count_tags, lines
from groundswell.web.public.pages import keep, public
from groundswell.web.public.paging import is_keepable, turned
from groundswell.web.public.sides import frame

if TYPE_CHECKING:
    from groundswell.discussions.models import Discussion, Note, Outcome
    from groundswell.events.models import Event


PAGE, PAGE_OF_NOTES = 50, 10
"""Meetings ahead and outcomes at once, and notes, of which each may be as long as a page."""


@public
@require_safe
def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a question with what came of it, each of three lists part by part (6 queries)."""
    found = public_discussion(slug)
    speak(request, found.organisation.offered)
    ahead = turned(request, "page", meetings_ahead(found), PAGE)
    decided = turned(request, "decided", decided_about(found), PAGE)
    said = turned(request, "said", said_about(found), PAGE_OF_NOTES)
    events = [meeting.event for meeting in ahead.rows]
    numbers = {"page": ahead.number, "decided": decided.number, "said": said.number}
    if is_keepable(request, numbers):
        written_up = [one.meeting.event for one in decided.rows] + [one.meeting.event for one in said.rows]
        keep(request, tags=_tags(found, events, written_up), queries=frozenset(numbers))
    context = {
        **frame(found.organisation),
        "question": found.question,
        "background": shown.prose(found.background),
        "closed": found.status == "closed",
        "callers": _callers(found),
        "ahead": lines(events, {}),
        "held": _written_up(said.rows),
        "outcomes": [outcome_line(one) for one in decided.rows],
        "more": {"ahead": ahead.more, "decided": decided.more, "said": said.more},
        "contact": found.organisation.contact_email,
        "canonical": settings.PUBLIC_URL + reverse("discussion", args=[found.slug]),
    }
    return render(request, "public/discussion.html", context)


def _tags(found: Discussion, ahead: Sequence[Event], written_up: Sequence[Event]) -> tuple[str, ...]:
    about = (f"discussion:{found.id}", f"organisation:{found.organisation_id}", "organisations", "events")
    events = dict.fromkeys(f"event:{event.id}" for event in (*ahead, *written_up))
    return (*about, *events, *count_tags(list(ahead)))


def _callers(found: Discussion) -> list[shown.Link]:
    others = [one.organisation for one in callers_of(found) if one.status == "accepted"]
    return [shown.Link(each.name, reverse("group", args=[each.slug])) for each in (found.organisation, *others)]


def _written_up(notes: Sequence[Note]) -> list[dict[str, object]]:
    """The meetings at which this was said, each with what was said."""
    return [
        {
            "title": meeting.event.title,
            "url": reverse("event", args=[meeting.event.slug]),
            "date": day_in_full(meeting.event.day),
            "venue": meeting.event.venue_name,
            "notes": [{"heading": one.heading, "text": shown.prose(one.text)} for one in said],
        }
        for meeting, said in groupby(notes, key=attrgetter("meeting"))
    ]


def outcome_line(outcome: Outcome) -> dict[str, object]:
    """What was decided, as it is shown (0 queries)."""
    step = outcome.step
    is_public = step is not None and step.status != "draft" and step.audience == "everybody"
    return {
        "text": outcome.text,
        "owner": outcome.owner,
        "due": day_in_full(outcome.due) if outcome.due else "",
        "state": outcome.state,
        "state_label": outcome.get_state_display(),
        "meeting": outcome.meeting.event.title,
        "step_url": reverse("event", args=[step.slug]) if step and is_public else "",
        "step": step.title if step and is_public else "",
    }
