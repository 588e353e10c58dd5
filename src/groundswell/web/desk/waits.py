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

from groundswell.attendances.queries import filling_up, still_empty, with_unconfirmed
from groundswell.attendances.silence import untold
from groundswell.blocs.queries import asked_in
from groundswell.blocs.queries import calls_waiting as calls_to_blocs
from groundswell.discussions.queries import calls_waiting as calls_to_discuss
from groundswell.endorsements.queries import waiting_for as waiting_endorsements
from groundswell.events.cohosting import Waiting, waiting_for
from groundswell.events.queries import ahead_for, drafts_ahead, events_for
from groundswell.groups.access import CONTACT, ORGANISER, OWNER, SEE, SEND, organisations_led_by
from groundswell.groups.affiliations import offers_to
from groundswell.groups.recovery import unwatched
from groundswell.intake.queries import set_aside
from groundswell.outbox.queries import failed_lately
from groundswell.people.complaints import complaints_waiting
from groundswell.web.desk import approvals, shown
from groundswell.web.desk.blocs_ahead import blocs_ahead
from groundswell.web.desk.pages import DeskRequest, desk, page

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from groundswell.blocs.models import Caller as BlocCaller
    from groundswell.discussions.models import Caller
    from groundswell.events.models import Event
    from groundswell.groups.access import Actor
    from groundswell.groups.models import Organisation
    from groundswell.groups.roles import May, Role

NEXT = 10
SOME = 5
"""Of what waits of one kind, so many are named; the others are counted."""

MOST = 200

Wait = dict[str, str]


@desk
@require_safe
def waits(request: DeskRequest) -> HttpResponse:
    """What waits, which rallies fill and which are empty, the next events and blocs (27 queries)."""
    led = organisations_led_by(request.here, SEE)
    mine = [organisation.id for organisation in led]
    may_announce = bool(request.here.groups(ORGANISER))
    events = list(ahead_for(request.here)[:NEXT])
    lines = shown.lines(events)
    waiting = [
        *approvals.waits(request.here),
        *_offers(_where(led, request.here, OWNER)),
        *_complaints(_where(led, request.here, CONTACT)),
        *_aside(mine),
        *(_failed(mine) if may_announce else []),
        *(_cohosting(each) for each in (waiting_for(request.here) if may_announce else [])),
        *(_calls(request.here) if may_announce else []),
        *(_endorsements(waiting_endorsements(request.here).count()) if may_announce else []),
        *(_places(request.here) if may_announce else []),
        *_untold(request.here),
        *_unwatched(_where(led, request.here, OWNER)),
        *_drafts(drafts_ahead(request.here)),
        *_unconfirmed(shown.lines(list(with_unconfirmed(ahead_for(request.here))))),
    ]
    context = {
        "waits": waiting,
        "filling": [_meter(event) for event in filling_up(events_for(request.here))],
        "empty": [_meter(event) for event in still_empty(events_for(request.here))],
        "blocs": blocs_ahead(request.here, mine),
        "next_events": lines,
        "more_events": len(lines) == NEXT,
        "may_announce": may_announce,
    }
    return page(request, "waits", "waits", context)


def _where(led: Sequence[Organisation], actor: Actor, what: Role | May) -> list[Organisation]:
    """Those of the organisations that are seen as a whole in which the actor may this as well."""
    return [one for one in led if actor.may(what, one.root_id)]  # type: ignore[attr-defined]


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


def _complaints(organisations: Sequence[Organisation]) -> list[Wait]:
    count = complaints_waiting(organisation.id for organisation in organisations)
    sentence = ngettext(
        "%(count)s complaint about data waits for an answer.",
        "%(count)s complaints about data wait for an answer.",
        count,
    )
    return [_wait(sentence % {"count": count}, reverse("desk:complaints"), _("Read and answer"))] if count else []


def _unwatched(organisations: Sequence[Organisation]) -> list[Wait]:
    """Where somebody owns alone, two people are one who waits a day: somebody else must hear of it."""
    sentence = _("You are the only owner of %(name)s, and nobody else would hear of what you do alone.")
    verb = _("Name a recovery address")
    return [
        _wait(sentence % {"name": one.name}, reverse("desk:recovery-address", args=[one.slug]), verb)
        for one in unwatched([organisation.id for organisation in organisations])
    ]


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


def _calls(actor: Actor) -> list[Wait]:
    """The blocs to which one is asked to call, and the questions that one is asked to put too."""
    bloc = _("%(host)s asks %(name)s to call to the bloc “%(title)s” too.")
    question = _("%(host)s asks %(name)s to put the question “%(title)s” too.")
    verb = _("Read and answer")
    blocs = [
        _wait(bloc % _asked(one, one.bloc.organisation, one.bloc.name), reverse("desk:blocs"), verb)
        for one in calls_to_blocs(actor)
    ]
    questions = [
        _wait(
            question % _asked(one, one.discussion.organisation, one.discussion.question),
            reverse("desk:discussions"),
            verb,
        )
        for one in calls_to_discuss(actor)
    ]
    return [*blocs, *questions]


def _asked(one: BlocCaller | Caller, host: Organisation, title: str) -> dict[str, str]:
    return {"host": host.name, "name": one.organisation.name, "title": title}


def _endorsements(count: int) -> list[Wait]:
    sentence = ngettext(
        "%(count)s body stands with you and waits to be shown.",
        "%(count)s bodies stand with you and wait to be shown.",
        count,
    )
    return [_wait(sentence % {"count": count}, reverse("desk:endorsements"), _("Look at it"))] if count else []


def _places(actor: Actor) -> list[Wait]:
    """The blocs that ask for a place in the march of an event, which an organiser there gives."""
    found = [one for one in asked_in(ahead_for(actor)) if actor.may(ORGANISER, one.group_id, one.id)]
    return [_place(event) for event in found]


def _place(event: Event) -> Wait:
    count: int = event.asking  # type: ignore[attr-defined]
    sentence = ngettext(
        "%(count)s bloc asks for a place in the march of “%(title)s”.",
        "%(count)s blocs ask for a place in the march of “%(title)s”.",
        count,
    )
    words = {"count": count, "title": event.title}
    return _wait(sentence % words, reverse("desk:event-march", args=[event.id]), _("Give it one"))


def _untold(actor: Actor) -> list[Wait]:
    """The events of which whoever sits here may tell people, and nobody has."""
    moved = _("“%(title)s” has moved, and those who are coming were not told.")
    off = _("“%(title)s” is cancelled, and those who are coming were not told.")
    found = [one for one in untold(events_for(actor)) if actor.may(SEND, one[0].group_id, one[0].id)]
    said = [
        _wait(
            (off if kind == "cancelled" else moved) % {"title": event.title},
            f"{reverse('desk:event-tell', args=[event.id])}?kind={kind}",
            _("Tell them"),
        )
        for event, kind in found[:SOME]
    ]
    more = len(found) - SOME
    others = ngettext(
        "%(count)s more event has moved or is cancelled, and nobody was told.",
        "%(count)s more events have moved or are cancelled, and nobody was told.",
        more,
    )
    return [*said, *_others(others, more)]


def _drafts(drafts: QuerySet[Event]) -> list[Wait]:
    sentence = _("“%(title)s” is still a draft: nobody sees it yet.")
    found = list(drafts[:MOST])
    said = [
        _wait(sentence % {"title": event.title}, reverse("desk:event", args=[event.id]), _("Look at it"))
        for event in found[:SOME]
    ]
    more = len(found) - SOME
    others = ngettext("%(count)s more event is still a draft.", "%(count)s more events are still drafts.", more)
    return [*said, *_others(others, more)]


def _unconfirmed(lines: Sequence[dict[str, Any]]) -> list[Wait]:
    waiting = [line for line in lines if line["unconfirmed"]]
    more = len(waiting) - SOME
    others = ngettext(
        "%(count)s more event has answers that are not confirmed yet.",
        "%(count)s more events have answers that are not confirmed yet.",
        more,
    )
    said = [_waits_for(line["title"], line["unconfirmed"], line["url"]) for line in waiting[:SOME]]
    return [*said, *_others(others, more)]


def _others(sentence: str, count: int) -> list[Wait]:
    return [_wait(sentence % {"count": count}, reverse("desk:events"), _("See them"))] if count > 0 else []


def _waits_for(title: str, count: int, url: str) -> Wait:
    sentence = ngettext(
        "%(count)s answer to “%(title)s” is not confirmed yet.",
        "%(count)s answers to “%(title)s” are not confirmed yet.",
        count,
    )
    return _wait(sentence % {"count": count, "title": title}, url, _("See who"))


def _wait(sentence: str, url: str, verb: str) -> Wait:
    return {"sentence": sentence, "url": url, "verb": verb}
