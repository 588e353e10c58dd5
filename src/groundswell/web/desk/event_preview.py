"""``/desk/events/preview``: the public page of what is typed, drawn by the public page's own template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.events.access import event_for
from groundswell.events.sketches import presentable, sketch, sketched_programme, sketched_questions
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import NotAllowed
from groundswell.groups.queries import working_groups
from groundswell.web.desk import event_form
from groundswell.web.desk.event_form import BLANK, Typed
from groundswell.web.desk.pages import DeskRequest, desk
from groundswell.web.public.asked import asked
from groundswell.web.public.event import page_context
from groundswell.web.public.sides import Side

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Group


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def preview_new(request: DeskRequest) -> HttpResponse:
    """What is typed of a new event, as its page would show it (10 queries). Nothing is saved."""
    groups = working_groups(request.actor.groups(ORGANISER))
    if not groups:
        raise NotAllowed
    typed = event_form.taken(request.POST, Typed({**BLANK.values, "zone": "Europe/London"}))
    return _drawn(request, None, groups, typed)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_preview(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """An event as its page would show it, with what is typed where something is (11 queries). Nothing is saved."""
    found = event_for(request.actor, event_id, ORGANISER)
    typed = event_form.as_it_is(found)
    if request.method == "POST":
        typed = event_form.taken(request.POST, typed)
    return _drawn(request, found, [found.group], typed)


def _drawn(request: DeskRequest, found: Event | None, groups: list[Group], typed: Typed) -> HttpResponse:
    errors: dict[str, str] = {}
    chosen = typed.values["group"]
    group = next((group for group in groups if str(group.id) == chosen), groups[0])
    details = presentable(event_form.details_from(typed.values, errors), errors)
    campaign = event_form.campaign_from(group, typed.values["campaign"], errors)
    shown = sketch(group, details, of=found, campaign=campaign)
    context: dict[str, Any] = page_context(Side.of_host(shown), {}, {})
    lines = event_form.lines_of(typed)
    context["event"] |= {"programme": sketched_programme(lines.speakers)}
    context["form"] |= {"open": True}
    context |= {"asked": asked(sketched_questions(lines.questions), {}, {}), "linked_data": "", "noindex": True}
    return render(request, "public/event.html", context)


@desk
@require_safe
def alive(request: DeskRequest) -> HttpResponse:
    """Whether one is still signed in, and the token for forms that were opened before (4 queries).

    A page on which something is typed asks before it sends: whoever is not signed in any more would lose it.
    """
    return JsonResponse({"token": get_token(request)})
