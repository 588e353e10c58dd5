"""``/desk/events/<id>/together``: with whom an event is held, who answers for what, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.attendances.outside import drop_outside, outside_of, write_outside
from groundswell.events import cohosts
from groundswell.events.access import asked_for, event_for
from groundswell.events.errors import CoHostAlready, NoArrangement, NotOpen
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.groups.queries import organisation_at
from groundswell.kit.clock import now
from groundswell.kit.text import whole_number
from groundswell.web.desk.pages import DeskRequest, desk, id_from, page, say, see

if TYPE_CHECKING:
    from groundswell.events.models import Arrangement, CoHost, Event

FIELDS = ("duties", "contact", "days", "address", "ally", "ally_people")
HOLD = ("invited", "accepted")


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_together(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Who holds it, and the forms to arrange, ask and order (8 queries; saved 12)."""
    found = event_for(request.actor, event_id, ORGANISER)
    if request.method != "POST":
        return _page(request, found, {}, {})
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    steps = {
        "arrange": _arrange,
        "invite": _invite,
        "order": _order,
        "outside": _outside,
        "drop-outside": _drop_outside,
    }
    try:
        steps.get(request.POST.get("form", ""), _order)(request, found, typed)
    except InvalidFields as invalid:
        return _page(request, found, typed, invalid.errors, status=422)
    except (CoHostAlready, NoArrangement) as refusal:
        return _page(request, found, typed, {"address": refusal.sentence}, status=409)
    except NotOpen as refusal:
        say(request, refusal.sentence, "wrong")
    return see("event-together", event_id)


def _arrange(request: DeskRequest, found: Event, typed: Mapping[str, str]) -> None:
    cohosts.arrange(
        request.actor,
        event=found,
        duties=typed["duties"],
        contact=typed["contact"],
        days=whole_number(typed["days"].strip(), 3) or 0,
    )
    say(request, _("Written down. Who holds the event with you is asked to agree to it."))


def _invite(request: DeskRequest, found: Event, typed: Mapping[str, str]) -> None:
    try:
        organisation = organisation_at(typed["address"])
    except NotFound:
        raise InvalidFields({"address": _("No organisation has this address here.")}) from None
    cohosts.invite(request.actor, event=found, organisation=organisation)
    say(request, _("%(name)s is asked. Its organisers get a mail.") % {"name": organisation.name})


def _outside(request: DeskRequest, found: Event, typed: Mapping[str, str]) -> None:
    people = whole_number(typed["ally_people"].strip(), 7)
    write_outside(request.actor, event=found, name=typed["ally"], people=people)
    say(request, _("Written down. It stands under “What each brings”."))


def _drop_outside(request: DeskRequest, found: Event, typed: Mapping[str, str]) -> None:
    drop_outside(request.actor, event=found, outside_id=id_from(request.POST.get("outside", "")))
    say(request, _("Taken off."))


def _order(request: DeskRequest, found: Event, typed: Mapping[str, str]) -> None:
    """Move the one that the pressed button names by one place."""
    way, _colon, moved = request.POST.get("then", "").partition(":")
    order = [str(each.id) for each in cohosts.all_cohosts_of(found) if each.standing in HOLD]
    if moved not in order or way not in {"up", "down"}:
        return
    place = order.index(moved)
    order.insert(max(place + (1 if way == "down" else -1), 0), order.pop(place))
    cohosts.order_cohosts(request.actor, event=found, order=[UUID(each) for each in order])


def _page(
    request: DeskRequest, found: Event, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    every = cohosts.all_cohosts_of(found)
    arranged = cohosts.arrangement_of(found.id)
    holding = [each for each in every if each.standing in HOLD]
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "host": found.organisation.name,
        "arrangement": arranged,
        "holding": [_line(found, each, arranged, number, len(holding)) for number, each in enumerate(holding)],
        "former": [_name(each) for each in every if each.standing not in HOLD],
        "open": found.status in {"draft", "published"},
        "most_days": cohosts.LONGEST_SHARED,
        "outside": [{"id": str(each.id), "name": each.name, "people": each.people} for each in outside_of(found)],
        "form": {"values": {**_as_it_is(arranged), **typed}, "errors": errors},
    }
    return page(request, "event_together", "events", context, status=status)


def _as_it_is(arranged: Arrangement | None) -> dict[str, str]:
    if arranged is None:
        return {"duties": "", "contact": "", "days": str(cohosts.LONGEST_SHARED)}
    return {"duties": arranged.duties, "contact": arranged.contact, "days": str(arranged.days)}


def _name(cohost: CoHost) -> dict[str, str]:
    return {"name": cohost.organisation.name, "standing": cohost.get_standing_display()}


def _line(found: Event, cohost: CoHost, arranged: Arrangement | None, number: int, many: int) -> dict[str, object]:
    too_old = cohost.standing == "invited" and cohost.expires_at <= now()
    return {
        **_name(cohost),
        "standing": _("Invitation too old") if too_old else cohost.get_standing_display(),
        "agreed": cohost.agreed if cohost.standing == "accepted" else None,
        "is_behind": cohost.standing == "accepted" and arranged is not None and cohost.agreed != arranged.version,
        "up": f"up:{cohost.id}" if number else "",
        "down": f"down:{cohost.id}" if number + 1 < many else "",
        "remove_url": reverse("desk:event-together-remove", args=[found.id, cohost.id]),
    }


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_together_remove(request: DeskRequest, event_id: UUID, cohost_id: UUID) -> HttpResponse:
    """Ask once more, then hold the event without an organisation, or take its invitation back (6 queries)."""
    found = event_for(request.actor, event_id, ORGANISER)
    cohost = asked_for(request.actor, found, cohost_id)
    name = {"name": cohost.organisation.name}
    if request.method == "POST":
        cohosts.remove(request.actor, cohost=cohost)
        say(request, _("%(name)s holds it no longer.") % name)
        return see("event-together", event_id)
    sentences = [
        _("It happens at once: its page of the event is gone, and it sees none of the people of others any more."),
        _("Who answered to it is still coming, and stays its own."),
    ]
    if cohost.standing == "invited":
        sentences = [_("Its invitation opens nothing any more.")]
    context: dict[str, object] = {
        "heading": _("Hold it without %(name)s?") % name,
        "sentences": sentences,
        "button": _("Hold it without them"),
        "danger": True,
        "back": reverse("desk:event-together", args=[event_id]),
    }
    return page(request, "confirm", "events", context)
