"""``/b/<slug>``: a bloc, where it gathers, and where it walks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from groundswell.blocs.queries import public_bloc
from groundswell.web.languages import speak
from groundswell.web.public.bloc_facts import bloc_facts
from groundswell.web.public.linked import linked_bloc
from groundswell.web.public.pages import keep, public
from groundswell.web.public.sides import frame_of

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc


@public
@require_http_methods(["GET", "HEAD"])
def bloc(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a bloc (4 queries)."""
    found = public_bloc(slug)
    speak(request, found.organisation.offered)
    keep(request, tags=bloc_tags(found))
    return render(request, "public/bloc.html", _context(found))


def bloc_tags(found: Bloc) -> tuple[str, ...]:
    """What a bloc's page depends on: itself, its event, and the march in which one that moves moves all."""
    return (
        f"bloc:{found.id}",
        f"event:{found.event_id}",
        f"event:{found.event_id}:blocs",
        f"organisation:{found.organisation_id}",
    )


def _context(found: Bloc) -> dict[str, object]:
    facts = bloc_facts(found)
    card = settings.PUBLIC_URL + reverse("card", args=[found.event.slug])
    is_listed = found.event.audience == "everybody"
    return {
        **bloc_frame(found),
        "bloc": facts,
        "card": card,
        "canonical": facts["url"],
        "linked_data": linked_bloc(found, facts["callers"], [card]) if is_listed else "",
    }


def bloc_frame(found: Bloc) -> dict[str, object]:
    """What the frame around a page needs: of the organisation that founded the bloc, not of the event's."""
    return {**frame_of(found.event), "organisation": found.organisation}
