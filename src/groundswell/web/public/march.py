"""``/march/<slug>``: all blocs of an event, in the order in which they walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.blocs.queries import shown_in
from groundswell.blocs.words import gathers
from groundswell.events.queries import public_event
from groundswell.web.languages import speak
from groundswell.web.public.facts import headline
from groundswell.web.public.pages import keep, public
from groundswell.web.public.sides import frame_of

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc


@public
@require_safe
def march(request: HttpRequest, slug: str) -> HttpResponse:
    """The order of march (3 queries for any number of blocs)."""
    found = public_event(slug)
    speak(request, found.organisation.offered)
    keep(
        request,
        tags=(f"event:{found.id}", f"event:{found.id}:blocs", f"organisation:{found.organisation_id}"),
    )
    blocs = shown_in(found.id)
    context = {
        **frame_of(found),
        "event": headline(found),
        "canonical": settings.PUBLIC_URL + reverse("march", args=[found.slug]),
        "placed": [_line(one) for one in blocs if one.position is not None],
        "others": [_line(one) for one in blocs if one.position is None],
    }
    return render(request, "public/march.html", context)


def _line(one: Bloc) -> dict[str, object]:
    return {
        "name": one.name,
        "url": reverse("bloc", args=[one.slug]),
        "callers": one.called_by,  # type: ignore[attr-defined]
        "gathers": gathers(one) if one.gathers else "",
        "landmark": one.landmark,
    }
