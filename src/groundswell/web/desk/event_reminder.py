"""``/desk/events/<id>/reminder``: the reminder that goes out by itself, a day before the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from groundswell.attendances.errors import NothingToRemindOf, ToldAlready
from groundswell.attendances.notices import Words, withdraw_notice
from groundswell.attendances.queries import reminder_of
from groundswell.attendances.reminders import set_reminder, words_of_reminder
from groundswell.events.access import event_for
from groundswell.events.words import moment
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields
from groundswell.kit.clock import now
from groundswell.web.desk.fresh import fresh_to_send
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.attendances.models import Notice
    from groundswell.events.models import Event


@desk
@fresh_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def event_reminder(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Switch the reminder on with the ready words or others, or off (7 queries; saved 11)."""
    found = event_for(request.actor, event_id, ORGANISER)
    notice = reminder_of(found)
    if request.method != "POST":
        return _form(request, found, notice, words_of_reminder(found, notice), {})
    if request.POST.get("then") == "off":
        return _off(request, found, notice)
    typed = {
        code: {part: request.POST.get(f"{part}_{code}", "") for part in ("subject", "text")}
        for code in found.organisation.offered
    }
    try:
        notice = set_reminder(request.actor, event=found, words=typed)
    except InvalidFields as invalid:
        return _form(request, found, notice, typed, invalid.errors, status=422)
    except (NothingToRemindOf, ToldAlready) as refusal:
        return _form(request, found, notice, typed, {"": refusal.sentence}, status=409)
    say(request, told(found, notice))
    return see("event", event_id)


def _off(request: DeskRequest, found: Event, notice: Notice | None) -> HttpResponse:
    if notice is None or withdraw_notice(request.actor, notice=notice):
        say(request, _("No reminder goes out by itself."))
    else:
        say(request, _("Too late: it is on its way."), "wrong")
    return see("event", found.id)


def told(found: Event, notice: Notice | None) -> str:
    """When the reminder goes out, or that it went and to how many; nothing where there is none (0 queries)."""
    if notice is None:
        return ""
    if notice.finished_at is not None:
        went = ngettext(
            "The reminder went to %(copies)s person.",
            "The reminder went to %(copies)s people.",
            notice.copies,
        )
        return went % {"copies": notice.copies}
    if notice.due_at is not None:
        return _("The reminder is on its way.")
    if found.status in {"cancelled", "over"} or found.opens_at <= now():
        return _("No reminder went out.")
    return _("A reminder goes out by itself on %(when)s.") % {"when": moment(found, notice.goes_at(found))}


def _form(
    request: DeskRequest,
    found: Event,
    notice: Notice | None,
    words: Words,
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    names = dict(settings.LANGUAGES)
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "told": told(found, notice),
        "on": notice is not None,
        "editable": notice is None or notice.due_at is None,
        "languages": [_language(code, str(names[code]), each, errors) for code, each in words.items()],
        "form": {"errors": errors},
    }
    return page(request, "event_reminder", "events", context, status=status)


def _language(code: str, name: str, words: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    fields = {
        part: {"name": f"{part}_{code}", "value": words[part], "error": errors.get(f"{part}_{code}", "")}
        for part in ("subject", "text")
    }
    return {"code": code, "name": name, **fields}
