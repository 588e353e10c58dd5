"""``/me/<token>``: what an organisation knows about somebody, what they allow it, and how they end it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groundswell.attendances.links import link as link_to
from groundswell.groups.errors import NotFound
from groundswell.intake import kinds
from groundswell.people.asking import asked
from groundswell.people.choices import BOX
from groundswell.people.held import MOST, held_by, known_about, told_by
from groundswell.people.links import MUTE, PREFERENCES, token
from groundswell.web.me.opening import open_link
from groundswell.web.public.button import done
from groundswell.web.public.pages import act, public, sent_form
from groundswell.web.public.sides import frame

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest, given: str) -> HttpResponse:
    """Show what is known and allowed (20 queries, or 23); on POST take down what is allowed from now on."""
    organisation, person_id = open_link(request, PREFERENCES, given)
    if organisation is None:
        sentences = [_("We hold nothing about you any more.")]
        return done(request, None, _("There is nothing here any more"), sentences)
    if request.method == "POST":
        ticked = {name: str(value) for name, value in sent_form(request).items()}
        payload = kinds.named("prefer").parse(ticked)
        act(request, kind="prefer", organisation_id=organisation.id, subject=person_id, payload=payload)
        back = {"url": request.path, "label": _("Look at it again")}
        sentences = [_("It holds within the minute. Nothing else has changed.")]
        return done(request, organisation, _("Your choice is kept"), sentences, back)
    return render(request, "me/me.html", _shown(organisation, person_id, given))


@never_cache
@public
@require_http_methods(["GET", "HEAD"])
def me_json(request: HttpRequest, given: str) -> HttpResponse:
    """All that is held about somebody and theirs to have, as JSON to keep or to take elsewhere.

    Queries: 3, and one for each table about supporters.
    """
    organisation, person_id = open_link(request, PREFERENCES, given)
    if organisation is None:
        raise NotFound
    response = JsonResponse(held_by(organisation.id, person_id), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{organisation.slug}.json"'
    return response


def _shown(organisation: Organisation, person_id: UUID, given: str) -> dict[str, object]:
    questions = asked(organisation, person_id, get_language() or "")
    return {
        **frame(organisation),
        "known": known_about(organisation.id, person_id),
        "boxes": [
            {"name": f"{BOX}{box.name}", "value": str(box.wording), "text": box.text, "checked": box.checked}
            for box in questions.boxes
        ],
        "shown": " ".join(box.name for box in questions.boxes),
        "wants_number": questions.wants_number,
        "shut": ", ".join(str(way.label) for way in questions.shut),
        "chapters": told_by(organisation.id, person_id),
        "most": MOST,
        "json_url": reverse("me-json", args=[given]),
        "forget_url": link_to("forget", organisation.id, person_id),
        "correct_url": reverse("me-correct", args=[given]),
        "object_url": reverse("me-object", args=[given]),
        "mute_url": reverse("mailings-mute", args=[token(MUTE, organisation.id, person_id)]),
        "complain_url": reverse("me-complain", args=[given]),
        "contact": organisation.contact_email,
        "noindex": True,
    }
