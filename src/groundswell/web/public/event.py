"""``/e/<slug>``: an event, and the form with which somebody says that they are coming."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.attendances.queries import shown_count, tally_of
from groundswell.endorsements.subjects import Subject
from groundswell.events.cohosts import holders_of, side_of
from groundswell.events.queries import is_open, public_event, questions_of
from groundswell.front.handover import Door
from groundswell.web.languages import speak
from groundswell.web.public import asked, coming
from groundswell.web.public.facts import Facts, facts, headline
from groundswell.web.public.linked import linked_data
from groundswell.web.public.pages import keep, public
from groundswell.web.public.sides import Side, asked_allies, together
from groundswell.web.public.stands import stands

if TYPE_CHECKING:
    from groundswell.events.models import Event


@public
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an event (10 queries); on POST, take an answer down."""
    return _show(request, Side.of_host(public_event(slug)))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def cohosted(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """The same page as a co-host's, whose people they are that answer here (14 queries).

    :raises NotFound: if the organisation does not hold the event together with its host.
    """
    return _show(request, _cohosts_side(slug, organisation))


def _cohosts_side(slug: str, organisation: str) -> Side:
    found = public_event(slug)
    return Side(found, side_of(found, organisation))


def _show(request: HttpRequest, side: Side) -> HttpResponse:
    speak(request, side.organisation.offered)
    if request.method == "POST" and is_open(side.event):
        return coming.answer(request, side.event, _door(side), partial(_page, request, side))
    keep(request, **_handed_over(side))
    return _page(request, side, {}, {}, status=409 if request.method == "POST" else 200)


@public
@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the answer is kept, and what happens next (1 query)."""
    return _thank(request, Side.of_host(public_event(slug)))


@public
@require_http_methods(["GET", "HEAD"])
def cohosted_thanks(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """The same from a co-host (2 queries).

    :raises NotFound: if the organisation does not hold the event together with its host.
    """
    return _thank(request, _cohosts_side(slug, organisation))


def _thank(request: HttpRequest, side: Side) -> HttpResponse:
    speak(request, side.organisation.offered)
    keep(request, tags=side.tags)
    context = {**side.frame(), "event": headline(side.event), "back_url": side.url()}
    return render(request, "public/thanks.html", context)


def _door(side: Side) -> Door:
    return Door(
        kind="attend",
        organisation_id=side.organisation.id,
        subject=side.event.id,
        closes_at=side.event.closes_at.timestamp(),
        then=side.url("thanks"),
        tags=side.tags,
    )


def _handed_over(side: Side) -> dict[str, object]:
    found = side.event
    own = (f"event:{found.id}:{part}" for part in ("count", "blocs", "stands"))
    # Only a discussion names a question, so no other page is drawn anew when one is put or changed.
    questions = ("discussions",) if found.kind == "discussion" else ()
    return {
        "tags": (*side.tags, *own, *questions),
        "door": _door(side) if is_open(found) else None,
    }


def _page(
    request: HttpRequest, side: Side, typed: Mapping[str, str], errors: Mapping[str, str], status: int
) -> HttpResponse:
    return render(request, "public/event.html", page_context(side, typed, errors), status=status)


def page_context(side: Side, typed: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    """What the page shows, of an event that is saved or of a sketch of one (9 queries, 11 if it has co-hosts)."""
    found = side.event
    tally = tally_of(found.id)
    form = {
        **coming.form(found, side.organisation, typed, errors, tally),
        "open": is_open(found),
        "count_url": reverse("count", args=[found.slug]),
        "closed_reason": _closed_reason(found),
    }
    holders = holders_of(found)
    boxes, many = asked_allies(side, holders) if form["open"] else ([], False)
    form |= {"allies": [(box, bool(typed.get(box.name))) for box in boxes], "more_allies": many}
    return {
        **side.frame(),
        **_shared(found, facts(found, shown_count(tally))),
        **together(side, holders),
        "stands": stands(Subject("event", found)),
        "form": form,
        "asked": asked.asked(questions_of(found.id), typed, errors),
    }


def _shared(found: Event, told: Facts) -> dict[str, object]:
    """What the page says, and what others show of it."""
    card = settings.PUBLIC_URL + reverse("card", args=[found.slug])
    picture = told["picture"]
    images = [card] if picture is None else [settings.PUBLIC_URL + picture.url, card]
    is_listed = found.audience == "everybody"
    linked = linked_data(found, told["programme"], images) if is_listed else ""
    return {"event": told, "card": card, "canonical": told["url"], "linked_data": linked}


def _closed_reason(found: Event) -> str:
    if found.status == "cancelled":
        return _("It will not take place. If you said that you were coming: please tell your friends.")
    return _("Thank you to everybody who came.")
