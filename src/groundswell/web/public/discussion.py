"""``/d/<slug>``: a question, the meetings that discuss it, what they said and what they decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.discussions.queries import callers_of, meetings_of, notes_of, outcomes_of, public_discussion
from groundswell.events.words import day_in_full
from groundswell.web.languages import speak
from groundswell.web.public import shown
from groundswell.web.public.home import count_tags, lines
from groundswell.web.public.pages import keep, public
from groundswell.web.public.sides import frame

if TYPE_CHECKING:
    from groundswell.discussions.models import Discussion, Meeting, Note, Outcome
    from groundswell.events.models import Event


@public
@require_safe
def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a question with all that came of it (6 queries)."""
    found = public_discussion(slug)
    speak(request, found.organisation.offered)
    meetings = meetings_of(found)
    events = [meeting.event for meeting in meetings]
    keep(request, tags=_tags(found, events))
    context = {
        **frame(found.organisation),
        "question": found.question,
        "background": shown.prose(found.background),
        "closed": found.status == "closed",
        "callers": _callers(found),
        "ahead": lines([event for event in events if event.status == "published"], {}),
        "held": _written_up(meetings),
        "outcomes": [outcome_line(one) for one in outcomes_of(meetings)],
        "contact": found.organisation.contact_email,
        "canonical": settings.PUBLIC_URL + reverse("discussion", args=[found.slug]),
    }
    return render(request, "public/discussion.html", context)


def _tags(found: Discussion, events: Sequence[Event]) -> tuple[str, ...]:
    about = (f"discussion:{found.id}", f"organisation:{found.organisation_id}", "organisations")
    return (*about, *(f"event:{event.id}" for event in events), *count_tags(list(events)))


def _callers(found: Discussion) -> list[shown.Link]:
    others = [one.organisation for one in callers_of(found) if one.status == "accepted"]
    return [shown.Link(each.name, reverse("group", args=[each.slug])) for each in (found.organisation, *others)]


def _written_up(meetings: list[Meeting]) -> list[dict[str, object]]:
    """The meetings of which something was written up, each with what was said."""
    said: dict[object, list[Note]] = {}
    for note in notes_of(meetings):
        said.setdefault(note.meeting_id, []).append(note)
    return [
        {
            "title": meeting.event.title,
            "url": reverse("event", args=[meeting.event.slug]),
            "date": day_in_full(meeting.event.day),
            "venue": meeting.event.venue_name,
            "notes": [{"heading": one.heading, "text": shown.prose(one.text)} for one in said[meeting.id]],
        }
        for meeting in meetings
        if meeting.id in said
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
