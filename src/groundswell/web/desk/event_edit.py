"""``/desk/events/new`` and ``…/edit``: an event on one page. What was typed stays, whatever was wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.events.access import event_for
from groundswell.events.details import KINDS, Details, checked
from groundswell.events.errors import ChangedMeanwhile, InThePast, NotOpen
from groundswell.events.operations import announce, change
from groundswell.events.operations import publish as publish_event
from groundswell.events.timing import zones
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields, NotAllowed
from groundswell.groups.queries import campaigns_of, groups_by_id
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Campaign, Group

TEXTS = {
    "title": "title",
    "kind": "kind",
    "text": "text",
    "zone": "zone",
    "venue": "venue_name",
    "address": "venue_address",
    "postcode": "venue_postcode",
    "access": "access_information",
}
"""The fields of the form that are taken as they were typed, and what they are called in an event's details."""

OTHERS = ("date", "start", "end", "time_later", "venue_later", "group", "campaign", "version")
AT_FIELD = {"day": "date", "starts": "start", "ends": "end", **{own: field for field, own in TEXTS.items()}}
PLACE = ("venue", "address", "postcode", "access")

Typed = Mapping[str, str]


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_new(request: DeskRequest) -> HttpResponse:
    """Announce an event (7 queries; saved and published 13)."""
    groups = groups_by_id(request.actor.groups(ORGANISER))
    if not groups:
        raise NotAllowed
    if request.method == "POST":
        return _save(request, None, groups)
    return _form(request, None, groups, {"zone": "Europe/London", "group": str(groups[0].id)}, {})


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_edit(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Change an event (7 queries; saved 10)."""
    found = event_for(request.actor, event_id, ORGANISER)
    if request.method == "POST":
        return _save(request, found, [found.group])
    return _form(request, found, [found.group], _typed_as(found), {})


def _save(request: DeskRequest, found: Event | None, groups: list[Group]) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in (*TEXTS, *OTHERS)}
    try:
        event = _saved(request, found, groups, typed)
    except InvalidFields as invalid:
        errors = {AT_FIELD.get(name, name): sentence for name, sentence in invalid.errors.items()}
        return _form(request, found, groups, typed, errors, status=422)
    except InThePast as refusal:
        return _form(request, found, groups, typed, {"date": refusal.sentence}, status=422)
    except (NotOpen, ChangedMeanwhile) as refusal:
        return _form(request, found, groups, typed, {"": refusal.sentence}, status=409)
    public = event.status == "published"
    say(request, _("Saved, and public.") if public else _("Saved as a draft: nobody sees it yet."))
    return see("event", event.id)


@transaction.atomic
def _saved(request: DeskRequest, found: Event | None, groups: list[Group], typed: Typed) -> Event:
    """Both or neither: an event that cannot be published is not left behind as a draft."""
    group, campaign, details = _read(groups, typed)
    if found is None:
        event = announce(request.actor, group=group, details=details, campaign=campaign)
    else:
        seen = int(typed["version"]) if typed["version"].isdecimal() else None
        event = change(request.actor, event=found, details=details, campaign=campaign, seen=seen)
    if request.POST.get("then") == "publish" and event.status == "draft":
        event = publish_event(request.actor, event=event)
    return event


def _read(groups: list[Group], typed: Typed) -> tuple[Group, Campaign | None, Details]:
    """What the form says.

    :raises InvalidFields: with a sentence for each field that is wrong, so that one sees them all at once.
    """
    errors: dict[str, str] = {}
    group = next((group for group in groups if str(group.id) == typed["group"]), None)
    if group is None:
        errors["group"] = _("Choose one of your groups.")
    campaign = _campaign(group, typed["campaign"], errors) if group else None
    details = _details(typed, errors)
    try:
        checked(details)
    except InvalidFields as invalid:
        errors = {**invalid.errors, **errors}
    if errors or group is None:
        raise InvalidFields(errors)
    return group, campaign, details


def _campaign(group: Group, typed: str, errors: dict[str, str]) -> Campaign | None:
    if not typed:
        return None
    chosen = [one for one in campaigns_of([group.organisation_id]) if str(one.id) == typed]
    if not chosen:
        errors["campaign"] = _("Choose a campaign of the organisation that calls the event.")
    return chosen[0] if chosen else None


def _details(typed: Typed, errors: dict[str, str]) -> Details:
    texts = {own: typed[field] for field, own in TEXTS.items()}
    if typed["venue_later"]:
        texts |= {TEXTS[field]: "" for field in PLACE}
    elif not typed["venue"].strip():
        errors["venue_name"] = _("Say where it is, or tick that the place is to be announced.")
    starts = ends = None
    if not typed["time_later"]:
        starts, ends = _clock("starts", typed["start"], errors), _clock("ends", typed["end"], errors)
        if not typed["start"].strip():
            errors["starts"] = _("Say when it begins, or tick that the time is to be announced.")
    return replace(Details(title="", day=_day(typed["date"], errors), starts=starts, ends=ends), **texts)  # type: ignore[arg-type]


def _day(typed: str, errors: dict[str, str]) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        errors["day"] = _("Enter a day, for example 2016-07-20.")
        return date(2000, 1, 1)


def _clock(name: str, typed: str, errors: dict[str, str]) -> time | None:
    typed = typed.strip()
    if not typed:
        return None
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?", typed):
        errors[name] = _("Enter a time, for example 18:30.")
        return None
    return time.fromisoformat(typed[:5])


def _typed_as(found: Event) -> dict[str, str]:
    """An event as it would be typed."""
    return {
        **{field: str(getattr(found, own)) for field, own in TEXTS.items()},
        "date": found.day.isoformat(),
        "start": f"{found.starts:%H:%M}" if found.starts else "",
        "end": f"{found.ends:%H:%M}" if found.ends else "",
        "time_later": "" if found.starts else "yes",
        "venue_later": "" if found.venue_name else "yes",
        "group": str(found.group_id),
        "campaign": str(found.campaign_id or ""),
        "version": str(found.version),
    }


def _form(
    request: DeskRequest,
    found: Event | None,
    groups: list[Group],
    values: Typed,
    errors: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])} if found else None,
        "form": {"values": values, "errors": errors},
        "kinds": KINDS,
        "zones": [(name, name.replace("_", " ")) for name in sorted(zones())],
        "groups": [(str(group.id), group.name) for group in groups],
        "campaigns": _campaigns(groups),
        "published": found is not None and found.status == "published",
    }
    return page(request, "event_edit", "events", context, status=status)


def _campaigns(groups: list[Group]) -> list[tuple[str, str]]:
    names = {group.organisation_id: group.organisation.name for group in groups}
    several = len(names) > 1
    campaigns = campaigns_of(list(names))
    return [
        ("", _("None")),
        *(
            (str(one.id), f"{one.name} ({names[one.organisation_id]})" if several else one.name)
            for one in campaigns
        ),
    ]
