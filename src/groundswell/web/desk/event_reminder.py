"""``/desk/events/<id>/reminder``: the reminders that go out by themselves, a week, a day and two hours before."""

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

from groundswell.attendances.before import Before
from groundswell.attendances.errors import (
    MomentPassed,
    NothingToRemindOf,
    NoTimeYet,
    OwnWordsToMany,
    ToldAlready,
)
from groundswell.attendances.notices import Words, withdraw_notice
from groundswell.attendances.queries import reminders_of
from groundswell.attendances.reminders import set_reminder, why_not, words_of_reminder
from groundswell.events.access import event_for
from groundswell.events.words import moment
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.kit.clock import now
from groundswell.web.desk.fresh import fresh_to_send
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.attendances.models import Notice
    from groundswell.events.models import Event

PARTS = ("subject", "text")


@desk
@fresh_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def event_reminder(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Set each reminder with the ready words or others, or take it off (7 queries; saved 11)."""
    found = event_for(request.actor, event_id, ORGANISER)
    if request.method != "POST":
        return _page(request, found)
    before = _chosen(request)
    if request.POST.get("then") == "off":
        return _off(request, found, before)
    typed = {
        code: {part: request.POST.get(f"{before}-{part}_{code}", "") for part in PARTS}
        for code in found.organisation.offered
    }
    try:
        notice = set_reminder(request.actor, event=found, before=before, words=typed)
    except InvalidFields as invalid:
        errors = {f"{before}-{name}": sentence for name, sentence in invalid.errors.items()}
        return _page(request, found, {before: typed}, errors, status=422)
    except (NothingToRemindOf, MomentPassed, NoTimeYet, OwnWordsToMany, ToldAlready) as refusal:
        return _page(request, found, {before: typed}, {"": refusal.sentence}, status=409)
    say(request, _said(found, before, notice))
    return see("event-reminder", event_id)


def _chosen(request: DeskRequest) -> Before:
    chosen = request.POST.get("before", "")
    if chosen not in Before.values:
        raise NotFound
    return Before(chosen)


def _off(request: DeskRequest, found: Event, before: Before) -> HttpResponse:
    notice = reminders_of(found).get(before)
    if notice is None or withdraw_notice(request.actor, notice=notice):
        say(request, _("Taken off: this reminder does not go out."))
    else:
        say(request, _("Too late: it is on its way."), "wrong")
    return see("event-reminder", found.id)


def reminders_said(found: Event) -> list[str]:
    """When each reminder of an event that is set goes out, or to how many it went (1 query)."""
    notices = reminders_of(found)
    return [_said(found, before, notices[before]) for before in Before if before in notices]


def _said(found: Event, before: Before, notice: Notice) -> str:
    return _("Reminder %(which)s: %(state)s.") % {"which": before.label, "state": _state(found, notice)}


def _state(found: Event, notice: Notice) -> str:
    """What has become of a reminder that is set, or will; goes on after a colon (0 queries)."""
    if notice.finished_at is not None:
        went = ngettext(
            "went to %(copies)s person on %(when)s", "went to %(copies)s people on %(when)s", notice.copies
        )
        return went % {"copies": notice.copies, "when": moment(found, notice.finished_at)}
    if notice.due_at is not None:
        return _("is on its way")
    if found.status in {"cancelled", "over"} or found.opens_at <= now():
        return _("did not go out")
    goes_at = notice.goes_at(found)
    if goes_at is None:
        return _("waits until the event has a time")
    if not notice.makes_sense(found):
        return _("too late, it does not go out")
    if goes_at <= now():
        return _("goes out any minute") if found.status == "published" else _("goes out once it is published")
    return _("goes out by itself on %(when)s") % {"when": moment(found, goes_at)}


def _page(
    request: DeskRequest,
    found: Event,
    typed: Mapping[Before, Words] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    notices, typed = reminders_of(found), typed or {}
    reminders = [
        _reminder(found, before, notices.get(before), typed.get(before), errors or {}) for before in Before
    ]
    # Folded away are those that are done with, or wait for somebody to want them.
    unset = next((each for each in reminders if each["editable"] and not each["on"]), None)
    if unset and not typed:
        unset["open"] = True
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "reminders": reminders,
        "form": {"errors": errors or {}},
    }
    return page(request, "event_reminder", "events", context, status=status)


def _reminder(
    found: Event, before: Before, notice: Notice | None, typed: Words | None, errors: Mapping[str, str]
) -> dict[str, object]:
    why = why_not(found, before, notice)
    gone = notice is not None and notice.due_at is not None
    words = typed or words_of_reminder(found, before, notice)
    names = dict(settings.LANGUAGES)
    return {
        "before": before.value,
        "label": before.label,
        "state": _state(found, notice) if notice else _("is not set"),
        "on": notice is not None,
        "why_not": why().sentence if why and not gone else "",
        # What was typed stays in its fields, though it cannot be saved.
        "editable": typed is not None or not (why or gone),
        "can_go_off": notice is not None and not gone,
        "open": typed is not None,
        "languages": [
            {"code": code, "name": str(names[code]), **_fields(before, code, each, errors)}
            for code, each in words.items()
        ],
    }


def _fields(before: Before, code: str, words: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, object]:
    name = {part: f"{before}-{part}_{code}" for part in PARTS}
    return {
        part: {"name": name[part], "value": words[part], "error": errors.get(name[part], "")} for part in PARTS
    }
