"""``/desk/people/duplicates``: who may be in the records twice; and whom somebody may be the same as."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from groundswell.groups.errors import NotAllowed
from groundswell.groups.queries import root_group
from groundswell.people.access import people_seen_by, person_for
from groundswell.people.duplicates import Why, alike, like
from groundswell.people.finding import people_found
from groundswell.people.merging import may_merge, require_merging
from groundswell.people.seeing import see_people, see_person
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from groundswell.groups.access import Actor
    from groundswell.people.models import Person

MOST_FOUND = 20

WHY = {
    Why.PHONE: gettext_lazy("The same telephone number."),
    Why.PLACE: gettext_lazy("The same name and the same area."),
    Why.ADDRESS: gettext_lazy("The same name, and the same address spelt another way."),
}


@desk
@require_safe
def duplicates(request: DeskRequest) -> HttpResponse:
    """Pairs that may be one, fifty or so at once, the newest of 500 people first (11 queries at most)."""
    if not request.here.organisations:
        raise NotAllowed
    organisation_id = request.here.organisations[0]
    if not may_merge(request.actor, root_group(organisation_id).id):
        raise NotAllowed
    before = cursor(request, "before")
    pairs, after, looked = alike(organisation_id, people_seen_by(request.here, organisation_id), before)
    people = {one.id for pair in pairs for one in (pair.newer, pair.older)}
    see_people(
        request.actor, organisation_id=organisation_id, people=len(people), part=f"twice {before or ''}".strip()
    )
    context: dict[str, object] = {
        "pairs": [
            {
                "people": [facts(pair.newer), facts(pair.older)],
                "why": words(pair.why),
                "url": reverse("desk:person-merge", args=[pair.older.id, pair.newer.id]),
            }
            for pair in pairs
        ],
        "looked": looked,
        "more_url": f"?before={after}" if after else "",
    }
    return page(request, "duplicates", "people", context)


@desk
@require_safe
def person_same(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Whom somebody may be the same as, or whom a search finds (15 queries at most)."""
    found = person_for(request.actor, person_id)
    require_merging(request.actor, found.organisation)
    see_person(request.actor, person=found)
    seen = people_seen_by(request.actor, found.organisation_id)
    part = request.GET.get("q", "")[:120]
    rows, whole = (
        people_found(found.organisation_id, seen, part.strip(), MOST_FOUND) if part.strip() else ([], True)
    )
    others = [one for one in rows if one.id != found.id]
    if others:
        see_people(request.actor, organisation_id=found.organisation_id, people=len(others), part="found")
    context: dict[str, object] = {
        "person": facts(found),
        "url": reverse("desk:person", args=[found.id]),
        "alike": suggestions(request.actor, found),
        "part": part,
        "found": [{**facts(one), "url": _merge_url(found, one)} for one in others],
        "whole": whole,
    }
    return page(request, "person_same", "people", context)


def suggestions(actor: Actor, person: Person) -> list[dict[str, object]]:
    """Whom somebody may be the same as, each with why and where they are merged (5 queries at most)."""
    found = like(person, people_seen_by(actor, person.organisation_id))
    return [{**facts(other), "why": words(why), "url": _merge_url(person, other)} for other, why in found]


def _merge_url(one: Person, other: Person) -> str:
    return reverse("desk:person-merge", args=[one.id, other.id])


def facts(person: Person) -> dict[str, object]:
    """Somebody in short."""
    return {
        "name": person.called,
        "email": person.email,
        "phone": person.phone,
        "sector": person.sector,
        "since": person.created_at,
        "url": reverse("desk:person", args=[person.id]),
    }


def words(why: Iterable[Why]) -> str:
    """Why two people may be one, in sentences."""
    return " ".join(str(WHY[one]) for one in why) or _("You chose them.")
