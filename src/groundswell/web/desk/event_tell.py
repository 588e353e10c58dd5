"""``/desk/events/<id>/tell``: the organisers' words to those who are coming, in two minutes or at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groundswell.attendances.access import notice_for
from groundswell.attendances.by_two import MANY, ask_to_tell
from groundswell.attendances.errors import ToldAlready
from groundswell.attendances.notices import Kind, Words, ready_in_each, tell, withdraw_notice
from groundswell.attendances.queries import notices_of, own_tally_of
from groundswell.attendances.silence import untold_of
from groundswell.events.access import event_for
from groundswell.events.operations import tell_nobody
from groundswell.events.words import moment
from groundswell.groups.access import SEND
from groundswell.groups.errors import ApprovalRefused, InvalidFields
from groundswell.kit.clock import now
from groundswell.web.desk.event_form import moment_from
from groundswell.web.desk.fresh import fresh_to_send
from groundswell.web.desk.pages import DeskRequest, attempt, desk, page, part_named, say, see
from groundswell.web.desk.words import apart, words_as_fields, words_as_read, words_typed

if TYPE_CHECKING:
    from groundswell.attendances.models import Notice
    from groundswell.events.models import Event

FIELDS = ("kind", "date", "time")
AT_ONCE = 30


@desk
@fresh_to_send
@require_http_methods(["GET", "HEAD", "POST"])
def event_tell(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Choose what it is, take or change the ready words, and send (9 queries; saved 10)."""
    found = event_for(request.actor, event_id, SEND)
    if request.method != "POST":
        typed = _ready(found, request.GET.get("kind", ""))
        return _form(request, found, typed, ready_in_each(found, typed["kind"]), {})
    if request.POST.get("then") == "nobody":
        tell_nobody(request.actor, event=found)
        say(request, _("Nobody is told."))
        return see("event", event_id)
    typed, words = {name: request.POST.get(name, "") for name in FIELDS}, words_typed(request.POST, found)
    try:
        due_at = _due(found, typed)
        told = tell(request.actor, event=found, kind=typed["kind"], due_at=due_at, **apart(found, words))
    except InvalidFields as invalid:
        errors = {"date" if name == "due_at" else name: sentence for name, sentence in invalid.errors.items()}
        return _form(request, found, typed, words, errors, status=422)
    except ToldAlready as refusal:
        return _form(request, found, typed, words, {"kind": refusal.sentence}, status=409)
    at_once = _("It goes out in two minutes, or when you said. Until then you can take it back.")
    say(request, asked_first() if told.waits_for_two else at_once)
    return see("event-tell", event_id)


def asked_first() -> str:
    """What is said where a notice waits for a second person (0 queries)."""
    sentence = _(
        "It reaches more than %(many)s people, so a second person agrees first. Those who may get a mail. "
        "They have a day to agree, and you then have a day to let it go."
    )
    return sentence % {"many": MANY}


def _due(found: Event, typed: Mapping[str, str]) -> datetime | None:
    """The moment that was typed, on the clock of the event's own zone; None means now.

    :raises InvalidFields: with a sentence for each part that is wrong.
    """
    if not typed["date"].strip() and not typed["time"].strip():
        return None
    return moment_from(found, typed)


def _ready(found: Event, asked: str) -> dict[str, str]:
    """What to begin with: what was asked for, or what is nearest at this moment."""
    kind = asked if asked in Kind.values else _nearest(found)
    ready = {"kind": kind, "date": "", "time": ""}
    before = found.day - timedelta(days=1)
    if kind == Kind.REMINDER and before > now().date():
        ready |= {"date": before.isoformat(), "time": "10:00"}
    return ready


def _nearest(found: Event) -> str:
    if found.status == "cancelled":
        return Kind.CANCELLED
    if found.closes_at <= now():
        return Kind.THANKS
    return Kind.MOVED if found.former else Kind.REMINDER


def _form(
    request: DeskRequest,
    found: Event,
    values: Mapping[str, str],
    words: Words,
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    tally = own_tally_of(found.id)
    notices, more = part_named(request, "said", notices_of(found), AT_ONCE)
    here = reverse("desk:event-tell", args=[found.id])
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "coming": tally.confirmed,
        "kinds": list(Kind.choices),
        "ready": [(f"{here}?kind={kind}", label) for kind, label in Kind.choices],
        "form": {"values": values, "errors": errors},
        "languages": words_as_fields(found, words, errors),
        "of_bloc": "",
        "untold": bool(untold_of(found)),
        "zone": found.zone.replace("_", " "),
        "notices": [
            notice_line(found, notice, reverse("desk:event-tell-back", args=[found.id, notice.id]))
            for notice in notices
        ],
        "more_url": more,
    }
    return page(request, "event_tell", "events", context, status=status)


def notice_line(found: Event, notice: Notice, back: str) -> dict[str, object]:
    """A notice as the page shows it; ``back`` is where it is taken back (0 queries)."""
    begun = notice.finished_at is not None or notice.after is not None
    goes_at = notice.goes_at(found)
    can_take_back = notice.withdrawn_at is None and not begun
    return {
        "kind": notice.get_kind_display(),
        "others": words_as_read(notice),
        "subject": notice.subject,
        "text": notice.text,
        "copies": notice.copies,
        "due": moment(found, goes_at) if goes_at and notice.makes_sense(found) else "",
        "withdrawn": notice.withdrawn_at is not None,
        "waits": notice.waits_for_two,
        "finished": notice.finished_at is not None,
        "back_url": back if can_take_back else "",
    }


@desk
@require_POST
def event_tell_back(request: DeskRequest, event_id: UUID, notice_id: UUID) -> HttpResponse:
    """Take a notice back before its first copy goes out (9 queries), or ask a second person for it once more."""
    notice = notice_for(request.actor, event_id, notice_id, SEND)
    if request.POST.get("then") == "ask":
        attempt(request, lambda: ask_to_tell(request.actor, notice=notice), asked_first(), ApprovalRefused)
    elif withdraw_notice(request.actor, notice=notice):
        say(request, _("Taken back: nobody gets it."))
    else:
        say(request, _("Too late: it is on its way."), "wrong")
    return see("event-tell", event_id)
