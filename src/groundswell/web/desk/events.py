"""``/desk/events``: every event in somebody's groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.events.cohosting import cohostings_for
from groundswell.events.queries import ahead_for, past_for
from groundswell.groups.access import ORGANISER
from groundswell.web.desk import shown
from groundswell.web.desk.pages import DeskRequest, desk, page, page_number

if TYPE_CHECKING:
    from groundswell.events.models import CoHost, Event

AT_ONCE = 50


@desk
@require_safe
def events(request: DeskRequest) -> HttpResponse:
    """What lies ahead and what is past, fifty of each at once (9 queries)."""
    upcoming, more = _part(request, "ahead", ahead_for(request.here))
    past, more_past = _part(request, "past", past_for(request.here))
    lines = shown.lines([*upcoming, *past])
    context = {
        "upcoming": lines[: len(upcoming)],
        "past": lines[len(upcoming) :],
        "more_url": more,
        "more_past_url": more_past,
        "may_announce": bool(request.here.groups(ORGANISER)),
        **_together(request),
    }
    return page(request, "events", "events", context)


def _together(request: DeskRequest) -> dict[str, object]:
    """What one's groups hold together with other organisations, or held."""
    number = page_number(request, "together")
    rows = list(cohostings_for(request.here)[number * AT_ONCE : (number + 1) * AT_ONCE + 1])
    query = request.GET.copy()
    query["together"] = str(number + 1)
    more = f"?{query.urlencode()}" if len(rows) > AT_ONCE else ""
    return {"together": [_held(cohost) for cohost in rows[:AT_ONCE]], "more_together_url": more}


def _held(cohost: CoHost) -> dict[str, object]:
    holds = cohost.standing == "accepted"
    url = reverse("desk:cohosting", args=[cohost.id]) if holds else reverse("desk:ours", args=[cohost.event_id])
    return {
        **shown.in_words(cohost.event),
        "url": url,
        "host": cohost.event.organisation.name,
        "standing": cohost.get_standing_display(),
    }


def _part(request: HttpRequest, name: str, found: QuerySet[Event]) -> tuple[list[Event], str]:
    """The events of the part's page that the query string names, and where the next ones are."""
    number = page_number(request, name)
    rows = list(found[number * AT_ONCE : (number + 1) * AT_ONCE + 1])
    query = request.GET.copy()
    query[name] = str(number + 1)
    return rows[:AT_ONCE], f"?{query.urlencode()}" if len(rows) > AT_ONCE else ""
