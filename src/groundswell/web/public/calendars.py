"""``….ics``: an event for the calendar, and what an organisation, a group or a series has, to subscribe to."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from groundswell.events.calendar import calendar, feed
from groundswell.events.queries import listed, public_event, public_series
from groundswell.groups.queries import group_with_branches, organisation_by_slug, public_group
from groundswell.web.public.pages import keep, public


@public
@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """``/e/<slug>.ics``: one event (1 query)."""
    event = public_event(slug)
    keep(request, tags=(f"event:{event.id}", f"organisation:{event.organisation_id}"))
    return _file(calendar(event), slug)


@public
@require_safe
def organisation_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """``/o/<slug>.ics``: all that an organisation has for everybody (2 queries)."""
    organisation = organisation_by_slug(slug)
    keep(request, tags=("events", f"organisation:{organisation.id}"))
    return _file(feed(listed(organisation=organisation.id), organisation.name), slug)


@public
@require_safe
def group_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """``/g/<slug>.ics``: what a group and the groups below have for everybody (3 queries)."""
    group = public_group(slug)
    keep(request, tags=("events", f"organisation:{group.organisation_id}"))
    return _file(feed(listed(groups=group_with_branches(group)), group.name), slug)


@public
@require_safe
def series_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """``/series/<slug>.ics``: all events of a series (3 queries)."""
    series = public_series(slug)
    keep(request, tags=("events", f"series:{series.id}", f"organisation:{series.organisation_id}"))
    return _file(feed(listed(series=series.id), series.title), slug)


def _file(written: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        written,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{name}.ics"'},
    )
