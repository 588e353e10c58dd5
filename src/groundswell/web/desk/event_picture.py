"""``/desk/events/<id>/picture``: an event's picture, and in words what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.events.access import event_for
from groundswell.events.pictures import describe_picture, put_picture_back, remove_picture, set_picture
from groundswell.events.queries import picture_of, was_picture_removed
from groundswell.groups.errors import InvalidFields
from groundswell.groups.roles import May
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_picture(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Show the picture and take another (7 queries; 11 where a new one is saved)."""
    found = event_for(request.actor, event_id, May.PRESS)
    if request.method != "POST":
        return _form(request, found, None, {})
    then = request.POST.get("then")
    if then == "remove":
        remove_picture(request.actor, event=found)
        say(request, _("The picture is taken away."))
        return see("event-picture", event_id)
    if then == "back":
        put_picture_back(request.actor, event=found)
        say(request, _("The picture is back."))
        return see("event-picture", event_id)
    return _save(request, found)


event_picture.largest_body = settings.FILE_UPLOAD_MAX_MEMORY_SIZE  # type: ignore[attr-defined]


def _save(request: DeskRequest, found: Event) -> HttpResponse:
    alt, upload = request.POST.get("picture_alt", ""), request.FILES.get("picture")
    try:
        if upload:
            set_picture(request.actor, event=found, upload=upload.read(), alt=alt)
        elif picture_of(found.id):
            describe_picture(request.actor, event=found, alt=alt)
        else:
            raise InvalidFields({"picture": _("Choose a file with a picture.")})
    except InvalidFields as invalid:
        return _form(request, found, alt, invalid.errors, status=422)
    say(request, _("The picture is saved."))
    return see("event", found.id)


def _form(
    request: DeskRequest, found: Event, typed: str | None, errors: dict[str, str], status: int = 200
) -> HttpResponse:
    picture = picture_of(found.id)
    alt = typed if typed is not None else picture.alt if picture else ""
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "picture": picture,
        "picture_url": reverse("picture", args=[picture.id]) if picture else "",
        "can_come_back": picture is None and was_picture_removed(found.id),
        "form": {"values": {"picture_alt": alt}, "errors": errors},
    }
    return page(request, "event_picture", "events", context, status=status)
