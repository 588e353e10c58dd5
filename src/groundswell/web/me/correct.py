"""``/me/correct/<token>``: somebody corrects their name, their telephone and their area."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.groups.errors import NotFound
from groundswell.people.held import correctable
from groundswell.people.links import PREFERENCES
from groundswell.web.me.opening import open_link
from groundswell.web.public.button import done
from groundswell.web.public.pages import not_taken, public, sent_form
from groundswell.web.public.sides import frame

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation

FIELDS = ("name", "phone", "postcode")


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, given: str) -> HttpResponse:
    """Show what can be corrected (2 queries); on POST take down what is right (1).

    :raises NotFound: if whom the link names is forgotten.
    """
    organisation, person_id = open_link(request, PREFERENCES, given)
    if organisation is None:
        raise NotFound
    show = partial(_page, request, organisation)
    if request.method != "POST":
        return show(correctable(organisation.id, person_id), {})
    sent = sent_form(request)
    typed = {name: sent.get(name, "") for name in FIELDS}
    again = not_taken(request, typed, show, kind="correct", organisation_id=organisation.id, subject=person_id)
    back = {"url": reverse("mailings-me", args=[given]), "label": _("Look at it again")}
    sentences = [_("It holds within the minute. Nothing else has changed.")]
    return again or done(request, organisation, _("Your correction is kept"), sentences, back)


def _page(
    request: HttpRequest,
    organisation: Organisation,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(organisation),
        "form": {"values": typed, "errors": errors},
        "contact": organisation.contact_email,
        "noindex": True,
    }
    return render(request, "me/correct.html", context, status=status)
