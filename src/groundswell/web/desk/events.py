"""``/desk/events``: every event in somebody's groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.events.cohosting import cohostings_for
from groundswell.events.queries import ahead_for, dropped_drafts_for, past_for
from groundswell.groups.access import ORGANISER
from groundswell.web.desk import shown
from groundswell.web.desk.pages import DeskRequest, desk, page, part_named

if TYPE_CHECKING:
    from groundswell.events.models import CoHost, Event

AT_ONCE = 50


@desk
@require_safe
def events(request: DeskRequest) -> HttpResponse:
    """What lies ahead and what is past, fifty of each at once (10 queries)."""
    upcoming, more = part_named(request, "ahead", ahead_for(request.here), AT_ONCE)
    past, more_past = part_named(request, "past", past_for(request.here), AT_ONCE)
    dropped, more_dropped = part_named(request, "dropped", dropped_drafts_for(request.here), AT_ONCE)
    lines = shown.lines([*upcoming, *past])
    context = {
        "upcoming": lines[: len(upcoming)],
        "past": lines[len(upcoming) :],
        "more_url": more,
        "more_past_url": more_past,
        "may_announce": bool(request.here.groups(ORGANISER)),
        "dropped": [_dropped(event) for event in dropped],
        "more_dropped_url": more_dropped,
        **_together(request),
    }
    return page(request, "events", "events", context)


def _dropped(event: Event) -> dict[str, str]:
    return {"name": event.title, "back_url": reverse("desk:event-back", args=[event.id])}


def _together(request: DeskRequest) -> dict[str, object]:
    """What one's groups hold together with other organisations, or held."""
    rows, more = part_named(request, "together", cohostings_for(request.here), AT_ONCE)
    return {"together": [_held(cohost) for cohost in rows], "more_together_url": more}


def _held(cohost: CoHost) -> dict[str, object]:
    holds = cohost.standing == "accepted"
    url = reverse("desk:cohosting", args=[cohost.id]) if holds else reverse("desk:ours", args=[cohost.event_id])
    return {
        **shown.in_words(cohost.event),
        "url": url,
        "host": cohost.event.organisation.name,
        "standing": cohost.get_standing_display(),
    }
