"""``/desk/approvals``: what waits for a second person, and what became of what somebody asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from groundswell.attendances.by_two import TO_MANY, tell_as_agreed
from groundswell.attendances.exporting import EXPORT_OF_MANY, export_approved
from groundswell.groups.approvals import (
    MANY,
    approval_for,
    approvals_beside,
    approvals_of,
    approvals_to_answer,
    approve,
    decline,
    how_many_wait,
    sentence,
    state,
)
from groundswell.groups.errors import ApprovalRefused, InvalidFields, NotFound
from groundswell.groups.new_owners import NEW_OWNER, make_owner
from groundswell.groups.tokens import NEW_TOKEN, make_token
from groundswell.mailings.operations import BIG_MAILING
from groundswell.people.exporting import EXPORT_OF_SEGMENT, export_segment_approved
from groundswell.web.desk import segment_sheet, tokens
from groundswell.web.desk.fresh import asked_again, fresh_for
from groundswell.web.desk.mailings import carried_out
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, part_named, say, see
from groundswell.web.desk.people import sheet

if TYPE_CHECKING:
    from groundswell.groups.access import Actor
    from groundswell.groups.models import Approval

AT_ONCE = 50

STATES = {
    "used": gettext_lazy("carried out"),
    "stopped": gettext_lazy("declined or taken back"),
    "over": gettext_lazy("nobody agreed in time, or it was not carried out in time"),
    "ready": gettext_lazy("can be carried out, once"),
    "waits": gettext_lazy("waits for a second person"),
    "alone": gettext_lazy("waits for a day, since nobody else may agree"),
}


GRAVE = frozenset({"approve", "use"})
"""What needs a fresh sign-in. To say no, none: that may be urgent."""


@desk
@require_safe
def approvals(request: DeskRequest) -> HttpResponse:
    """What waits for this account, and what it asked for, in all organisations that are theirs (9 queries).

    Fifty of each at once.
    """
    waiting, more_waiting = part_named(request, "waiting", approvals_to_answer(request.actor), AT_ONCE)
    mine, more_mine = part_named(request, "mine", approvals_of(request.actor), AT_ONCE)
    others, more_others = part_named(request, "others", approvals_beside(request.actor), AT_ONCE)
    context: dict[str, object] = {
        "to_answer": [_line(one) for one in waiting],
        "more_to_answer_url": more_waiting,
        "mine": [_line(one) for one in mine],
        "more_mine_url": more_mine,
        "others": [_line(one) for one in others],
        "more_others_url": more_others,
    }
    return page(request, "approvals", "waits", context)


def _line(one: Approval) -> dict[str, object]:
    stands = state(one)
    return {
        "url": reverse("desk:approval", args=[one.id]),
        "sentence": sentence(one),
        "organisation": one.organisation.name,
        "who": str(one.asked_by),
        "by": str(one.approved_by) if one.approved_by else "",
        "people": one.people,
        "asked_at": one.asked_at,
        "until": one.ends_at,
        "ready_at": one.ready_at,
        "state": stands,
        "words": STATES["alone" if stands == "waits" and one.alone else stands],
    }


@desk
@require_POST
def approval(request: DeskRequest, approval_id: UUID) -> HttpResponse:
    """Agree, decline, take back, or carry out what was agreed to (12 queries at most, and those of the deed)."""
    then = request.POST.get("then", "")
    if then in GRAVE and (asked := asked_again(request)):
        return asked
    found = approval_for(request.actor, approval_id)
    if then == "decline":
        done = _("Nothing comes of it. Whoever asked for it is told.")
        attempt(request, lambda: decline(request.actor, approval=found), done, ApprovalRefused)
        return see("approvals")
    if then not in GRAVE:
        raise NotFound
    if then == "use":
        return _carry_out(request, found)
    until, done = fresh_for(request), _("You have agreed. Whoever asked for it gets a mail, and a day to do it.")
    attempt(request, lambda: approve(request.actor, approval=found, fresh_until=until), done, ApprovalRefused)
    return see("approvals")


def _carry_out(request: DeskRequest, found: Approval) -> HttpResponse:
    try:
        return DEEDS[found.kind](request, found)
    except ApprovalRefused as refusal:
        say(request, refusal.sentence, "wrong")
    except InvalidFields as invalid:
        say(request, next(iter(invalid.errors.values())), "wrong")
    return see("approvals")


def _export(request: DeskRequest, found: Approval) -> HttpResponse:
    event, answers = export_approved(request.actor, approval=found)
    return sheet(answers, event, event.slug)


def _export_segment(request: DeskRequest, found: Approval) -> HttpResponse:
    return segment_sheet.sheet(*export_segment_approved(request.actor, approval=found))


def _make_owner(request: DeskRequest, found: Approval) -> HttpResponse:
    by_mail = settings.ENVIRONMENT.sends_mail
    make_owner(request.actor, approval=found, by_mail=by_mail)
    by_invitation = _("A mail invites them; it can be accepted for seven days.")
    say(request, by_invitation if by_mail else _("They are an owner now."))
    return see("approvals")


def _send(request: DeskRequest, found: Approval) -> HttpResponse:
    return carried_out(request, found.subject, found)


def _tell(request: DeskRequest, found: Approval) -> HttpResponse:
    tell_as_agreed(request.actor, approval=found)
    say(request, _("It goes out in two minutes, or when you said. Until then you can take it back."))
    return see("approvals")


def _make_token(request: DeskRequest, found: Approval) -> HttpResponse:
    secret = make_token(request.actor, approval=found)
    return tokens.shown_once(request, found.organisation, secret)


DEEDS: Mapping[str, Callable[[DeskRequest, Approval], HttpResponse]] = {
    EXPORT_OF_MANY: _export,
    BIG_MAILING: _send,
    TO_MANY: _tell,
    EXPORT_OF_SEGMENT: _export_segment,
    NEW_OWNER: _make_owner,
    NEW_TOKEN: _make_token,
}
"""How each kind is carried out here."""


def ask_first(
    request: DeskRequest,
    ask: Callable[[], object],
    hidden: Sequence[tuple[str, str]],
    back: str,
    sentences: Sequence[str] = (),
) -> HttpResponse:
    """Instead of many people's addresses: the question whether to ask a second person, or what came of asking."""
    if request.POST.get("ask") == "yes":
        ask()
        say(request, _("It is asked for. Those who may agree get a mail."))
        return see("approvals")
    context: dict[str, object] = {
        "heading": _("A second person has to agree"),
        "sentences": sentences or _of_an_event(),
        "button": _("Ask for it"),
        "hidden": [*hidden, ("ask", "yes")],
        "back": back,
    }
    return page(request, "confirm", "people" if sentences else "events", context, status=409)


def _of_an_event() -> list[str]:
    return [
        _(
            "More than %(many)s people leave the house as a file only when two agree: you ask, and an owner says "
            "yes. They see who asks, which event it is and how many people are in it."
        )
        % {"many": MANY},
        _(
            "It is for those who have confirmed by now. They have a day to agree, and you then have a day to take "
            "the file, once. Where nobody but you may agree, you can take it in a day."
        ),
    ]


def waits(actor: Actor) -> list[dict[str, str]]:
    """What waits here for somebody's yes, or to be carried out by them, as lines of the first page (1 query)."""
    agree, ready = how_many_wait(actor)
    to_agree = ngettext(
        "%(count)s request waits for a second person.", "%(count)s requests wait for a second person.", agree
    )
    to_do = ngettext(
        "%(count)s thing that you asked for can be done now.",
        "%(count)s things that you asked for can be done now.",
        ready,
    )
    url = reverse("desk:approvals")
    lines = []
    if agree:
        lines.append({"sentence": to_agree % {"count": agree}, "url": url, "verb": _("Read and answer")})
    if ready:
        lines.append({"sentence": to_do % {"count": ready}, "url": url, "verb": _("Look at it")})
    return lines
