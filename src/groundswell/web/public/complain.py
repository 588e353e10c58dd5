"""``/privacy/<organisation>/complain``: anybody says that their data is handled wrongly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.front.handover import Door
from groundswell.groups.queries import organisation_by_slug
from groundswell.people.complaints import TO_ACKNOWLEDGE
from groundswell.web.languages import speak
from groundswell.web.public.button import done
from groundswell.web.public.pages import public, sent_form, take_down
from groundswell.web.public.sides import frame

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation

FIELDS = ("text", "name", "email", "language")


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what is wrong, and where the answer goes (1 query); on POST, take that down."""
    organisation = organisation_by_slug(slug)
    speak(request, organisation.offered)
    return take_complaint(request, organisation, "complain", organisation.id)


@public
@require_safe
def complained(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that it is kept, and what happens next (1 query)."""
    organisation = organisation_by_slug(slug)
    speak(request, organisation.offered)
    sentences = [
        _("A mail with what you wrote goes to you within minutes; keep it."),
        _("Somebody looks into it, and writes to you what they found and what they have done about it."),
        _("You may go to the Information Commissioner’s Office at any time: ico.org.uk/make-a-complaint."),
    ]
    back = {"url": reverse("privacy", args=[slug]), "label": _("What happens with what you tell us")}
    return done(request, organisation, _("Your complaint is kept"), sentences, back, noindex=True)


def take_complaint(request: HttpRequest, organisation: Organisation, kind: str, subject: UUID) -> HttpResponse:
    """Show the form, or take down what was typed; nobody is asked who they are whom a link names (0 queries)."""
    show = partial(_page, request, organisation, kind)
    if request.method != "POST":
        return show({}, {})
    sent = sent_form(request)
    door = Door(
        kind=kind,
        organisation_id=organisation.id,
        subject=subject,
        closes_at=math.inf,
        then=reverse("complained", args=[organisation.slug]),
        tags=(),
    )
    return take_down(request, door, {name: sent.get(name, "") for name in FIELDS}, show)


def _page(
    request: HttpRequest,
    organisation: Organisation,
    kind: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(organisation),
        "form": {"values": typed, "errors": errors},
        "asks_who": kind == "complain",
        "days": TO_ACKNOWLEDGE.days,
        "noindex": True,
    }
    return render(request, "public/complain.html", context, status=status)
