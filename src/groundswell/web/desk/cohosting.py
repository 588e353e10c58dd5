"""``/desk/cohosting/<id>``: another organisation's event, for one that is asked to hold it too, or does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groundswell.attendances.exporting import ask_to_export_own, export_own_answers
from groundswell.attendances.queries import answers_like, part_of_event, tally_of
from groundswell.attendances.seeing import see_found
from groundswell.events import cohosts
from groundswell.events.access import cohost_for, held_for, invited_for
from groundswell.events.errors import NotOpen, OldArrangement
from groundswell.groups.access import ORGANISER, STEWARD, group_for
from groundswell.groups.errors import NotFound, SecondPersonNeeded
from groundswell.groups.queries import groups_by_id
from groundswell.kit.text import whole_number
from groundswell.web.desk import shown
from groundswell.web.desk.approvals import ask_first
from groundswell.web.desk.brought import brought
from groundswell.web.desk.event_share import WAYS
from groundswell.web.desk.fresh import fresh_to_send
from groundswell.web.desk.pages import DeskRequest, attempt, desk, needed_id, page, say, see
from groundswell.web.desk.people import line, others, people, sheet

if TYPE_CHECKING:
    from groundswell.attendances.models import Part
    from groundswell.events.models import CoHost
    from groundswell.groups.models import Group
    from groundswell.groups.roles import Role


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def cohosting(request: DeskRequest, cohost_id: UUID) -> HttpResponse:
    """The invitation while it waits (8 queries), then one's own side of the event (25); on POST, answer."""
    try:
        held = cohost_for(request.actor, cohost_id)
    except NotFound:
        return _invitation(request, invited_for(request.actor, cohost_id))
    if request.method == "POST":
        return _agree(request, cohost_for(request.actor, cohost_id, ORGANISER))
    if "HX-Request" in request.headers:
        return render(request, "desk/found.html", _found(request, held))
    where = reverse("desk:cohosting-answers", args=[held.id])
    part = _part(held)
    context: dict[str, object] = {
        **_side(request, held),
        **people(request, held.event, where, part, held),
        **others(request, held.event, held),
        **_arranged(held),
        **brought(held.event, held.organisation_id, tally_of(held.event_id), part),
        "links": _links(held),
        "leave_url": reverse("desk:cohosting-leave", args=[held.id]) if _organises(request, held) else "",
    }
    return page(request, "cohosting", "events", context)


def _part(held: CoHost) -> Part:
    return part_of_event(held.event_id, held.organisation_id)


def _invitation(request: DeskRequest, cohost: CoHost) -> HttpResponse:
    own = [group for group in _groups(request) if group.organisation_id == cohost.organisation_id]
    errors = {}
    if request.method == "POST":
        refused = _answer(request, cohost)
        if not refused:
            return see("cohosting", cohost.id) if request.POST.get("then") == "accept" else see("waits")
        errors = {"version": refused}
    context: dict[str, object] = {
        "event": _event(cohost),
        "host": cohost.event.organisation.name,
        "organisation_name": cohost.organisation.name,
        "arrangement": cohosts.arrangement_of(cohost.event_id),
        "groups": [(str(group.id), group.name) for group in own],
        "until": cohost.expires_at,
        "form": {"values": {"group": str(own[0].id)}, "errors": errors},
    }
    return page(request, "cohosting_invitation", "events", context, status=409 if errors else 200)


def _groups(request: DeskRequest) -> Sequence[Group]:
    return groups_by_id(request.actor.groups(ORGANISER))


def _answer(request: DeskRequest, cohost: CoHost) -> str:
    """Carry out what the pressed button says; what speaks against it, or nothing."""
    group = group_for(request.actor, needed_id(request.POST.get("group", "")), ORGANISER)
    if request.POST.get("then") != "accept":
        cohosts.decline(request.actor, cohost=cohost, group=group)
        say(request, _("They are told that you do not hold it with them."))
        return ""
    try:
        cohosts.accept(request.actor, cohost=cohost, group=group, version=_version(request))
    except (OldArrangement, NotOpen) as refusal:
        return str(refusal.sentence)
    say(request, _("You hold it together from now on. Below is the address of your own page of it."))
    return ""


def _version(request: DeskRequest) -> int:
    return whole_number(request.POST.get("version", ""), 5) or 0


def _agree(request: DeskRequest, held: CoHost) -> HttpResponse:
    version = _version(request)
    attempt(
        request,
        lambda: cohosts.agree(request.actor, cohost=held, version=version),
        _("Agreed."),
        OldArrangement,
    )
    return see("cohosting", held.id)


def _event(cohost: CoHost) -> dict[str, object]:
    """The event as everybody may know it, and its page here."""
    said = shown.in_words(cohost.event)
    ours = {"url": reverse("desk:cohosting", args=[cohost.id]), "group_name": cohost.event.organisation.name}
    return {**said, **ours}


def _side(request: DeskRequest, held: CoHost) -> dict[str, object]:
    """What the pages about one's own people share."""
    with_contact = _organises(request, held)
    export = reverse("desk:ours-export", args=[held.event_id])
    help_url = reverse("desk:ours-help", args=[held.event_id], query={"organisation": held.organisation.slug})
    return {
        "event": _event(held),
        "host": held.event.organisation.name,
        "organisation_name": held.organisation.name,
        **_found(request, held),
        "help_url": help_url if _may(request, held, STEWARD) else "",
        "export_url": export if with_contact else "",
        "slug": held.organisation.slug,
    }


def _found(request: DeskRequest, held: CoHost) -> dict[str, object]:
    """Whom a search finds, among one's own people only."""
    part = request.GET.get("q", "")[:120]
    common: dict[str, object] = {"find_url": request.path, "part": part, "whose": held.organisation.slug}
    if not part.strip():
        return {**common, "found": [], "whole": True}
    whose, with_contact = held.organisation_id, _organises(request, held)
    answers, whole = answers_like(held.event, part, by_address=with_contact, organisation_id=whose)
    see_found(request.actor, event=held.event, organisation_id=whose, people=len(answers))
    return {**common, "found": [line(answer, with_contact) for answer in answers], "whole": whole}


def _organises(request: DeskRequest, held: CoHost) -> bool:
    return _may(request, held, ORGANISER)


def _may(request: DeskRequest, held: CoHost, what: Role) -> bool:
    return held.group_id is not None and request.actor.may(what, held.group_id)


def _arranged(held: CoHost) -> dict[str, object]:
    arranged = cohosts.arrangement_of(held.event_id)
    is_new = arranged is not None and arranged.version != held.agreed
    return {"arrangement": arranged, "agreed": held.agreed, "is_new": is_new}


def _links(held: CoHost) -> list[dict[str, str]]:
    """Addresses of one's own page of the event, the bare one first; nothing before it is published."""
    if held.event.status == "draft":
        return []
    own = settings.PUBLIC_URL + reverse("cohosted", args=[held.event.slug, held.organisation.slug])
    return [{"name": name, "url": f"{own}?via={name}" if name else own} for name in ("", *WAYS)]


@desk
@require_safe
def cohosting_answers(request: DeskRequest, cohost_id: UUID) -> HttpResponse:
    """The part of the page that fetches itself again; 204 while nothing has changed (11 queries)."""
    held = cohost_for(request.actor, cohost_id)
    where = reverse("desk:cohosting-answers", args=[held.id])
    context = people(request, held.event, where, _part(held), held)
    if request.GET.get("seen") == context["fingerprint"]:
        return HttpResponse(status=204)
    return render(request, "desk/answers.html", {"event": _event(held), **context})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def cohosting_leave(request: DeskRequest, cohost_id: UUID) -> HttpResponse:
    """Ask once more, then hold the event no longer; one's own people stay (5 queries; done 13)."""
    held = cohost_for(request.actor, cohost_id, ORGANISER)
    if request.method == "POST":
        cohosts.leave(request.actor, cohost=held)
        say(request, _("You hold it no longer. Your own people are here."))
        return see("ours", held.event_id)
    context: dict[str, object] = {
        "heading": _("Leave “%(title)s”?") % {"title": held.event.title},
        "sentences": [
            _("It happens at once: your page of the event is gone, and you see none of the people of others."),
            _("Who answered to you is still coming, and stays yours."),
        ],
        "button": _("Leave"),
        "danger": True,
        "back": reverse("desk:cohosting", args=[cohost_id]),
    }
    return page(request, "confirm", "events", context)


@desk
@require_safe
def ours(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """One's own people at an event that one holds or held together with others, and nothing else (14 queries)."""
    held = held_for(request.actor, event_id, request.GET.get("organisation", ""))
    if "HX-Request" in request.headers:
        return render(request, "desk/found.html", _found(request, held))
    context: dict[str, object] = {
        **_side(request, held),
        **people(request, held.event, "", _part(held), held),
    }
    if held.standing != "accepted":
        # Whatever its page here was: it is gone.
        context["event"] = {**_event(held), "url": ""}
    return page(request, "ours", "events", context)


@desk
@fresh_to_send
@require_POST
def ours_export(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """One's own confirmed answers as a file; of many, the way to a second person (10 queries)."""
    held = held_for(request.actor, event_id, request.POST.get("organisation", ""), ORGANISER)
    try:
        answers = export_own_answers(request.actor, cohost=held)
    except SecondPersonNeeded:
        hidden = [("organisation", held.organisation.slug)]
        back = reverse("desk:ours", args=[event_id]) + f"?organisation={held.organisation.slug}"
        return ask_first(request, lambda: ask_to_export_own(request.actor, cohost=held), hidden, back)
    return sheet(answers, held.event, f"{held.event.slug}-{held.organisation.slug}")
