"""``/desk/discussions/hold/<slug>``: a meeting on a question, announced as an event or held already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.discussions.operations import hold
from groundswell.discussions.queries import public_discussion
from groundswell.events.access import event_for
from groundswell.events.details import Details
from groundswell.events.errors import StillAhead
from groundswell.events.operations import write_down
from groundswell.events.queries import ahead_for
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields, NotAllowed, Refusal
from groundswell.groups.queries import working_groups
from groundswell.web.desk.event_form import AT_FIELD, day_from
from groundswell.web.desk.pages import DeskRequest, desk, id_from, page, say, see

if TYPE_CHECKING:
    from groundswell.discussions.models import Discussion, Meeting
    from groundswell.groups.models import Group

MOST_EVENTS = 200

FIELDS = ("title", "date", "group", "venue")
"""What is typed about a meeting that was held already."""

Typed = Mapping[str, str]


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def discussion_hold(request: DeskRequest, slug: str) -> HttpResponse:
    """Let an event be a meeting on a question, or write one down that was held (8 queries; saved 17)."""
    found = public_discussion(slug)
    if not request.actor.groups(ORGANISER):
        raise NotAllowed
    if request.method != "POST":
        return _form(request, found, {}, {})
    if request.POST.get("then") == "held":
        return _held(request, found)
    return _hold(request, found)


def _hold(request: DeskRequest, found: Discussion) -> HttpResponse:
    chosen = id_from(request.POST.get("event", ""))
    if chosen is None:
        say(request, _("Choose one of your discussions."), "wrong")
        return see("discussion-hold", found.slug)
    event = event_for(request.actor, chosen, ORGANISER)
    try:
        meeting = hold(request.actor, discussion=found, event=event)
    except Refusal as refusal:
        say(request, refusal.sentence, "wrong")
        return see("discussion-hold", found.slug)
    say(request, _("It is a meeting on this question now, and stands on its page."))
    return see("meeting", meeting.id)


def _held(request: DeskRequest, found: Discussion) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        meeting = _written_down(request, found, typed)
    except InvalidFields as invalid:
        errors = {AT_FIELD.get(name, name): sentence for name, sentence in invalid.errors.items()}
        return _form(request, found, typed, errors, status=422)
    except StillAhead as refusal:
        return _form(request, found, typed, {"date": refusal.sentence}, status=422)
    except Refusal as refusal:
        return _form(request, found, typed, {"title": refusal.sentence}, status=422)
    say(request, _("Now write up what was said and decided."))
    return see("meeting", meeting.id)


@transaction.atomic
def _written_down(request: DeskRequest, found: Discussion, typed: Typed) -> Meeting:
    errors: dict[str, str] = {}
    group = next((each for each in _groups(request) if str(each.id) == typed["group"]), None)
    if group is None:
        errors["group"] = _("Choose one of your groups.")
    day = day_from(typed["date"], errors)
    if group is None or errors:
        raise InvalidFields(errors)
    event = write_down(request.actor, group=group, details=_details(found, typed, day))
    return hold(request.actor, discussion=found, event=event)


def _details(found: Discussion, typed: Typed, day: date) -> Details:
    title = typed["title"].strip() or found.question
    return Details(title=title, kind="discussion", day=day, venue_name=typed["venue"])


def _groups(request: DeskRequest) -> list[Group]:
    return working_groups(request.here.groups(ORGANISER))


def _form(request: DeskRequest, found: Discussion, typed: Typed, errors: Typed, status: int = 200) -> HttpResponse:
    ahead = ahead_for(request.actor).filter(kind="discussion")[:MOST_EVENTS]
    context: dict[str, object] = {
        "discussion": {"question": found.question, "url": reverse("discussion", args=[found.slug])},
        "events": [(str(event.id), f"{event.title}, {formats.date_format(event.day)}") for event in ahead],
        "groups": [(str(group.id), group.name) for group in _groups(request)],
        "form": {"values": typed, "errors": errors},
    }
    return page(request, "discussion_hold", "discussions", context, status=status)
