"""``/desk/events/<id>/stall``: adding by hand who signs up at the street stall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.attendances.answers import BOXES
from groundswell.attendances.door import add_by_hand
from groundswell.attendances.errors import NotAgreed
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
    """One after the other: the page is empty again after each (7 queries; saved 20).

    The words that are read out are in a language that the organisation offers, whatever the organiser's own is.
    """
    found = event_for(request.actor, event_id, STAND)
    if request.method != "POST":
        return _form(request, found, {"language": _language(found, request.GET.get("language", ""))}, {})
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    typed["language"] = _language(found, request.POST.get("language", ""))
    if request.POST.get("then") == "words":
        return _form(request, found, typed, {})
    try:
        add_by_hand(request.actor, event=found, form=typed)
    except Invalid as invalid:
        return _form(request, found, typed, invalid.errors, status=422)
    except NotAgreed as refusal:
        return _form(request, found, typed, {"agree": refusal.sentence}, status=refusal.status)
    except NotOpen as refusal:
        say(request, refusal.sentence, "wrong")
        return see("event", event_id)
    say(request, _("Written down. It counts once they press the button in their mail."))
    following = see("event-stall", event_id)
    following["Location"] += f"?language={typed['language']}"
    return following


def _language(found: Event, asked: str) -> str:
    """The language asked for, or else the organiser's own, or else the organisation's, as far as it is offered."""
    offered = found.organisation.offered
    return next((each for each in (asked, get_language()) if each in offered), offered[0])


def _form(
    request: DeskRequest, found: Event, values: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    wordings = current_wordings(found.organisation_id, values["language"])
    boxes = [
        # A tick at other words, in another language or since replaced, is none at these.
        (box, one.text, one.id, values.get(box) == str(one.id), errors.get(box, ""))
        for box, one in ((box, wordings.get(purpose)) for box, purpose in BOXES.items())
        if one
    ]
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "form": {"values": values, "errors": errors},
        "boxes": boxes,
        "languages": _names(found.organisation.offered),
    }
    return page(request, "event_stall", "events", context, status=status)


def _names(languages: list[str]) -> list[tuple[str, str]]:
    """Each language in its own words; none where there is nothing to choose."""
    names = dict(settings.LANGUAGES)
    return [(each, str(names[each])) for each in languages] if len(languages) > 1 else []
