"""``/desk/people``: all whom one sees, found by a name or an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.groups.access import CONTACT, ORGANISER, SEND
from groundswell.groups.errors import NotAllowed
from groundswell.groups.queries import root_group
from groundswell.people.access import people_seen_by
from groundswell.people.finding import people_found
from groundswell.people.merging import may_merge
from groundswell.people.seeing import see_people
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page

if TYPE_CHECKING:
    from groundswell.people.models import Person

AT_ONCE = 50


@desk
@require_safe
def persons(request: DeskRequest) -> HttpResponse:
    """The newest fifty, or whom a search finds; asked for by htmx, only what has changed (8 queries)."""
    if not request.here.organisations:
        raise NotAllowed
    organisation_id = request.here.organisations[0]
    seen = people_seen_by(request.here, organisation_id)
    part, before = request.GET.get("q", "")[:120], cursor(request, "before")
    older = ""
    if part.strip():
        rows, whole = people_found(organisation_id, seen, part.strip(), AT_ONCE)
    else:
        rows, whole = list((seen.filter(reach__person_id__lt=before) if before else seen)[: AT_ONCE + 1]), True
        older = f"?before={rows[AT_ONCE - 1].id}" if len(rows) > AT_ONCE else ""
    shown = rows[:AT_ONCE]
    see_people(
        request.actor,
        organisation_id=organisation_id,
        people=len(shown),
        part=str(before or ("found" if part else "")),
    )
    context: dict[str, object] = {
        "find_url": reverse("desk:persons"),
        "part": part,
        "people": [_line(one) for one in shown],
        "whole": whole,
        "more_url": older,
    }
    if "HX-Request" in request.headers:
        return render(request, "desk/persons_found.html", context)
    root = root_group(organisation_id).id
    may = {
        "segments": request.actor.may(SEND, root),
        "imports": bool(request.here.groups(ORGANISER)),
        "duplicates": may_merge(request.actor, root),
        "complaints": request.actor.may(CONTACT, root),
    }
    return page(request, "persons", "people", {**context, **may})


def _line(one: Person) -> dict[str, object]:
    return {
        "url": reverse("desk:person", args=[one.id]),
        "name": one.called,
        "email": one.email,
        "sector": one.sector,
        "since": one.created_at,
    }
