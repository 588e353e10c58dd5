"""``/series/<slug>``: a series on one page and one map, for who cannot come to the event they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.endorsements.subjects import Subject
from groundswell.events.near import point_of
from groundswell.events.queries import how_many_in, public_series
from groundswell.events.words import place, when
from groundswell.web.languages import speak
from groundswell.web.maps import Mark, marked
from groundswell.web.public import shown
from groundswell.web.public.home import count_tags, lines
from groundswell.web.public.near import chosen_of_series, led_on, nearby
from groundswell.web.public.pages import keep, public
from groundswell.web.public.paging import is_keepable
from groundswell.web.public.stands import stands

if TYPE_CHECKING:
    from groundswell.events.models import Event


@public
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """A series, page by page: first what lies ahead, then what is over; on POST, lead on to what is near.

    Queries: 5; 1 more for what is near, and 1 where there is more than a page.
    """
    found = public_series(slug)
    near = nearby(request)
    if answer := led_on(request, near):
        return answer
    organisation = found.organisation
    speak(request, organisation.offered)
    page = chosen_of_series(request, near, found.id)
    events, first = page.events, page.start + 1
    numbered = [{**line, "number": number} for number, line in enumerate(lines(events, page.away), start=first)]
    own = (f"series:{found.id}", f"series:{found.id}:stands", f"organisation:{organisation.id}")
    if is_keepable(request, {"page": page.number}):
        keep(request, tags=("events", *own, *count_tags(events)), queries=frozenset({"page"}))
    context = {
        "title": found.title,
        "text_html": shown.prose(found.text),
        "organisation": organisation,
        "group": shown.Link(found.group.name, reverse("group", args=[found.group.slug])),
        "canonical": settings.PUBLIC_URL + reverse("series", args=[found.slug]),
        "noindex": bool(organisation.demonstration_note),
        "map": _map(events, first),
        "events": numbered,
        "number": how_many_in(found.id) if page.older or page.number > 1 else len(events),
        "older": page.older,
        "near": near,
        "stands": stands(Subject("series", found)),
        "feeds": [shown.feed(found.title, "series", found.slug)],
    }
    return render(request, "public/series.html", context, status=422 if near.error else 200)


def _map(events: list[Event], first: int) -> str:
    """The map, or nothing where no event has a place on it."""
    marks = [mark for number, event in enumerate(events, start=first) if (mark := _mark(number, event))]
    return marked(marks, _("Map of Great Britain with the places of the list")) if marks else ""


def _mark(number: int, event: Event) -> Mark | None:
    point = point_of(event)
    if point is None:
        return None
    name = f"{event.title}, {when(event).date_long}, {place(event)}"
    return Mark(point, number, name, reverse("event", args=[event.slug]), hollow=event.status != "published")
