"""``/`` and ``/g/<group>``: what is coming up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from groundswell.attendances.queries import coming_to
from groundswell.discussions.queries import questions_of
from groundswell.endorsements.subjects import Subject
from groundswell.events.words import place, when
from groundswell.groups.affiliations import public_standings
from groundswell.groups.queries import group_with_branches, public_group
from groundswell.web.languages import speak
from groundswell.web.public import allied, shown
from groundswell.web.public.near import Chosen, Nearby, chosen, led_on, nearby
from groundswell.web.public.pages import keep, public
from groundswell.web.public.paging import is_keepable, turned
from groundswell.web.public.stands import stands

QUESTIONS = 20
"""To be discussed, on a group's page at once."""

if TYPE_CHECKING:
    from groundswell.discussions.models import Discussion
    from groundswell.events.models import Event
    from groundswell.groups.models import Group


@public
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The upcoming events of everybody, page by page (2 queries); on POST, lead on to those near a postcode."""
    near = nearby(request)
    if answer := led_on(request, near):
        return answer
    page = chosen(request, near)
    events = page.events
    speak(request, _offered(events))
    _keep(request, {"page": page.number}, events, "organisations")
    notes = {event.organisation.demonstration_note for event in events} - {""}
    context = {
        **_listing(page, near),
        "organisation": None,
        "canonical": settings.PUBLIC_URL + reverse("home"),
        "noindex": bool(notes),
        "demonstration_note": ". ".join(sorted(notes)),
    }
    return render(request, "public/home.html", context, status=422 if near.error else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """A group, and the upcoming events of it and the groups below, page by page (5 queries, 7 for an
    organisation's own); POST as at home."""
    found = public_group(slug)
    near = nearby(request)
    if answer := led_on(request, near):
        return answer
    organisation = found.organisation
    speak(request, organisation.offered)
    page = chosen(request, near, group_with_branches(found))
    standings = [] if found.parent else public_standings(organisation)
    # Their names stand on this page as well.
    others = (f"organisation:{one.other.id}" for one in standings)
    own = (f"organisation:{organisation.id}", f"group:{found.id}:stands")
    asked = None if found.parent else turned(request, "questions", questions_of(organisation.id), QUESTIONS)
    numbers = {"page": page.number, **({"questions": asked.number} if asked else {})}
    _keep(request, numbers, page.events, *own, *others, *(("discussions",) if asked else ()))
    parent = found.parent and shown.Link(found.parent.name, reverse("group", args=[found.parent.slug]))
    context = {
        "group": found,
        "canonical": settings.PUBLIC_URL + reverse("group", args=[found.slug]),
        "organisation": organisation,
        "noindex": bool(organisation.demonstration_note),
        "parent": parent,
        "standings": allied.lines(standings),
        "questions": _questions(asked.rows) if asked else [],
        "more_questions": asked.more if asked else "",
        "stands": stands(Subject("group", found)),
        **_listing(page, near),
        "feeds": _feeds(found),
    }
    return render(request, "public/group.html", context, status=422 if near.error else 200)


def _questions(found: list[Discussion]) -> list[shown.Link]:
    return [shown.Link(one.question, reverse("discussion", args=[one.slug])) for one in found]


def _keep(request: HttpRequest, numbers: Mapping[str, int], events: list[Event], *tags: str) -> None:
    if is_keepable(request, numbers):
        keep(request, tags=("events", *tags, *count_tags(events)), queries=frozenset(numbers))


def _listing(page: Chosen, near: Nearby) -> dict[str, object]:
    return {"events": lines(page.events, page.away), "near": near, "older": page.older}


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


def lines(events: list[Event], away: Mapping[UUID, str]) -> list[dict[str, object]]:
    """Events as public/event_rows.html shows them (1 query); ``away`` is how far some are."""
    counts = coming_to([event.id for event in events])
    return [{**_line(event, counts.get(event.id, 0)), "away": away.get(event.id, "")} for event in events]


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
