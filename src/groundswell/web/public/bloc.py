"""``/b/<slug>``: a bloc, where it gathers and where it walks, and the form with which somebody joins it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.attendances.queries import coming_with, tally_of
from groundswell.blocs.queries import caller_of, public_bloc
from groundswell.blocs.words import state
from groundswell.endorsements.subjects import Subject
from groundswell.events.queries import is_open, questions_of
from groundswell.front.handover import Door
from groundswell.web.languages import speak
from groundswell.web.public import asked, coming
from groundswell.web.public.bloc_facts import BlocFacts, bloc_facts
from groundswell.web.public.facts import headline
from groundswell.web.public.linked import linked_bloc
from groundswell.web.public.pages import keep, public
from groundswell.web.public.sides import frame, frame_of
from groundswell.web.public.stands import stands

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc
    from groundswell.groups.models import Organisation


@dataclass(frozen=True)
class Side:
    """A bloc as one of its callers shows it; who joins it there is among that organisation's people."""

    bloc: Bloc
    organisation: Organisation

    @classmethod
    def named(cls, slug: str, organisation: str) -> Side:
        """The page of a caller (2 queries).

        :raises NotFound: if there is no such bloc to be seen, or the organisation does not call to it.
        """
        found = public_bloc(slug)
        return cls(found, caller_of(found, organisation))

    @property
    def tags(self) -> tuple[str, ...]:
        """What the page depends on, without its count."""
        return (*bloc_tags(self.bloc), f"organisation:{self.organisation.id}")

    @property
    def is_open(self) -> bool:
        """Whether the bloc can be joined at this moment."""
        return state(self.bloc) == "published" and is_open(self.bloc.event)

    def url(self, page: str = "") -> str:
        """The path of the page, or of its ``-thanks``, on this side."""
        if self.organisation.id == self.bloc.organisation_id:
            return reverse(f"bloc{page}", args=[self.bloc.slug])
        return reverse(f"bloc-called{page}", args=[self.bloc.slug, self.organisation.slug])

    def frame(self) -> dict[str, object]:
        """What the frame around a page needs: of the caller, not of the event's host."""
        own, around = frame(self.organisation), frame_of(self.bloc.event)
        return {**own, "noindex": own["noindex"] or around["noindex"]}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def bloc(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a bloc in the name of whoever founded it (10 queries); on POST, take an answer down."""
    found = public_bloc(slug)
    return _show(request, Side(found, found.organisation))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def called(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """The same page as another caller's, whose people they are that answer here (11 queries).

    :raises NotFound: if the organisation does not call to the bloc.
    """
    return _show(request, Side.named(slug, organisation))


@public
@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the answer is kept, and what happens next (1 query)."""
    found = public_bloc(slug)
    return _thank(request, Side(found, found.organisation))


@public
@require_http_methods(["GET", "HEAD"])
def called_thanks(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """The same from another caller (2 queries).

    :raises NotFound: if the organisation does not call to the bloc.
    """
    return _thank(request, Side.named(slug, organisation))


def _thank(request: HttpRequest, side: Side) -> HttpResponse:
    speak(request, side.organisation.offered)
    keep(request, tags=side.tags)
    context = {
        **side.frame(),
        "event": {**headline(side.bloc.event), "organisation_name": side.organisation.name},
        "bloc": side.bloc.name,
        "back_url": side.url(),
    }
    return render(request, "public/thanks.html", context)


def _show(request: HttpRequest, side: Side) -> HttpResponse:
    speak(request, side.organisation.offered)
    page = partial(_page, request, side)
    if request.method == "POST" and side.is_open:
        return coming.answer(request, side.bloc.event, _door(side), page)
    keep(request, **_handed_over(side))
    return page({}, {}, status=409 if request.method == "POST" else 200)


def _door(side: Side) -> Door:
    return Door(
        kind="join",
        organisation_id=side.organisation.id,
        subject=side.bloc.id,
        closes_at=side.bloc.event.closes_at.timestamp(),
        then=side.url("-thanks"),
        tags=side.tags,
    )


def _handed_over(side: Side) -> dict[str, object]:
    tags = (*side.tags, f"event:{side.bloc.event_id}:count", f"bloc:{side.bloc.id}:stands")
    return {"tags": tags, "door": _door(side) if side.is_open else None}


def bloc_tags(found: Bloc) -> tuple[str, ...]:
    """What a bloc's page depends on: itself, its event, and the march in which one that moves moves all."""
    return (
        f"bloc:{found.id}",
        f"event:{found.event_id}",
        f"event:{found.event_id}:blocs",
        f"organisation:{found.organisation_id}",
    )


def _page(
    request: HttpRequest, side: Side, typed: Mapping[str, str], errors: Mapping[str, str], status: int
) -> HttpResponse:
    return render(request, "public/bloc.html", _context(side, typed, errors), status=status)


def _coaches(facts: BlocFacts) -> list[tuple[str, str]]:
    """The coaches on which there are seats, to choose from; none where there is no coach."""
    words = {"some": _("places left"), "few": _("few places left")}
    stops = [stop for stop in facts["stops"] if stop.left != "none"]
    options = [(stop.id, ", ".join(filter(None, (stop.where, stop.leaves, words[stop.left])))) for stop in stops]
    return [("", _("None, we come by ourselves")), *options] if options else []


def _context(side: Side, typed: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    found, event = side.bloc, side.bloc.event
    facts, tally = bloc_facts(found), tally_of(event.id)
    card = settings.PUBLIC_URL + reverse("card", args=[event.slug])
    is_listed = event.audience == "everybody"
    return {
        **side.frame(),
        "stands": stands(Subject("bloc", found)),
        "bloc": {**facts, "coming": coming_with(found, tally)},
        "form": {
            **coming.form(event, side.organisation, typed, errors, tally),
            "open": side.is_open,
            "coaches": _coaches(facts),
        },
        "asked": asked.asked(questions_of(event.id), typed, errors),
        "card": card,
        "canonical": facts["url"],
        "linked_data": linked_bloc(found, facts["callers"], [card]) if is_listed else "",
    }
