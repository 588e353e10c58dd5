"""``/desk/blocs/<id>/sheet`` and ``…/stewards``: one page to hand out, and one for those who look after people."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.attendances.coaches import Passenger, passengers_of
from groundswell.attendances.seeing import see_passengers
from groundswell.blocs.access import called_bloc
from groundswell.blocs.errors import NotPublished
from groundswell.blocs.queries import callers_of, pick_ups_of, stewards_of
from groundswell.groups.access import NAMES, STAND, Actor
from groundswell.kit.text import shortened
from groundswell.ledger.operations import record_read
from groundswell.web.desk.pages import DeskRequest, desk
from groundswell.web.public.bloc_facts import bloc_facts

LONGEST, MOST_STOPS, ROOMY = 420, 12, 500
"""Characters of a text and coaches that fit onto a sheet, and from how many characters on it is set smaller."""

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc, Steward


@desk
@require_safe
def bloc_sheet(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """What is handed out: when and where, and a code that leads to the page (5 queries)."""
    found = called_bloc(request.actor, bloc_id)
    if found.status == "draft":
        raise NotPublished
    return render(request, "desk/bloc_sheet.html", _to_hand_out(_context(found)))


def _to_hand_out(context: dict[str, Any]) -> dict[str, object]:
    """What fits onto one page: long texts and many coaches are shortened, and the sheet says so."""
    facts = context["bloc"]
    texts = {name: facts[name] for name in ("route", "bring", "dispersal")}
    short = {name: shortened(text, LONGEST) for name, text in texts.items()}
    stops = facts["stops"][:MOST_STOPS]
    length = sum(map(len, short.values())) + sum(len(stop.where) for stop in stops)
    return {
        **context,
        "bloc": {**facts, **short, "stops": stops},
        "dense": length > ROOMY,
        "more": short != texts or len(stops) < len(facts["stops"]),
    }


@desk
@require_safe
def bloc_stewards(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Who looks after which section and who rings whom: for stewards only, and the ledger tells (13 queries)."""
    found = called_bloc(request.actor, bloc_id, STAND)
    everybody = stewards_of(found.id)
    record_read(
        organisation_id=found.organisation_id,
        actor=request.actor.id,
        verb="blocs.see_stewards",
        people=len(everybody),
        object_id=found.id,
    )
    chiefs = [one for one in everybody if not one.section]
    rest = sorted((one for one in everybody if one.section), key=_first_named(everybody))
    sections = [(name, list(group)) for name, group in groupby(rest, key=lambda one: one.section)]
    coaches = _coaches(request.actor, found)
    context = {**_context(found), "chiefs": chiefs, "sections": sections, "coaches": coaches}
    return render(request, "desk/bloc_stewards.html", context)


def _coaches(actor: Actor, found: Bloc) -> list[tuple[str, list[Passenger]]]:
    """The coaches with those on them who are one's own people; other callers' are theirs to see (3 queries).

    Each organisation's ledger tells that its people were looked at (1 query each, or 2).
    """
    own = [one.organisation_id for one in callers_of(found.id) if actor.may(NAMES, one.group_id)]
    pick_ups = pick_ups_of(found.id)
    people = passengers_of(pick_ups, own)
    seen = Counter(one.organisation_id for on_one in people.values() for one in on_one)
    for organisation, number in seen.items():
        see_passengers(actor, event=found.event, organisation_id=organisation, people=number)
    return [(one.where, people[one.id]) for one in pick_ups]


def _first_named(everybody: list[Steward]):  # type: ignore[no-untyped-def]
    """Sections in the order in which they were first named, each with its people together."""
    order = {one.section: number for number, one in reversed(list(enumerate(everybody)))}
    return lambda one: (order[one.section], one.position)


def _context(found: Bloc) -> dict[str, object]:
    facts = bloc_facts(found)
    return {
        "bloc": facts,
        "short_url": facts["url"].partition("://")[2],
        "link": f"{facts['url']}?via=sheet",
        "back": reverse("desk:bloc", args=[found.id]),
        "imprint": found.organisation.imprint,
        "organisation": {"demonstration_note": found.organisation.demonstration_note},
    }
