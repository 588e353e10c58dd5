"""``/desk/discussions``: questions that are put to many meetings, one's own and those of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groundswell.discussions import operations
from groundswell.discussions.access import caller_for, discussion_for
from groundswell.discussions.queries import (
    callers_of,
    calls_for,
    discussions_for,
    meetings_for,
    open_discussions,
)
from groundswell.events.words import when
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.queries import groups_by_id, organisation_at, root_group
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, part_named, say, see

if TYPE_CHECKING:
    from groundswell.discussions.models import Caller, Discussion, Meeting

AT_ONCE = 50


@desk
@require_safe
def discussions(request: DeskRequest) -> HttpResponse:
    """The questions of one's groups, those to put too, and all that are open, fifty each at once (8 queries)."""
    rows, more = part_named(request, "page", discussions_for(request.here), AT_ONCE)
    calls, more_calls = part_named(request, "calls", calls_for(request.actor), AT_ONCE)
    to_hold, more_to_hold = part_named(request, "open", open_discussions(), AT_ONCE)
    context: dict[str, object] = {
        "discussions": [_line(one) for one in rows],
        "more_url": more,
        "calls": [_call(one) for one in calls],
        "more_calls_url": more_calls,
        "open": [_open_line(one) for one in to_hold],
        "more_open_url": more_to_hold,
        "may_begin": bool(request.actor.groups(ORGANISER)),
    }
    return page(request, "discussions", "discussions", context)


def _line(one: Discussion) -> dict[str, object]:
    return {
        "question": one.question,
        "url": reverse("desk:discussion", args=[one.id]),
        "group_name": one.group.name,
        "status": one.status,
        "status_label": one.get_status_display(),
    }


def _open_line(one: Discussion) -> dict[str, object]:
    return {
        "question": one.question,
        "organisation": one.organisation.name,
        "url": reverse("discussion", args=[one.slug]),
        "hold_url": reverse("desk:discussion-hold", args=[one.slug]),
    }


def _call(one: Caller) -> dict[str, object]:
    return {
        "question": one.discussion.question,
        "begun_by": one.discussion.organisation.name,
        "as": one.organisation.name,
        "accepted": one.status == "accepted",
        "url": reverse("desk:discussion-call", args=[one.id]),
    }


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def discussion_new(request: DeskRequest) -> HttpResponse:
    """Write a question down (6 queries; saved 8)."""
    groups = groups_by_id(request.actor.groups(ORGANISER))
    if not groups:
        raise NotAllowed
    typed = {name: request.POST.get(name, "") for name in ("question", "background", "group")}
    options = [(str(group.id), group.name) for group in groups]
    context: dict[str, object] = {"discussion": None, "groups": options, "form": {"values": typed, "errors": {}}}
    if request.method != "POST":
        return page(request, "discussion_edit", "discussions", context)
    group = next((group for group in groups if str(group.id) == typed["group"]), groups[0])
    try:
        made = operations.begin(
            request.actor, group=group, question=typed["question"], background=typed["background"]
        )
    except InvalidFields as invalid:
        context["form"] = {"values": typed, "errors": invalid.errors}
        return page(request, "discussion_edit", "discussions", context, status=422)
    say(request, _("Written down. Nobody sees it until you open it."))
    return see("discussion", made.id)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: DeskRequest, discussion_id: UUID) -> HttpResponse:
    """One question: its words, who puts it, and one's own meetings on it (9 queries; saved 9)."""
    if request.method != "POST":
        found = discussion_for(request.actor, discussion_id)
        return _page(request, found, {"question": found.question, "background": found.background}, {})
    found = discussion_for(request.actor, discussion_id, ORGANISER)
    typed = {name: request.POST.get(name, "") for name in ("question", "background")}
    try:
        operations.change(request.actor, discussion=found, **typed)
    except InvalidFields as invalid:
        return _page(request, found, typed, invalid.errors, status=422)
    say(request, _("Saved."))
    return see("discussion", discussion_id)


def _page(
    request: DeskRequest, found: Discussion, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    meetings, more = part_named(request, "page", meetings_for(request.actor, found), AT_ONCE)
    context: dict[str, object] = {
        "discussion": {**_line(found), **_verbs(request.actor, found)},
        "callers": [_caller(one) for one in callers_of(found)],
        "meetings": [meeting_line(one) for one in meetings],
        "more_url": more,
        "form": {"values": typed, "errors": errors},
    }
    return page(request, "discussion", "discussions", context, status=status)


def _verbs(actor: Actor, found: Discussion) -> dict[str, object]:
    public = found.status != "draft"
    return {
        "may_change": actor.may(ORGANISER, found.group_id),
        "public_url": reverse("discussion", args=[found.slug]) if public else "",
        "hold_url": reverse("desk:discussion-hold", args=[found.slug]) if found.status == "open" else "",
        "act_url": reverse("desk:discussion-act", args=[found.id]),
    }


def _caller(one: Caller) -> dict[str, object]:
    return {"id": str(one.id), "name": one.organisation.name, "status_label": one.get_status_display()}


def meeting_line(one: Meeting) -> dict[str, object]:
    """A meeting as the desk shows it (0 queries)."""
    return {
        "title": one.event.title,
        "when": when(one.event),
        "url": reverse("desk:meeting", args=[one.id]),
        "group_name": one.event.group.name,
    }


@desk
@require_POST
def discussion_act(request: DeskRequest, discussion_id: UUID) -> HttpResponse:
    """Open a question or close it, ask an organisation to put it too, or take one off it (14 queries)."""
    found = discussion_for(request.actor, discussion_id, ORGANISER)
    then, address = request.POST.get("then", ""), request.POST.get("organisation", "").strip()
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "open": (
            lambda: operations.open_it(request.actor, discussion=found),
            _("It is open: everybody can see it, and meetings can be held."),
        ),
        "close": (
            lambda: operations.close(request.actor, discussion=found),
            _("It is closed. What was said and decided stays."),
        ),
        "ask": (
            lambda: _ask(request.actor, found, address),
            _("Asked. It stands on the page once they accept."),
        ),
        "end": (lambda: _end(request, found), _("They put the question no longer.")),
    }
    verb, done = verbs.get(then, verbs["ask"])
    return _do(request, verb, done, "discussion", found.id)


def _ask(actor: Actor, found: Discussion, address: str) -> None:
    group = root_group(organisation_at(address).id)
    operations.ask(actor, discussion=found, group=group)


def _end(request: DeskRequest, found: Discussion) -> None:
    chosen = request.POST.get("caller", "")
    caller = next((one for one in callers_of(found) if str(one.id) == chosen), None)
    if caller is None:
        raise NotFound
    operations.end_call(request.actor, discussion=found, caller=caller)


def _do(request: DeskRequest, verb: Callable[[], object], done: str, name: str, *where: object) -> HttpResponse:
    attempt(request, verb, done)
    return see(name, *where)


@desk
@require_POST
def discussion_call(request: DeskRequest, caller_id: UUID) -> HttpResponse:
    """Accept to put a question too, or say no to it, or put it no longer (9 queries)."""
    found = caller_for(request.actor, caller_id)
    accept = request.POST.get("answer") == "accept"
    done = _("You put this question too.") if accept else _("You do not put this question.")
    return _do(
        request,
        lambda: operations.answer_call(request.actor, caller=found, accept=accept),
        done,
        "discussions",
    )
