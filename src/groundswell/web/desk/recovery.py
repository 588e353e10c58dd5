"""``/desk/settings/<organisation>/recovery``: where somebody reads who can stop the only owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.groups.approvals import request_of, sentence, stop_by_link
from groundswell.groups.errors import InvalidFields
from groundswell.groups.recovery import (
    confirm_recovery,
    name_recovery,
    recovery_of,
    recovery_to_confirm,
    recovery_waiting,
)
from groundswell.web.desk.chosen import owned
from groundswell.web.desk.fresh import asked_again
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see, threshold
from groundswell.web.desk.sign_in import keep_briefly

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_address(request: DeskRequest, slug: str) -> HttpResponse:
    """Show the address, and name another one (8 queries; 16 where it is named)."""
    ours = owned(request, slug)
    if request.method != "POST":
        return _page(request, ours, "", {})
    return asked_again(request) or _name(request, ours)


def _name(request: DeskRequest, ours: Organisation) -> HttpResponse:
    typed = request.POST.get("email", "")
    try:
        named = name_recovery(request.actor, organisation=ours, email=typed)
    except InvalidFields as invalid:
        return _page(request, ours, typed, invalid.errors, status=422)
    asked = _("A mail goes there. It counts once its link is pressed; whoever was there before is told.")
    say(request, asked if named else _("There is no recovery address any more. Whoever was there is told."))
    return see("recovery-address", ours.slug)


def _page(
    request: DeskRequest, ours: Organisation, typed: str, errors: dict[str, str], status: int = 200
) -> HttpResponse:
    counts, waiting = recovery_of(ours), recovery_waiting(ours)
    context: dict[str, object] = {
        "subject": ours.name,
        "settings_url": reverse("desk:settings-of", args=[ours.slug]),
        "counts": counts.email if counts else "",
        "unconfirmed": waiting.email if waiting else "",
        "form": {"values": {"email": typed}, "errors": errors},
    }
    return page(request, "recovery_address", "settings", context, status=status)


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows a button and changes nothing, since mail scanners follow links."""
    if request.method == "POST":
        name = confirm_recovery(token=token).organisation.name
        done = _("From now on a mail comes here when somebody in %(name)s is about to do something alone.")
        return _ask(request, _("Thank you"), [done % {"name": name}], "")
    name = recovery_to_confirm(token).organisation.name
    keep_briefly(request)
    asked = _("%(name)s asks whether you get a mail when somebody there is about to do something grave alone.")
    return _ask(request, _("Keep an eye on it?"), [asked % {"name": name}], _("Yes, write to me"))


@threshold
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows what it is and a button; the button stops it."""
    if request.method == "POST":
        stop_by_link(token=token)
        done = _("It is stopped, and nothing of it is done. Whoever asked for it is told.")
        further = _("If somebody else is at their account, they end all sessions there and sign in anew.")
        return _ask(request, _("Stopped"), [done, further], "")
    found = request_of(token)
    keep_briefly(request)
    asked = _("%(who)s asked for it in %(organisation)s, and nobody else could agree.")
    sentences = [sentence(found), asked % {"who": found.asked_by, "organisation": found.organisation.name}]
    return _ask(request, _("Stop this?"), sentences, _("Stop it"))


def _ask(request: HttpRequest, heading: str, sentences: list[str], button: str) -> HttpResponse:
    return render(request, "desk/ask.html", {"heading": heading, "sentences": sentences, "button": button})
