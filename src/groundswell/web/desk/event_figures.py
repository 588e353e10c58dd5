"""``/desk/events/<id>/figures``: how the answers come in, from where, and through whose links."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.attendances.figures import by_area, by_link, curves
from groundswell.attendances.queries import own_tally_of
from groundswell.events.access import event_for
from groundswell.events.queries import sisters_of
from groundswell.groups.access import SEE
from groundswell.kit.clock import now
from groundswell.web.desk.areas import by_letters, on_a_map
from groundswell.web.desk.charts import Course, bars, chart, days_before
from groundswell.web.desk.pages import DeskRequest, desk, page

if TYPE_CHECKING:
    from groundswell.events.models import Event


@desk
@require_safe
def event_figures(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The curve with its target and its sisters, where people come from, and how (12 queries)."""
    found = event_for(request.actor, event_id)
    courses = _courses(
        found, [each for each in sisters_of(found) if request.actor.may(SEE, each.group_id, each.id)]
    )
    tally = own_tally_of(found.id)
    areas = by_letters(by_area(found))
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "coming": tally.confirmed + tally.guests,
        "target": found.target,
        "expected": found.expected,
        "counted": tally.counted,
        "door": tally.door,
        "came": tally.came,
        "chart": chart(courses, found.target),
        "table": days_before(courses),
        "areas": bars({area: people for area, (people, _points) in areas.items()}, _("no postcode")),
        "map": on_a_map(areas),
        "links": bars(by_link(found), _("no link")),
    }
    return page(request, "event_figures", "events", context)


def _courses(found: Event, sisters: list[Event]) -> list[Course]:
    today = now().date()
    known = curves([found.id, *(sister.id for sister in sisters)])
    return [
        Course(event.title, known[event.id], event.day, today, own=event.id == found.id, target=event.target)
        for event in (found, *sisters)
        if event.id in known
    ]
