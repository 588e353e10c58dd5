"""``/desk/settings/<organisation>/tokens``: keys for programs. For owners; with contact data, for two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from groundswell.groups.access import ORGANISER, OWNER, VIEWER
from groundswell.groups.errors import InvalidFields, SecondPersonNeeded
from groundswell.groups.operations import make_api_token
from groundswell.groups.queries import role_names
from groundswell.groups.tokens import ask_for_token, revoke_token, tokens_of
from groundswell.web.desk.chosen import owned
from groundswell.web.desk.fresh import asked_again
from groundswell.web.desk.pages import DeskRequest, desk, needed_id, page, say, see

if TYPE_CHECKING:
    from collections.abc import Mapping

    from groundswell.groups.models import Organisation

ROLES = {
    VIEWER: gettext_lazy("Only read"),
    ORGANISER: gettext_lazy("Also make and change events"),
    OWNER: gettext_lazy("Also make groups"),
}


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: DeskRequest, slug: str) -> HttpResponse:
    """The keys that open anything (7 queries); on POST, make one or take one back (20 at most)."""
    ours = owned(request, slug)
    if request.method != "POST":
        return _page(request, ours, {}, {})
    if request.POST.get("then") == "revoke":
        # To shut a program out may be urgent: no fresh sign-in.
        revoke_token(request.actor, organisation=ours, token_id=needed_id(request.POST.get("token", "")))
        say(request, _("It opens nothing any more, from this moment."))
        return see("tokens", slug)
    return asked_again(request) or _make(request, ours)


def _make(request: DeskRequest, ours: Organisation) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("label", "role", "contact")}
    role = next((role for role in ROLES if role == typed["role"]), None)
    label, contact = typed["label"], bool(typed["contact"])
    try:
        if not label.strip() or role is None:
            raise InvalidFields({"label": _("Say which program it is for, and what it may do.")})
        secret = make_api_token(request.actor, organisation=ours, label=label, contact_data=contact, role=role)
    except InvalidFields as invalid:
        return _page(request, ours, typed, invalid.errors, status=422)
    except SecondPersonNeeded:
        ask_for_token(request.actor, organisation=ours, label=label, role=role or VIEWER)
        say(request, _("It is asked for. Those who may agree get a mail."))
        return see("approvals")
    return shown_once(request, ours, secret)


def shown_once(request: DeskRequest, ours: Organisation, secret: str) -> HttpResponse:
    """The page with a secret that was made just now (3 queries)."""
    return _page(request, ours, {}, {}, secret=secret)


def _page(
    request: DeskRequest,
    ours: Organisation,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
    secret: str = "",
) -> HttpResponse:
    names = role_names()
    context: dict[str, object] = {
        "subject": ours.name,
        "settings_url": reverse("desk:settings-of", args=[ours.slug]),
        "here_url": reverse("desk:tokens", args=[ours.slug]),
        "secret": secret,
        "tokens": [
            {
                "id": each.id,
                "label": each.label,
                "role": names[each.role],
                "contact": each.contact_data,
                "since": each.created_at,
            }
            for each in tokens_of(ours)
        ],
        "role_options": list(ROLES.items()),
        "form": {"values": {"role": VIEWER, **typed}, "errors": errors},
    }
    return page(request, "tokens", "settings", context, status=status)
