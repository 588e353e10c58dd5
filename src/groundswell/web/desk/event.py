"""``/desk/events/<id>``: one event, who is coming, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groundswell.attendances.exporting import ask_to_export, export_answers
from groundswell.attendances.notices import Words, has_said_that_it_is_off, ready_in_each, tell
from groundswell.attendances.queries import coming, own_tally_of
from groundswell.attendances.silence import untold_of
from groundswell.events import operations
from groundswell.events.access import event_for
from groundswell.events.checklist import applies
from groundswell.events.errors import InThePast, NotADraft, NotOpen
from groundswell.events.words import moment
from groundswell.groups.access import ASSIGNED, EXPORT, NAMES, ORGANISER, SEND, STAND, STEWARD, Actor
from groundswell.groups.errors import InvalidFields, SecondPersonNeeded
from groundswell.groups.roles import May, Role
from groundswell.kit.clock import now
from groundswell.web.desk import shown
from groundswell.web.desk.approvals import ask_first
from groundswell.web.desk.brought import brought
from groundswell.web.desk.event_reminder import reminders_said
from groundswell.web.desk.fresh import fresh_to_send
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, say, see
from groundswell.web.desk.people import others, people, sheet
from groundswell.web.desk.words import apart, words_as_fields, words_typed

if TYPE_CHECKING:
    from groundswell.attendances.models import Tally
    from groundswell.events.models import Event


@desk
@require_safe
def event(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """An event with its answers (16 queries, 23 if it is held together; an entry of the ledger in ten minutes)."""
    found = event_for(request.actor, event_id)
    tally = own_tally_of(found.id)
    answered = _people(request, found, tally)
    facts = _facts(request.actor, found) | {"reminders": reminders_said(found)}
    totals = cast(dict[str, int], answered["totals"])
    if any(totals.values()) or tally.together:
        facts["withdraw_url"] = ""
    if facts["reinstate_url"] and (found.closes_at <= now() or has_said_that_it_is_off(found)):
        facts["reinstate_url"] = ""
    said_yes = totals["confirmed"] or totals["waiting"] or totals["tentative"]
    if said_yes and facts["tell_url"] and (kind := untold_of(found)):
        facts |= {"untold": kind, "untold_url": f"{facts['tell_url']}?kind={kind}"}
    seen = {**answered, **brought(found, found.organisation_id, tally, tally), **others(request, found)}
    return page(request, "event", "events", {"event": facts, **seen})


@desk
@require_safe
def answers(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The part of the page that fetches itself again and again; 204 while nothing has changed (11 queries)."""
    found = event_for(request.actor, event_id)
    context = _people(request, found, own_tally_of(found.id))
    if request.GET.get("seen") == context["fingerprint"]:
        return HttpResponse(status=204)
    return render(request, "desk/answers.html", {"event": _facts(request.actor, found), **context})


@desk
@require_POST
def publish(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Show a draft to everybody (10 queries)."""
    return _do(request, event_id, operations.publish, _("It is published: everybody can see it and answer."))


@desk
@fresh_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Ask once more, then call an event off (10 queries)."""
    found = event_for(request.actor, event_id, ORGANISER)
    if request.method != "POST":
        return _ask_to_cancel(request, found, "yes", ready_in_each(found, "cancelled"), {})
    told, words = request.POST.get("tell", ""), words_typed(request.POST, found)
    try:
        _cancel(request.actor, found, words if told else {})
    except InvalidFields as invalid:
        return _ask_to_cancel(request, found, told, words, invalid.errors, status=422)
    except NotOpen as refusal:
        say(request, refusal.sentence, "wrong")
        return see("event", event_id)
    say(request, _("It is cancelled. Its page stays and says so."))
    return see("event-tell" if told else "event", event_id)


@transaction.atomic
def _cancel(actor: Actor, found: Event, words: Words) -> None:
    """Both or neither: whoever wanted to tell people does not find it cancelled and nobody told."""
    off = operations.cancel(actor, event=found)
    if words:
        tell(actor, event=off, kind="cancelled", **apart(found, words))


@desk
@fresh_to_send
@require_POST
def export(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The confirmed answers as a file for a spreadsheet; of many, the way to a second person (10 queries)."""
    found = event_for(request.actor, event_id, EXPORT)
    try:
        return sheet(export_answers(request.actor, event=found), found, found.slug)
    except SecondPersonNeeded:
        back = reverse("desk:event", args=[event_id])
        return ask_first(request, lambda: ask_to_export(request.actor, event=found), [], back)


def _do(request: DeskRequest, event_id: UUID, verb: Callable[..., object], done: str) -> HttpResponse:
    found = event_for(request.actor, event_id, ORGANISER)
    attempt(request, lambda: verb(request.actor, event=found), done, (NotADraft, NotOpen, InThePast))
    return see("event", event_id)


def _ask_to_cancel(
    request: DeskRequest,
    found: Event,
    told: str,
    words: Words,
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "people": coming(found.id),
        "form": {"values": {"tell": told}, "errors": errors},
        "languages": words_as_fields(found, words, errors),
    }
    return page(request, "event_cancel", "events", context, status=status)


def _people(request: DeskRequest, found: Event, tally: Tally) -> dict[str, object]:
    return people(request, found, reverse("desk:event-answers", args=[found.id]), tally)


def _facts(actor: Actor, found: Event) -> dict[str, object]:
    status = found.status

    def url(name: str, *statuses: str, what: Role | May = ORGANISER) -> str:
        may = actor.may(what, found.group_id, found.id)
        return reverse(f"desk:{name}", args=[found.id]) if may and found.status in statuses else ""

    return {
        **shown.in_words(found),
        "campaign": found.campaign.name if found.campaign else "",
        "public_url": settings.PUBLIC_URL + reverse("event", args=[found.slug]) if status != "draft" else "",
        "edit_url": url("event-edit", "draft", "published"),
        "picture_url": url("event-picture", "draft", "published", what=May.PRESS),
        "publish_url": url("event-publish", "draft"),
        "schedule_url": url("event-schedule", "draft"),
        "publishes": moment(found, found.publish_at) if found.publish_at else "",
        "withdraw_url": url("event-withdraw", "published"),
        "share_url": reverse("desk:event-share", args=[found.id]) if status in {"draft", "published"} else "",
        "checklist_url": url("event-checklist", "draft", "published") if applies(found) else "",
        "copy_url": url("event-copy", "draft", "published", "cancelled", "over"),
        "template_url": url("event-template", "draft", "published", "cancelled", "over"),
        "series": (found.series.title, reverse("desk:series-of", args=[found.series_id]))
        if found.series
        else None,
        "march_url": reverse("desk:event-march", args=[found.id]),
        "bloc_url": f"{reverse('desk:bloc-new')}?event={found.id}"
        if actor.may(ORGANISER, found.group_id, found.id) and status in {"draft", "published"}
        else "",
        "together_url": url("event-together", "draft", "published", "cancelled", "over"),
        "stands_url": _stands_url(found) if status == "published" and actor.may(ORGANISER, found.group_id) else "",
        "cancel_url": url("event-cancel", "published"),
        "drop_url": url("event-drop", "draft"),
        "reinstate_url": url("event-reinstate", "cancelled"),
        "tell_url": url("event-tell", "published", "cancelled", "over", what=SEND),
        "reminder_url": url("event-reminder", "draft", "published"),
        **_for_stewards(actor, found),
        "export_url": url("event-export", "published", "cancelled", "over", what=EXPORT),
    }


def _stands_url(found: Event) -> str:
    return reverse("desk:endorsement-new", query={"page": reverse("event", args=[found.slug])})


def _for_stewards(actor: Actor, found: Event) -> dict[str, str]:
    def url(name: str, may: bool) -> str:
        return reverse(f"desk:{name}", args=[found.id]) if may and found.status != "draft" else ""

    def may(what: Role | May) -> bool:
        return actor.may(what, found.group_id, found.id)

    return {
        "find_url": url("event-find", may(NAMES)),
        "figures_url": url("event-figures", True),
        "stall_url": url("event-stall", may(STAND) and found.status == "published"),
        "door_url": url("event-door", may(STAND)),
        "help_url": url("event-help", may(STEWARD)),
        "assign_url": url("event-assign", may(ORGANISER)),
        "assigned_url": url("event-assigned", may(ASSIGNED) and not may(NAMES)),
    }
