"""``/desk/events/<id>/schedule``, and steps back: ``…/withdraw``, ``…/reinstate``, ``…/drop``, ``…/back``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groundswell.attendances.errors import ToldThatItIsOff
from groundswell.attendances.notices import withdraw_cancellation
from groundswell.attendances.queries import anybody_answered, is_together
from groundswell.events.access import draft_for, event_for
from groundswell.events.dropping import bring_draft_back, drop_draft
from groundswell.events.errors import InThePast, NotADraft, NotCancelled, NotOpen, SomethingHangsOnIt
from groundswell.events.operations import reinstate, schedule, withdraw
from groundswell.events.words import moment
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields
from groundswell.web.desk.event_form import moment_from
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_schedule(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Let a draft be published by itself, or not any more (6 queries; saved 11)."""
    found = event_for(request.actor, event_id, ORGANISER)
    if request.method != "POST":
        return _form(request, found, _as_it_is(found), {})
    typed = {name: request.POST.get(name, "") for name in ("date", "time")}
    try:
        at = None if request.POST.get("then") == "off" else moment_from(found, typed)
        schedule(request.actor, event=found, at=at)
    except InvalidFields as invalid:
        errors = {"date" if name == "publish_at" else name: sentence for name, sentence in invalid.errors.items()}
        return _form(request, found, typed, errors, status=422)
    except NotADraft as refusal:
        say(request, refusal.sentence, "wrong")
    else:
        done = _("It is published by itself on %(when)s.") % {"when": moment(found, at)} if at else ""
        say(request, done or _("It stays a draft until somebody publishes it."))
    return see("event", event_id)


def _as_it_is(event: Event) -> dict[str, str]:
    if event.publish_at is None:
        return {"date": "", "time": "09:00"}
    here = event.publish_at.astimezone(ZoneInfo(event.zone))
    return {"date": here.date().isoformat(), "time": f"{here:%H:%M}"}


def _form(
    request: DeskRequest, found: Event, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "zone": found.zone.replace("_", " "),
        "publishes": moment(found, found.publish_at) if found.publish_at else "",
        "form": {"values": typed, "errors": errors},
    }
    return page(request, "event_schedule", "events", context, status=status)


@desk
@require_POST
def event_withdraw(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Make a draft of what was just published, as long as nobody has answered (12 queries)."""
    found = event_for(request.actor, event_id, ORGANISER)
    attempt(request, lambda: _withdraw(request, found), _("It is a draft again: nobody sees it."), NotOpen)
    return see("event", event_id)


@transaction.atomic
def _withdraw(request: DeskRequest, found: Event) -> None:
    # The event is locked by now, so nobody's answer to it is settled between the look and the change.
    withdraw(request.actor, event=found)
    if is_together(found.id):
        # Whether one has is not told: on a page of another organisation it may have been the first.
        sentence = _("People may have answered on other organisations’ pages. Cancel the event instead.")
        raise NotOpen(sentence)
    if anybody_answered(found):
        raise NotOpen(_("Somebody has answered already. Cancel the event instead: then they are told."))


@desk
@require_POST
def event_reinstate(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Let what was cancelled take place after all, as long as nobody was told (14 queries)."""
    found = event_for(request.actor, event_id, ORGANISER)
    done = _("It takes place after all. Nobody was told that it was cancelled.")
    refusals = (NotCancelled, InThePast, ToldThatItIsOff)
    attempt(request, lambda: _reinstate(request, found), done, refusals)
    return see("event", event_id)


@transaction.atomic
def _reinstate(request: DeskRequest, found: Event) -> None:
    """Both or neither: what takes place again is not said to be cancelled two minutes later."""
    again = reinstate(request.actor, event=found)
    withdraw_cancellation(request.actor, event=again)


@desk
@require_POST
def event_drop(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Throw a draft away; the list of events says for a day how it comes back (26 queries)."""
    found = event_for(request.actor, event_id, ORGANISER)
    try:
        drop_draft(request.actor, event=found)
    except (NotADraft, SomethingHangsOnIt) as refusal:
        say(request, refusal.sentence, "wrong")
        return see("event", event_id)
    say(request, _("“%(name)s” is thrown away.") % {"name": found.title})
    return see("events")


@desk
@require_POST
def event_back(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Have a draft again that was thrown away (9 queries)."""
    found = draft_for(request.actor, event_id)
    bring_draft_back(request.actor, event=found)
    say(request, _("“%(name)s” is back.") % {"name": found.title})
    return see("event", event_id)
