"""``/desk/events/<id>/figures``: how the answers come in, from where, and through whose links."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.attendances.figures import by_area, by_link, curves
from groundswell.attendances.queries import tally_of
from groundswell.events.access import event_for
from groundswell.events.queries import sisters_of
from groundswell.web.desk.charts import Course, bars, chart
from groundswell.web.desk.pages import DeskRequest, desk, page

if TYPE_CHECKING:
    from groundswell.events.models import Event


@desk
@require_safe
def event_figures(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The curve with its target and its sisters, where people come from, and how (11 queries)."""
    found = event_for(request.actor, event_id)
    courses = _courses(found, sisters_of(found))
    tally = tally_of(found.id)
    areas = by_area(found)
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "coming": tally.confirmed + tally.guests,
        "target": found.target,
        "expected": found.expected,
        "counted": tally.counted,
        "door": tally.door,
        "came": tally.came,
        "chart": chart(courses, found.target),
        "courses": [(course.label, course.curve.people[-1], course.own) for course in courses],
        "areas": bars(_areas(areas), _("no postcode")),
        "links": bars(by_link(found), _("no link")),
    }
    return page(request, "event_figures", "events", context)


def _courses(found: Event, sisters: list[Event]) -> list[Course]:
    known = curves([found.id, *(sister.id for sister in sisters)])
    return [
        Course(event.title, known[event.id], event.day, own=event.id == found.id)
        for event in (found, *sisters)
        if event.id in known
    ]


def _areas(sectors: dict[str, int]) -> dict[str, int]:
    """By the letters that a postcode begins with: a sector of which one person comes would be that person."""
    areas: Counter[str] = Counter()
    for sector, people in sectors.items():
        areas["".join(letter for letter in sector[:2] if letter.isalpha())] += people
    return dict(areas.most_common())
