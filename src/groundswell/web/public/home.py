"""``/`` and ``/g/<group>``: what is coming up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.attendances.queries import coming_to
from groundswell.events.queries import upcoming
from groundswell.events.words import place, when
from groundswell.groups.queries import group_with_branches, public_group
from groundswell.web.languages import speak
from groundswell.web.public import shown
from groundswell.web.public.pages import keep, public

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Group


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The upcoming events of everybody (2 queries)."""
    events = upcoming()
    speak(request, _offered(events))
    keep(request, tags=("events", "organisations", *count_tags(events)))
    notes = {event.organisation.demonstration_note for event in events} - {""}
    context = {
        "events": lines(events),
        "organisation": None,
        "canonical": settings.PUBLIC_URL + reverse("home"),
        "noindex": bool(notes),
        "demonstration_note": ". ".join(sorted(notes)),
    }
    return render(request, "public/home.html", context)


@public
@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """A group, and the upcoming events of it and of the groups below (4 queries)."""
    found = public_group(slug)
    organisation = found.organisation
    speak(request, organisation.offered)
    events = upcoming(groups=group_with_branches(found))
    keep(request, tags=("events", f"organisation:{organisation.id}", *count_tags(events)))
    parent = found.parent and shown.Link(found.parent.name, reverse("group", args=[found.parent.slug]))
    context = {
        "group": found,
        "canonical": settings.PUBLIC_URL + reverse("group", args=[found.slug]),
        "organisation": organisation,
        "noindex": bool(organisation.demonstration_note),
        "parent": parent,
        "events": lines(events),
        "feeds": _feeds(found),
    }
    return render(request, "public/group.html", context)


def _offered(events: list[Event]) -> list[str]:
    """The languages of those who call to these events; where nobody does, all there are."""
    codes = [code for code, _ in settings.LANGUAGES]
    spoken = {code for event in events for code in event.organisation.offered} or set(codes)
    return [code for code in codes if code in spoken]


def _feeds(group: Group) -> list[shown.Feed]:
    organisation = group.organisation
    own = shown.feed(group.name, "group", group.slug)
    return [own, shown.feed(organisation.name, "organisation", organisation.slug)] if group.parent else [own]


def count_tags(events: list[Event]) -> tuple[str, ...]:
    """What is touched when the count of one of these events moves."""
    return tuple(f"event:{event.id}:count" for event in events)


def lines(events: list[Event]) -> list[dict[str, object]]:
    """Events as public/event_rows.html shows them (1 query)."""
    counts = coming_to([event.id for event in events])
    return [_line(event, counts.get(event.id, 0)) for event in events]


def _line(event: Event, people: int) -> dict[str, object]:
    return {
        "url": reverse("event", args=[event.slug]),
        "title": event.title,
        "kind_label": event.get_kind_display(),
        "organisation_name": event.organisation.name,
        "organisation_slug": event.organisation.slug,
        "when": when(event),
        "place": place(event),
        "coming": people if event.count_shown else 0,
        "status": event.status,
    }
