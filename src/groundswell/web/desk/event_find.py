"""``/desk/events/<id>/find``: somebody among all who answered, by the beginning of any word of their name."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.attendances.queries import answers_like
from groundswell.attendances.seeing import see_found
from groundswell.events.access import event_for
from groundswell.groups.access import CONTACT, NAMES
from groundswell.web.desk.pages import DeskRequest, desk, page
from groundswell.web.desk.people import line


@desk
@require_safe
def event_find(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Who is found; asked for by htmx, only the part that has changed (9 queries)."""
    found = event_for(request.actor, event_id, NAMES)
    with_contact = request.actor.may(CONTACT, found.group_id, found.id)
    part = request.GET.get("q", "")[:120]
    answers, whole = answers_like(found, part, by_address=with_contact) if part.strip() else ([], True)
    see_found(request.actor, event=found, people=len(answers))
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "find_url": reverse("desk:event-find", args=[found.id]),
        "part": part,
        "found": [line(answer, with_contact) for answer in answers],
        "whole": whole,
    }
    if "HX-Request" in request.headers:
        return render(request, "desk/found.html", context)
    return page(request, "event_find", "events", context)
