"""``/desk/people/<id>/merge/<other>``: two people side by side, and what becomes of them if they are one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from groundswell.attendances.queries import answers_of_person
from groundswell.groups.errors import Refusal
from groundswell.people import stricter
from groundswell.people.access import person_for
from groundswell.people.duplicates import why_alike
from groundswell.people.merging import FIELDS, merge, require_merging
from groundswell.people.queries import groups_of_person, tags_of_person
from groundswell.people.seeing import see_person
from groundswell.web.desk.duplicates import facts, words
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see
from groundswell.web.desk.person import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from groundswell.people.models import Consent, Person
    from groundswell.people.stricter import Becomes

AT_ONCE = 20
ADDRESS = "email"
LABELS = {
    "email": gettext_lazy("E-mail"),
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Telephone"),
    "sector": gettext_lazy("Postcode sector"),
}
BECAUSE = {
    stricter.Why.NO: gettext_lazy("no: one of them said no, and the stricter holds"),
    stricter.Why.BOTH: gettext_lazy("yes: both said so"),
    stricter.Why.ANSWER: gettext_lazy("yes: it goes along with the answer"),
    stricter.Why.ADDRESS: gettext_lazy("yes: it was said for the address that stays"),
    stricter.Why.OTHER_ADDRESS: gettext_lazy("no: it was said for the address that does not stay"),
}


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def person_merge(request: DeskRequest, person_id: UUID, other_id: UUID) -> HttpResponse:
    """Both side by side (28 queries); on POST merge them, as it was chosen."""
    people = [person_for(request.actor, one) for one in (person_id, other_id)]
    require_merging(request.actor, people[0].organisation)
    chosen = _chosen(request, people)
    if request.method == "POST":
        try:
            return _merge(request, people, chosen)
        except Refusal as refusal:
            return _page(request, people, chosen, refusal.sentence, refusal.status)
    return _page(request, people, chosen)


def _chosen(request: DeskRequest, people: Sequence[Person]) -> dict[str, int]:
    """From which of the two each field is taken: as it was sent, or else from the first one that has it."""
    return {
        name: int(request.POST[name]) if request.POST.get(name) in {"0", "1"} else _first(people, name)
        for name in LABELS
    }


def _first(people: Sequence[Person], name: str) -> int:
    return int(not getattr(people[0], name) and bool(getattr(people[1], name)))


def _merge(request: DeskRequest, people: Sequence[Person], chosen: dict[str, int]) -> HttpResponse:
    stays = chosen[ADDRESS]
    kept, away = people[stays], people[1 - stays]
    merge(request.actor, kept=kept, away=away, taken=[name for name in FIELDS if chosen[name] != stays])
    say(request, _("They are one person now. For 30 days you can take them apart again, below."))
    return see("person", kept.id)


def _page(
    request: DeskRequest, people: Sequence[Person], chosen: dict[str, int], error: str = "", status: int = 200
) -> HttpResponse:
    for one in people:
        see_person(request.actor, person=one)
    context: dict[str, object] = {
        "people": [_side(one) for one in people],
        "why": words(why_alike(*people)),
        "fields": [_field(name, people, chosen[name]) for name in LABELS],
        "consents": _consents(people, chosen),
        "error": error,
        "back_url": reverse("desk:person-same", args=[people[0].id]),
    }
    return page(request, "person_merge", "people", context, status=status)


def _side(person: Person) -> dict[str, object]:
    answers = answers_of_person(person.organisation_id, person.id)[:AT_ONCE]
    return {
        **facts(person),
        "tags": [tag.name for tag in tags_of_person(person)],
        "groups": [group.name for group in groups_of_person(person)],
        "answers": [one.event.title for one in answers],
    }


def _field(name: str, people: Sequence[Person], chosen: int) -> dict[str, object]:
    values = [getattr(one, name) for one in people]
    return {
        "name": name,
        "label": LABELS[name],
        "options": [(str(number), value, number == chosen) for number, value in enumerate(values)],
        "differs": values[0] != values[1],
    }


def _consents(people: Sequence[Person], chosen: dict[str, int]) -> list[dict[str, Any]]:
    """What both have said of each purpose, and what it becomes by whose address stays (1 query)."""
    said = stricter.last_words(people[0].organisation_id, [one.id for one in people])
    becomes = [_becomes(people, said, chosen, stays) for stays in (0, 1)]
    return [
        {
            "purpose": PURPOSES[one.by.purpose],
            "channel": one.by.get_channel_display(),
            "said": [_said(said[person.id].get(key)) for person in people],
            "becomes": [BECAUSE[each[key].why] for each in becomes],
        }
        for key, one in becomes[0].items()
    ]


def _becomes(
    people: Sequence[Person], said: dict[UUID, dict[stricter.Key, Consent]], chosen: dict[str, int], stays: int
) -> dict[stricter.Key, Becomes]:
    kept, away = people[stays], people[1 - stays]
    taken = [name for name in FIELDS if chosen[name] != stays]
    whose = stricter.whose_address_stays(kept, away, taken)
    return {one.key: one for one in stricter.together(said[kept.id], said[away.id], whose)}


def _said(entry: Consent | None) -> str:
    if entry is None:
        return _("said nothing")
    return _("yes") if entry.action == stricter.GRANT else _("no")
