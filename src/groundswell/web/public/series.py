"""``/series/<slug>``: a series on one page and one map, for who cannot come to the event they found."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.endorsements.subjects import Subject
from groundswell.events.near import point_of
from groundswell.events.queries import public_series, shown_of_series
from groundswell.events.words import place, when
from groundswell.web.languages import speak
from groundswell.web.maps import Mark, marked
from groundswell.web.public import shown
from groundswell.web.public.home import count_tags, lines
from groundswell.web.public.near import by_distance, led_on, nearby
from groundswell.web.public.pages import keep, public
from groundswell.web.public.stands import stands

if TYPE_CHECKING:
    from groundswell.events.models import Event


@public
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """A series: first what lies ahead, then what is over (5 queries); on POST, lead on to what is near."""
    found = public_series(slug)
    near = nearby(request)
    if answer := led_on(request, near):
        return answer
    organisation = found.organisation
    speak(request, organisation.offered)
    events, away = shown_of_series(found.id), dict[UUID, str]()
    if near.here:
        events, away = by_distance(events, near.here)
    events.sort(key=_is_over)
    own = (f"series:{found.id}", f"series:{found.id}:stands", f"organisation:{organisation.id}")
    keep(request, tags=("events", *own, *count_tags(events)))
    context = {
        "title": found.title,
        "text_html": shown.prose(found.text),
        "organisation": organisation,
        "group": shown.Link(found.group.name, reverse("group", args=[found.group.slug])),
        "canonical": settings.PUBLIC_URL + reverse("series", args=[found.slug]),
        "noindex": bool(organisation.demonstration_note),
        "map": _map(events),
        "events": [{**line, "number": number} for number, line in enumerate(lines(events, away), start=1)],
        "near": near,
        "stands": stands(Subject("series", found)),
        "feeds": [shown.feed(found.title, "series", found.slug)],
    }
    return render(request, "public/series.html", context, status=422 if near.error else 200)


def _is_over(event: Event) -> bool:
    return event.status == "over"


def _map(events: list[Event]) -> str:
    """The map, or nothing where no event has a place on it."""
    marks = [mark for number, event in enumerate(events, start=1) if (mark := _mark(number, event))]
    return marked(marks, _("Map of Great Britain with the places of the list")) if marks else ""


def _mark(number: int, event: Event) -> Mark | None:
    point = point_of(event)
    if point is None:
        return None
    name = f"{event.title}, {when(event).date_long}, {place(event)}"
    return Mark(point, number, name, reverse("event", args=[event.slug]), hollow=event.status != "published")
