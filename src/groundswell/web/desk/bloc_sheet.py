"""``/desk/blocs/<id>/sheet`` and ``…/stewards``: one page to hand out, and one for those who look after people."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.blocs.access import called_bloc
from groundswell.blocs.errors import NotPublished
from groundswell.blocs.queries import stewards_of
from groundswell.groups.access import STEWARD
from groundswell.ledger.operations import record_read
from groundswell.web.desk.pages import DeskRequest, desk
from groundswell.web.public.bloc_facts import bloc_facts

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc, Steward


@desk
@require_safe
def bloc_sheet(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """What is handed out: when and where, and a code that leads to the page (5 queries)."""
    found = called_bloc(request.actor, bloc_id)
    if found.status == "draft":
        raise NotPublished
    return render(request, "desk/bloc_sheet.html", _context(found))


@desk
@require_safe
def bloc_stewards(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """Who looks after which section and who rings whom: for stewards only, and the ledger tells (8 queries)."""
    found = called_bloc(request.actor, bloc_id, STEWARD)
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
    context = {**_context(found), "chiefs": chiefs, "sections": sections}
    return render(request, "desk/bloc_stewards.html", context)


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
        "organisation": {"demonstration_note": found.organisation.demonstration_note},
    }
