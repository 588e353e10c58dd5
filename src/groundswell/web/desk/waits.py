"""``/desk/``: what waits for whoever sits down here, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from groundswell.attendances.queries import filling_up, still_empty
from groundswell.events.cohosting import Waiting, waiting_for
from groundswell.events.queries import ahead_for, events_for
from groundswell.groups.access import ORGANISER, OWNER, SEE, organisations_led_by
from groundswell.groups.affiliations import offers_to
from groundswell.intake.queries import set_aside
from groundswell.outbox.queries import failed_lately
from groundswell.web.desk import shown
from groundswell.web.desk.pages import DeskRequest, desk, page

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.models import Organisation

NEXT = 10

Wait = dict[str, str]


@desk
@require_safe
def waits(request: DeskRequest) -> HttpResponse:
    """What waits, which rallies fill and which are empty, and the next events (15 queries)."""
    mine = [organisation.id for organisation in organisations_led_by(request.here, SEE)]
    may_announce = bool(request.here.groups(ORGANISER))
    events = list(ahead_for(request.here)[:NEXT])
    lines = shown.lines(events)
    owned = organisations_led_by(request.here, OWNER)
    waiting = [
        *_offers(owned),
        *_aside(mine),
        *(_failed(mine) if may_announce else []),
        *(_cohosting(each) for each in (waiting_for(request.here) if may_announce else [])),
        *_drafts(events),
        *_unconfirmed(lines),
    ]
    context = {
        "waits": waiting,
        "filling": [_meter(event) for event in filling_up(events_for(request.here))],
        "empty": [_meter(event) for event in still_empty(events_for(request.here))],
        "next_events": lines,
        "may_announce": may_announce,
    }
    return page(request, "waits", "waits", context)


def _meter(event: Event) -> dict[str, object]:
    goal, people = event.goal, event.people  # type: ignore[attr-defined]
    return {
        **shown.in_words(event),
        "people": people,
        "goal": goal,
        "width": round(min(100.0, 100 * people / goal), 1) if goal else 0,
    }


def _aside(organisations: Sequence[UUID]) -> list[Wait]:
    count = set_aside(organisations).count()
    sentence = ngettext(
        "%(count)s answer could not be carried out.", "%(count)s answers could not be carried out.", count
    )
    return [_wait(sentence % {"count": count}, reverse("desk:aside"), _("See why"))] if count else []


def _offers(organisations: Sequence[Organisation]) -> list[Wait]:
    count = offers_to([organisation.id for organisation in organisations])
    sentence = ngettext(
        "%(count)s organisation offers you an affiliation.",
        "%(count)s organisations offer you an affiliation.",
        count,
    )
    where = reverse("desk:allies", args=[organisations[0].slug]) if count else ""
    return [_wait(sentence % {"count": count}, where, _("Answer it"))] if count else []


def _failed(organisations: Sequence[UUID]) -> list[Wait]:
    count = failed_lately(organisations)
    sentence = ngettext("%(count)s mail was not delivered.", "%(count)s mails were not delivered.", count)
    return [_wait(sentence % {"count": count}, reverse("desk:outbox"), _("See why"))] if count else []


def _cohosting(waiting: Waiting) -> Wait:
    cohost = waiting.cohost
    names = {
        "host": cohost.event.organisation.name,
        "name": cohost.organisation.name,
        "title": cohost.event.title,
    }
    asked = _("%(host)s asks %(name)s to hold “%(title)s” together.")
    changed = _("%(host)s has changed who answers for what at “%(title)s”.")
    sentence = (asked if waiting.is_invitation else changed) % names
    return _wait(sentence, reverse("desk:cohosting", args=[cohost.id]), _("Read and answer"))


def _drafts(events: Sequence[Event]) -> list[Wait]:
    sentence = _("“%(title)s” is still a draft: nobody sees it yet.")
    return [
        _wait(sentence % {"title": event.title}, reverse("desk:event", args=[event.id]), _("Look at it"))
        for event in events
        if event.status == "draft"
    ]


def _unconfirmed(lines: Sequence[dict[str, Any]]) -> list[Wait]:
    return [_waits_for(line["title"], line["unconfirmed"], line["url"]) for line in lines if line["unconfirmed"]]


def _waits_for(title: str, count: int, url: str) -> Wait:
    sentence = ngettext(
        "%(count)s answer to “%(title)s” is not confirmed yet.",
        "%(count)s answers to “%(title)s” are not confirmed yet.",
        count,
    )
    return _wait(sentence % {"count": count, "title": title}, url, _("See who"))


def _wait(sentence: str, url: str, verb: str) -> Wait:
    return {"sentence": sentence, "url": url, "verb": verb}
