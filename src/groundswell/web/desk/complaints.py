"""``/desk/complaints``: what people complain of about their data, until when they must hear, and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.groups.access import CONTACT, organisations_led_by
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.kit.clock import now
from groundswell.kit.text import shortened
from groundswell.people.access import complaint_for, complaints_seen_by
from groundswell.people.complaints import WAYS, Brought, acknowledge, answer_complaint, due_on, enter_complaint
from groundswell.people.errors import ComplaintChanged
from groundswell.people.seeing import see_complaints
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, part_named, say, see

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation
    from groundswell.people.models import Complaint

AT_ONCE = 50
FIELDS = ("text", "way", "received_on", "name", "email")
STATES = {
    "new": gettext_lazy("Nobody has told them yet that it is here"),
    "late": gettext_lazy("Nobody has told them in time that it is here"),
    "known": gettext_lazy("They know that it is here, and wait for an answer"),
    "answered": gettext_lazy("Answered"),
}


def _ours(request: DeskRequest) -> Organisation:
    """The organisation that the desk shows, for somebody who sees all its people with their addresses (1 query).

    :raises NotAllowed: for anybody else.
    """
    found = organisations_led_by(request.here, CONTACT)
    if not found or not request.here.contact_data:
        raise NotAllowed
    return found[0]


@desk
@require_safe
def complaints(request: DeskRequest) -> HttpResponse:
    """The complaints, fifty at once, those without an answer first (8 queries)."""
    organisation = _ours(request)
    rows, more = part_named(request, "page", complaints_seen_by(request.here, organisation), AT_ONCE)
    see_complaints(request.actor, organisation_id=organisation.id, people=len(rows), part=request.GET.urlencode())
    return page(request, "complaints", "people", {"complaints": [_line(one) for one in rows], "more_url": more})


def _line(one: Complaint) -> dict[str, object]:
    state = _state(one)
    return {
        "url": reverse("desk:complaint", args=[one.id]),
        "who": one.name or one.email or _("Somebody without a name"),
        "begins": shortened(" ".join(one.text.split()), 90),
        "received_at": one.received_at,
        "due_on": None if one.acknowledged_at else due_on(one),
        "state": state,
        "state_label": STATES[state],
    }


def _state(one: Complaint) -> str:
    if one.answered_at:
        return "answered"
    if one.acknowledged_at:
        return "known"
    return "late" if due_on(one) < now().date() else "new"


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def complaint_new(request: DeskRequest) -> HttpResponse:
    """Write down one that came by letter, telephone or mail (6 queries; 9 where it is saved)."""
    organisation = _ours(request)
    if request.method != "POST":
        return _form(request, {"received_on": now().date().isoformat()}, {})
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        made = enter_complaint(request.actor, organisation=organisation, brought=_brought(typed))
    except InvalidFields as invalid:
        return _form(request, typed, invalid.errors, status=422)
    told = _("Written down. A mail tells them that it is here.")
    untold = _("Written down. Without an e-mail address you have to tell them yourself that it is here.")
    say(request, told if made.email else untold)
    return see("complaint", made.id)


def _brought(typed: Mapping[str, str]) -> Brought:
    try:
        received_on = date.fromisoformat(typed["received_on"].strip())
    except ValueError:
        received_on = None
    rest = {name: typed[name] for name in ("text", "way", "name", "email")}
    return Brought(received_on=received_on, **rest)


def _form(
    request: DeskRequest, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"form": {"values": typed, "errors": errors}, "ways": WAYS}
    return page(request, "complaint_new", "people", context, status=status)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: DeskRequest, complaint_id: UUID) -> HttpResponse:
    """One complaint, and its answer (8 queries); on POST acknowledge or answer it (11 at most)."""
    found = complaint_for(request.actor, complaint_id)
    if request.method != "POST":
        see_complaints(request.actor, organisation_id=found.organisation_id, people=1, part=str(found.id))
        return _page(request, found, "", {})
    if request.POST.get("then") == "acknowledge":
        done = _("Written down: they know that it is here.")
        attempt(request, lambda: acknowledge(request.actor, complaint=found), done)
        return see("complaint", found.id)
    if request.POST.get("then") != "answer":
        raise NotFound
    typed = request.POST.get("answer", "")
    try:
        answer_complaint(request.actor, complaint=found, text=typed)
    except InvalidFields as invalid:
        return _page(request, found, typed, invalid.errors, status=422)
    except ComplaintChanged as changed:
        now_there = complaint_for(request.actor, complaint_id)
        return _page(request, now_there, typed, {"answered": changed.sentence}, status=changed.status)
    by_mail, otherwise = (
        _("Answered. The mail is on its way."),
        _("Answered. Send it to them as they came to you."),
    )
    say(request, by_mail if found.email else otherwise)
    return see("complaint", found.id)


def _page(
    request: DeskRequest, found: Complaint, typed: str, errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    person = reverse("desk:person", args=[found.person_id]) if found.person_id else ""
    context: dict[str, object] = {
        "complaint": {
            **_line(found),
            "text": found.text,
            "email": found.email,
            "way": found.get_way_display(),
            "by_link": bool(found.person_id),
            "person_url": person,
            "acknowledged_at": found.acknowledged_at,
            "answered_at": found.answered_at,
            "answer": found.answer,
        },
        "form": {"values": {"answer": typed}, "errors": errors},
    }
    return page(request, "complaint", "people", context, status=status)
