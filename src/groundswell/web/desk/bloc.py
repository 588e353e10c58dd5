"""``/desk/blocs`` and ``/desk/blocs/<id>``: the blocs one calls, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groundswell.attendances.coaches import left_of, passengers_of
from groundswell.attendances.queries import brought_to_bloc, rounded
from groundswell.blocs import callers, operations
from groundswell.blocs.access import bloc_for, called_bloc, caller_for
from groundswell.blocs.march import ask_for_place
from groundswell.blocs.queries import blocs_for, calls_for, everybody_asked, pick_ups_of, standing_of
from groundswell.blocs.words import gathers, state, told, walks
from groundswell.events.words import when
from groundswell.groups.access import ORGANISER, SEND, STAND, STEWARD, VIEWER, Actor
from groundswell.groups.queries import organisation_at, root_group
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, part_named, say, see
from groundswell.web.public import shown
from groundswell.web.public.bloc_facts import in_words

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc, Caller

AT_ONCE = 50


@desk
@require_safe
def blocs(request: DeskRequest) -> HttpResponse:
    """The blocs of one's groups, and those one is asked to call to, fifty of each at once (7 queries)."""
    rows, more = part_named(request, "page", blocs_for(request.actor), AT_ONCE)
    calls, more_calls = part_named(request, "calls", calls_for(request.actor), AT_ONCE)
    context: dict[str, object] = {
        "blocs": [_line(one) for one in rows],
        "more_url": more,
        "calls": [_call(request.actor, one) for one in calls],
        "more_calls_url": more_calls,
        "may_call": bool(request.actor.groups(ORGANISER)),
    }
    return page(request, "blocs", "blocs", context)


def _line(one: Bloc) -> dict[str, object]:
    return {
        "name": one.name,
        "url": reverse("desk:bloc", args=[one.id]),
        "event": one.event.title,
        "when": when(one.event),
        "state": state(one),
        "state_label": _state_label(one),
        "place": one.place,
        "place_label": one.get_place_display(),
    }


def _state_label(one: Bloc) -> str:
    return {"cancelled": _("Cancelled"), "over": _("Over")}.get(state(one), one.get_status_display())


def _call(actor: Actor, one: Caller) -> dict[str, object]:
    accepted = one.status == "accepted"
    return {
        "id": str(one.id),
        "name": one.bloc.name,
        "founded_by": one.bloc.organisation.name,
        "as": one.organisation.name,
        "event": one.bloc.event.title,
        "accepted": accepted,
        "bloc_url": reverse("desk:bloc", args=[one.bloc_id]) if accepted else "",
        "public_url": shown.bloc_url(one.bloc.slug) if one.bloc.status != "draft" else "",
        "url": reverse("desk:call", args=[one.id]) if actor.may(ORGANISER, one.group_id) else "",
    }


@desk
@require_safe
def bloc(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """One bloc (12 queries)."""
    found = called_bloc(request.actor, bloc_id)
    founding = request.actor.may(ORGANISER, found.group_id)
    asked = everybody_asked(found.id)
    standing = standing_of(found)
    own = [one.organisation_id for one in asked if request.actor.may(VIEWER, one.group_id)]
    brought = brought_to_bloc(found.id, own)
    context: dict[str, object] = {
        "bloc": {
            **_line(found),
            "told": told(found),
            "gathers": gathers(found),
            "landmark": found.landmark,
            "place_reason": found.place_reason,
            "walks": walks(standing, found),
            "public_url": shown.bloc_url(found.slug) if found.status != "draft" else "",
            "event_url": reverse("event", args=[found.event.slug]) if found.event.status != "draft" else "",
            **_verbs(request.actor, found),
            "tell_url": _tell_url(request.actor, found, asked),
            "stewards_url": _stewards_url(request.actor, found, asked),
        },
        "callers": [
            {
                **_caller(found, one, founding),
                **_own(found, one, own, brought),
                "help_url": _help_url(request.actor, found, one),
            }
            for one in asked
        ],
        "stops": _stops(found, own),
    }
    return page(request, "bloc", "blocs", context)


def _stops(found: Bloc, own: Sequence[UUID]) -> list[dict[str, object]]:
    """The coaches, with the seats that one's own people hold; those of others are told in tens (3 queries)."""
    pick_ups = pick_ups_of(found.id)
    left, passengers = left_of(pick_ups), passengers_of(pick_ups, own)
    ours = {one.id: sum(each.seats for each in passengers[one.id]) for one in pick_ups}
    return [
        {
            "where": one.where,
            "seats": one.seats,
            "ours": ours[one.id],
            "others": max(one.seats - left[one.id] - rounded(ours[one.id]), 0),
            "left": in_words(left[one.id]),
        }
        for one in pick_ups
    ]


def _verbs(actor: Actor, found: Bloc) -> dict[str, str]:
    may = actor.may(ORGANISER, found.group_id) and state(found) in {"draft", "published"}
    at = {"draft": "draft", "published": "published"}.get(found.status, "")

    def url(name: str, *statuses: str) -> str:
        return reverse(f"desk:{name}", args=[found.id]) if may and at in statuses else ""

    asks = found.place in {"none", "refused"} and getattr(found.event, "elsewhere", None) is None
    return {
        "edit_url": url("bloc-edit", "draft", "published"),
        "publish_url": url("bloc-publish", "draft"),
        "cancel_url": url("bloc-cancel", "published"),
        "ask_url": url("bloc-place", "published") if asks else "",
        "invite_url": url("bloc-callers", "draft", "published"),
        "stands_url": _stands_url(found) if url("bloc-cancel", "published") else "",
        "sheet_url": reverse("desk:bloc-sheet", args=[found.id]) if found.status != "draft" else "",
    }


def _stands_url(found: Bloc) -> str:
    return reverse("desk:endorsement-new", query={"page": reverse("bloc", args=[found.slug])})


def _stewards_url(actor: Actor, found: Bloc, asked: list[Caller]) -> str:
    """For stewards of every organisation that calls."""
    groups = [one.group_id for one in asked if one.status == "accepted"]
    is_steward = any(actor.may(STAND, group, found.event_id) for group in groups)
    return reverse("desk:bloc-stewards", args=[found.id]) if is_steward else ""


def _tell_url(actor: Actor, found: Bloc, asked: list[Caller]) -> str:
    """For whoever writes to the people of an organisation that calls."""
    may = any(actor.may(SEND, one.group_id) for one in asked if one.status == "accepted")
    return reverse("desk:bloc-tell", args=[found.id]) if may and found.status != "draft" else ""


def _own(found: Bloc, one: Caller, own: Sequence[UUID], brought: Mapping[UUID, int]) -> dict[str, object]:
    """What an organisation sees of itself only: its page of the bloc, and how many came by it."""
    if one.organisation_id not in own or one.status != "accepted" or found.status == "draft":
        return {"page_url": "", "people": 0}
    founded = one.organisation_id == found.organisation_id
    path = reverse("bloc-called", args=[found.slug, one.organisation.slug])
    return {
        "page_url": shown.bloc_url(found.slug) if founded else settings.PUBLIC_URL + path,
        "people": brought.get(one.organisation_id, 0),
    }


def _help_url(actor: Actor, found: Bloc, one: Caller) -> str:
    """For stewards of the organisation whose people these are."""
    if one.status != "accepted" or found.status == "draft" or not actor.may(STEWARD, one.group_id):
        return ""
    return reverse("desk:bloc-help", args=[found.id], query={"organisation": one.organisation.slug})


def _caller(found: Bloc, one: Caller, founding: bool) -> dict[str, object]:
    own = one.organisation_id == found.organisation_id
    live = one.status in {"invited", "accepted"}
    return {
        "id": str(one.id),
        "name": one.organisation.name,
        "status": one.status,
        "status_label": _("Founded it") if own else one.get_status_display(),
        "may_remove": founding and not own and live,
    }


@desk
@require_POST
def bloc_publish(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Show a draft to everybody (8 queries)."""
    found = bloc_for(request.actor, bloc_id, ORGANISER)
    done = _("It is published: everybody can see it.")
    return _do(request, found, lambda: operations.publish(request.actor, bloc=found), done)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def bloc_cancel(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Ask once more, then call a bloc off (8 queries)."""
    found = bloc_for(request.actor, bloc_id, ORGANISER)
    if request.method != "POST":
        about = {"name": found.name, "url": reverse("desk:bloc", args=[found.id])}
        return page(request, "bloc_cancel", "blocs", {"bloc": about})
    done = _("It is cancelled. Its page stays and says so. Tell those who joined it.")
    return _do(request, found, lambda: operations.cancel(request.actor, bloc=found), done)


@desk
@require_POST
def bloc_place(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Ask the event's host for a place in the order of march (10 queries)."""
    found = bloc_for(request.actor, bloc_id, ORGANISER)
    done = _("Asked. As soon as the host answers, it stands here and on the page.")
    return _do(request, found, lambda: ask_for_place(request.actor, bloc=found), done)


@desk
@require_POST
def bloc_callers(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Ask an organisation to call to the bloc as well, or take one off it (13 queries)."""
    found = bloc_for(request.actor, bloc_id, ORGANISER)
    if address := request.POST.get("organisation", "").strip():
        done = _("Asked. It stands on the page once they accept.")
        return _do(request, found, lambda: _invite(request.actor, found, address), done)
    chosen = request.POST.get("remove", "")
    gone = next((one for one in everybody_asked(found.id) if str(one.id) == chosen), None)
    if gone is None:
        say(request, _("Choose an organisation."), "wrong")
        return see("bloc", bloc_id)
    done = _("They call no longer.")
    return _do(request, found, lambda: callers.remove(request.actor, bloc=found, caller=gone), done)


def _invite(actor: Actor, found: Bloc, address: str) -> None:
    callers.invite(actor, bloc=found, group=root_group(organisation_at(address).id))


def _do(request: DeskRequest, found: Bloc, verb: Callable[[], object], done: str) -> HttpResponse:
    attempt(request, verb, done)
    return see("bloc", found.id)


@desk
@require_POST
def call(request: DeskRequest, caller_id: UUID) -> HttpResponse:
    """Accept an invitation to call to a bloc, or say no to it, or call no longer (9 queries)."""
    found = caller_for(request.actor, caller_id, ORGANISER)
    accepts = request.POST.get("answer") == "accept"
    verb = callers.accept if accepts else callers.withdraw
    done = _("You call to this bloc now.") if accepts else _("You do not call to this bloc.")
    attempt(request, lambda: verb(request.actor, caller=found), done)
    return see("blocs")
