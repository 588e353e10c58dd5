"""``/desk/events/<id>/stall``: adding by hand who signs up at the street stall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.attendances.answers import BOXES
from groundswell.attendances.door import add_by_hand
from groundswell.events.access import event_for
from groundswell.events.errors import NotOpen
from groundswell.groups.access import STAND
from groundswell.intake.kinds import Invalid
from groundswell.people.queries import current_wordings
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event

FIELDS = ("name", "email", "postcode", "guests", *BOXES)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_stall(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """One after the other: the page is empty again after each (7 queries; saved 20)."""
    found = event_for(request.actor, event_id, STAND)
    if request.method != "POST":
        return _form(request, found, {}, {})
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        add_by_hand(request.actor, event=found, form={**typed, "language": get_language() or ""})
    except Invalid as invalid:
        return _form(request, found, typed, invalid.errors, status=422)
    except NotOpen as refusal:
        say(request, refusal.sentence, "wrong")
        return see("event", event_id)
    say(request, _("Written down. It counts once they press the button in their mail."))
    return see("event-stall", event_id)


def _form(
    request: DeskRequest, found: Event, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    wordings = current_wordings(found.organisation_id, get_language() or found.organisation.offered[0])
    boxes = [
        (box, wordings[purpose].text, wordings[purpose].id, bool(values.get(box)), errors.get(box, ""))
        for box, purpose in BOXES.items()
        if purpose in wordings
    ]
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "form": {"values": values, "errors": errors},
        "boxes": boxes,
    }
    return page(request, "event_stall", "events", context, status=status)
