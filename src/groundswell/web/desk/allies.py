"""``/desk/settings/<organisation>/allies``: what an organisation is to others, and what is offered. For owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from groundswell.groups.affiliations import (
    Kind,
    Standing,
    accept_affiliation,
    affiliation_of,
    end_affiliation,
    offer_affiliation,
    standings_of,
)
from groundswell.groups.errors import AffiliationRefused, InvalidFields, NotFound
from groundswell.web.desk.chosen import owned
from groundswell.web.desk.pages import DeskRequest, desk, needed_id, page, say, see

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation

OFFERS = {
    "wing": (Kind.WING, False, gettext_lazy("We are a wing of it")),
    "branch": (Kind.BRANCH, False, gettext_lazy("We are a branch of it")),
    "affiliate": (Kind.AFFILIATE, False, gettext_lazy("We are affiliated to it")),
    "ally": (Kind.ALLY, False, gettext_lazy("We are allies")),
    "its-wing": (Kind.WING, True, gettext_lazy("It is a wing of ours")),
    "its-branch": (Kind.BRANCH, True, gettext_lazy("It is a branch of ours")),
    "its-affiliate": (Kind.AFFILIATE, True, gettext_lazy("It is affiliated to us")),
}
"""What can be offered: the kind, whether the other one stands in ours, and the words."""

SURELY = "end-surely"


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def allies(request: DeskRequest, slug: str) -> HttpResponse:
    """What holds and what is offered (8 queries); on POST, offer, accept or end (18 at most)."""
    ours = owned(request, slug)
    if request.method != "POST":
        return _page(request, ours, {}, {})
    then = request.POST.get("then", "")
    try:
        chosen = request.POST.get("affiliation", "")
        if then == "end" and (found := affiliation_of(ours, needed_id(chosen))).accepted:
            return page(request, "confirm", "settings", _before_ending(ours, found))
        say(request, _carry_out(request, ours, then))
    except InvalidFields as invalid:
        return _page(request, ours, request.POST.dict(), invalid.errors, status=422)
    except AffiliationRefused as refusal:
        if then == "offer":
            return _page(request, ours, request.POST.dict(), {"address": refusal.sentence}, status=refusal.status)
        say(request, refusal.sentence, "wrong")
    return see("allies", slug)


def _carry_out(request: DeskRequest, ours: Organisation, then: str) -> str:
    if then == "offer":
        return _offer(request, ours)
    chosen = needed_id(request.POST.get("affiliation", ""))
    if then == "accept":
        accept_affiliation(request.actor, organisation=ours, affiliation_id=chosen)
        return _("Accepted. Both pages say it from now on.")
    if then in {"end", SURELY}:
        end_affiliation(request.actor, organisation=ours, affiliation_id=chosen)
        return _("It is ended. Neither page says it.")
    raise NotFound


def _offer(request: DeskRequest, ours: Organisation) -> str:
    chosen = OFFERS.get(request.POST.get("kind", ""))
    if chosen is None:
        raise InvalidFields({"kind": _("Choose what the two are to each other.")})
    kind, as_body, _words = chosen
    address = request.POST.get("address", "")
    offer_affiliation(request.actor, organisation=ours, address=address, kind=kind, as_body=as_body)
    return _("It is offered. Their owners get a mail; nothing is shown until one of them accepts.")


def _before_ending(ours: Organisation, found: Standing) -> dict[str, object]:
    return {
        "heading": _("End the affiliation with “%(name)s”?") % {"name": found.other.name},
        "sentences": [found.sentence, _("Both pages stop saying it at once, and their owners get a mail.")],
        "button": _("End it"),
        "danger": True,
        "hidden": [("then", SURELY), ("affiliation", found.affiliation.id)],
        "back": reverse("desk:allies", args=[ours.slug]),
    }


def _page(
    request: DeskRequest, ours: Organisation, typed: dict[str, str], errors: dict[str, str], status: int = 200
) -> HttpResponse:
    standings = standings_of(ours)
    context: dict[str, object] = {
        "subject": ours.name,
        "settings_url": reverse("desk:settings-of", args=[ours.slug]),
        "holding": [_line(one) for one in standings if one.accepted],
        "to_answer": [_line(one) for one in standings if not one.accepted and not one.offered_here],
        "offered": [_line(one) for one in standings if not one.accepted and one.offered_here],
        "kind_options": [(word, words) for word, (_kind, _as_body, words) in OFFERS.items()],
        "form": {"values": typed, "errors": errors},
    }
    return page(request, "allies", "settings", context, status=status)


def _line(one: Standing) -> dict[str, object]:
    return {
        "id": one.affiliation.id,
        "sentence": one.sentence,
        "other": one.other.name,
        "url": reverse("group", args=[one.other.slug]),
        "until": one.expires_at,
        "since": one.affiliation.accepted_at,
    }
