"""``/desk/events/<id>/copy`` and ``…/template``: the same event once more, at once or some day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.events.access import event_for
from groundswell.events.details import details_of
from groundswell.events.operations import change, copy
from groundswell.events.templates import keep_as_template
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields
from groundswell.groups.queries import working_groups
from groundswell.web.desk.event_form import AT_FIELD, day_from
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Group

FIELDS = {"title": "title", "venue": "venue_name", "address": "venue_address", "postcode": "venue_postcode"}
"""What is typed anew for the next town, and what it is called in an event's details."""

Typed = Mapping[str, str]


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_copy(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Make a draft of an event for another day, group and place (7 queries; saved 20)."""
    found = event_for(request.actor, event_id, ORGANISER)
    groups = working_groups(request.actor.within(found.organisation_id).groups(ORGANISER))
    if request.method != "POST":
        typed = {"title": found.title, "group": str(found.group_id)}
        return _copy_form(request, found, groups, typed, {})
    typed = {name: request.POST.get(name, "") for name in (*FIELDS, "date", "group", "venue_later")}
    try:
        made = _copied(request, found, groups, typed)
    except InvalidFields as invalid:
        errors = {AT_FIELD.get(name, name): sentence for name, sentence in invalid.errors.items()}
        return _copy_form(request, found, groups, typed, errors, status=422)
    say(request, _("Copied as a draft: nobody sees it yet. Those who speak are invited, not announced."))
    return see("event", made.id)


@transaction.atomic
def _copied(request: DeskRequest, found: Event, groups: list[Group], typed: Typed) -> Event:
    errors: dict[str, str] = {}
    group = next((group for group in groups if str(group.id) == typed["group"]), None)
    if group is None:
        errors["group"] = _("Choose one of your groups.")
    day = day_from(typed["date"], errors)
    if not typed["venue_later"] and not typed["venue"].strip():
        errors["venue_name"] = _("Say where it is, or tick that the place is to be announced.")
    if errors:
        raise InvalidFields(errors)
    made = copy(request.actor, event=found, day=day, group=group)
    place = {own: typed[field] for field, own in FIELDS.items()}
    if typed["venue_later"]:
        place |= {own: "" for own in FIELDS.values() if own != "title"}
    details = replace(details_of(made), latitude=None, longitude=None, **place)  # type: ignore[arg-type]
    return change(request.actor, event=made, details=details, campaign=made.campaign, series=made.series)


def _copy_form(
    request: DeskRequest, found: Event, groups: list[Group], typed: Typed, errors: Typed, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "event": _event(found),
        "groups": [(str(group.id), group.name) for group in groups],
        "form": {"values": typed, "errors": errors},
    }
    return page(request, "event_copy", "events", context, status=status)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_template(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Keep what an event says, to begin the next one with (6 queries; saved 13)."""
    found = event_for(request.actor, event_id, ORGANISER)
    name, errors = request.POST.get("name", found.title), {}
    if request.method == "POST":
        try:
            kept = keep_as_template(request.actor, event=found, name=name)
        except InvalidFields as invalid:
            errors = invalid.errors
        else:
            say(request, _("Kept as “%(name)s”.") % {"name": kept.name})
            return see("templates")
    context = {"event": _event(found), "form": {"values": {"name": name}, "errors": errors}}
    return page(request, "event_template", "events", context, status=422 if errors else 200)


def _event(found: Event) -> dict[str, str]:
    return {"title": found.title, "url": reverse("desk:event", args=[found.id])}
