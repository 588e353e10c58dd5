"""``/desk/aside``: answers that could not be carried out, and why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from groundswell.events.queries import events_for
from groundswell.groups.access import ORGANISER, SEE, organisations_led_by
from groundswell.groups.operations import put_away
from groundswell.intake.queries import set_aside
from groundswell.web.desk.pages import DeskRequest, desk, page, page_number, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.intake.models import SetAside

AT_ONCE = 50

KINDS = {
    "attend": _("An answer to an event"),
    "confirm": _("A confirmation"),
    "cancel": _("A cancellation"),
    "endorse": _("An endorsement"),
    "forget": _("A wish to be forgotten"),
}


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def aside(request: DeskRequest) -> HttpResponse:
    """What was set aside, fifty at once (8 queries); on POST, put away what was seen (3 for each organisation)."""
    if request.method == "POST":
        return _put_away(request)
    mine = organisations_led_by(request.here, SEE)
    found = set_aside(organisation.id for organisation in mine)
    number = page_number(request, "page")
    rows = list(found[number * AT_ONCE : (number + 1) * AT_ONCE + 1])
    shown = rows[:AT_ONCE]
    events = {event.id: event for event in events_for(request.here).filter(id__in=[row.subject for row in shown])}
    context = {
        "entries": [_line(row, events.get(row.subject)) for row in shown],
        "may_put_away": bool(organisations_led_by(request.here, ORGANISER)),
        "until": rows[0].at.isoformat() if rows and number == 0 else "",
        "older_url": f"?page={number + 1}" if len(rows) > AT_ONCE else "",
    }
    return page(request, "aside", "waits", context)


def _put_away(request: DeskRequest) -> HttpResponse:
    until = _moment(request.POST.get("until", ""))
    if until:
        for organisation in organisations_led_by(request.here, ORGANISER):
            put_away(request.actor, organisation=organisation, until=until)
        say(request, str(_("Put away. What comes after this shows up here again.")))
    return see("waits")


def _moment(typed: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _line(row: SetAside, event: Event | None) -> dict[str, Any]:
    return {
        "kind": KINDS.get(row.kind, row.kind),
        # Stored as the sources have it, for whoever looks.
        "sentence": gettext(row.sentence),
        "at": row.at,
        "event": event.title if event else "",
        "url": reverse("desk:event", args=[event.id]) if event else "",
    }
