"""``/desk/blocs/<id>/tell``: a caller's words to those of its own people who joined a bloc."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groundswell.attendances.access import bloc_notice_for
from groundswell.attendances.bloc_notices import KINDS, ready_for_bloc, tell_bloc, withdraw_bloc_notice
from groundswell.attendances.by_two import ask_to_tell
from groundswell.attendances.errors import ToldAlready
from groundswell.attendances.notices import Kind
from groundswell.attendances.queries import brought_to_bloc, notices_of_bloc
from groundswell.blocs.access import calling_for
from groundswell.groups.access import SEND
from groundswell.groups.errors import ApprovalRefused, InvalidFields, Refusal
from groundswell.web.desk.event_tell import AT_ONCE, asked_first, notice_line
from groundswell.web.desk.fresh import fresh_to_send
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, part_named, say, see
from groundswell.web.desk.words import apart, words_as_fields, words_typed

if TYPE_CHECKING:
    from groundswell.attendances.notices import Words
    from groundswell.blocs.models import Caller


@desk
@fresh_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def bloc_tell(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Choose what it is, take or change the ready words, and send (9 queries; saved 11)."""
    side = _side(request, bloc_id)
    if request.method != "POST":
        asked = request.GET.get("kind", "")
        kind = asked if asked in KINDS else _nearest(side)
        return _form(request, side, kind, ready_for_bloc(side, kind), {})
    kind, words = request.POST.get("kind", ""), words_typed(request.POST, side)
    try:
        told = tell_bloc(request.actor, caller=side, kind=kind, **apart(side, words))
    except InvalidFields as invalid:
        return _form(request, side, kind, words, invalid.errors, status=422)
    except ToldAlready as refusal:
        return _form(request, side, kind, words, {"kind": refusal.sentence}, status=409)
    at_once = _("It goes out in two minutes. Until then you can take it back.")
    say(request, asked_first() if told.waits_for_two else at_once)
    return see("bloc-tell", bloc_id)


def _side(request: DeskRequest, bloc_id: UUID) -> Caller:
    """The call of the organisation that is chosen at the desk, else of any of theirs."""
    try:
        return calling_for(request.here, bloc_id, SEND)
    except Refusal:
        return calling_for(request.actor, bloc_id, SEND)


def _nearest(side: Caller) -> str:
    return "cancelled" if side.bloc.status == "cancelled" else "moved"


def _form(
    request: DeskRequest, side: Caller, kind: str, words: Words, errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    bloc, event = side.bloc, side.bloc.event
    here = reverse("desk:bloc-tell", args=[bloc.id])
    notices, more = part_named(request, "said", notices_of_bloc(side), AT_ONCE)
    context: dict[str, object] = {
        "event": {"title": bloc.name, "url": reverse("desk:bloc", args=[bloc.id])},
        "coming": brought_to_bloc(bloc.id, [side.organisation_id]).get(side.organisation_id, 0),
        "of_bloc": side.organisation.name,
        "untold": False,
        "zone": "",
        "kinds": list(KINDS.items()),
        "ready": [(f"{here}?kind={one}", label) for one, label in KINDS.items()],
        "form": {"values": {"kind": kind}, "errors": errors},
        "languages": words_as_fields(side, words, errors),
        "notices": [
            {
                **notice_line(event, notice, reverse("desk:bloc-tell-back", args=[bloc.id, notice.id])),
                "kind": KINDS[Kind(notice.kind)],
            }
            for notice in notices
        ],
        "more_url": more,
    }
    return page(request, "event_tell", "blocs", context, status=status)


@desk
@require_POST
def bloc_tell_back(request: DeskRequest, bloc_id: UUID, notice_id: UUID) -> HttpResponse:
    """Take a notice back before its first copy goes out (9 queries), or ask a second person for it once more."""
    side = _side(request, bloc_id)
    notice = bloc_notice_for(side, notice_id)
    if request.POST.get("then") == "ask":
        attempt(request, lambda: ask_to_tell(request.actor, notice=notice), asked_first(), ApprovalRefused)
    elif withdraw_bloc_notice(request.actor, caller=side, notice=notice):
        say(request, _("Taken back: nobody gets it."))
    else:
        say(request, _("Too late: it is on its way."), "wrong")
    return see("bloc-tell", bloc_id)
