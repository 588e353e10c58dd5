"""``/desk/series``: events that belong together, and what their page says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.events.access import series_with
from groundswell.events.queries import events_for, series_for
from groundswell.events.series import change_series
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields
from groundswell.web.desk import shown
from groundswell.web.desk.pages import DeskRequest, desk, page, page_number, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Series

AT_ONCE = 50


@desk
@require_safe
def series(request: DeskRequest) -> HttpResponse:
    """The series of one's groups, the latest first, fifty at once (6 queries)."""
    number = page_number(request, "page")
    rows = list(series_for(request.here)[number * AT_ONCE : (number + 1) * AT_ONCE + 1])
    lines = [
        {"title": one.title, "group_name": one.group.name, "url": reverse("desk:series-of", args=[one.id])}
        for one in rows[:AT_ONCE]
    ]
    more = f"?page={number + 1}" if len(rows) > AT_ONCE else ""
    return page(request, "series_list", "events", {"all_series": lines, "more_url": more})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def series_of(request: DeskRequest, series_id: UUID) -> HttpResponse:
    """One series: its rallies, fifty at once, and its words (8 queries; saved 8)."""
    if request.method != "POST":
        found = series_with(request.actor, series_id)
        return _page(request, found, {"title": found.title, "text": found.text}, {})
    found = series_with(request.actor, series_id, ORGANISER)
    typed = {name: request.POST.get(name, "") for name in ("title", "text")}
    try:
        change_series(request.actor, series=found, **typed)
    except InvalidFields as invalid:
        return _page(request, found, typed, invalid.errors, status=422)
    say(request, _("Saved."))
    return see("series-of", series_id)


def _page(
    request: DeskRequest, found: Series, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    number = page_number(request, "page")
    rallies = events_for(request.actor).filter(series_id=found.id).order_by("opens_at", "id")
    rows = list(rallies[number * AT_ONCE : (number + 1) * AT_ONCE + 1])
    context: dict[str, object] = {
        "series": {"title": found.title, "text": found.text, "group_name": found.group.name},
        "may_change": request.actor.may(ORGANISER, found.group_id, found.id),
        "events": shown.lines(rows[:AT_ONCE]),
        "more_url": f"?page={number + 1}" if len(rows) > AT_ONCE else "",
        "form": {"values": typed, "errors": errors},
    }
    return page(request, "series", "events", context, status=status)
