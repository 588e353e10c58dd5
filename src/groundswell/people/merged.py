"""Who stands for whom: people who were merged, whichever of their ids or addresses somebody comes with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from groundswell.kit.privacy import Trace
from groundswell.people.models import Person


def standing(organisation_id: UUID, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who stands for each of these people who are in the records: nearly always themselves (1 query)."""
    return stands_for(Person.objects.filter(organisation_id=organisation_id, id__in=list(ids)))


def stands_for(rows: QuerySet[Person]) -> dict[UUID, UUID]:
    """The same of these rows (1 query)."""
    return {one: merged or one for one, merged in rows.values_list("id", "merged_into_id")}


def all_of(organisation_id: UUID, ids: Iterable[UUID]) -> QuerySet[Person]:
    """People who stand for themselves, and all for whom they stand; lazy."""
    own = Person.objects.filter(organisation_id=organisation_id)
    wanted = list(ids)
    return own.filter(Q(id__in=wanted) | Q(merged_into__in=wanted))


def locked(organisation_id: UUID, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who stands for each of these people, and for all that are one with them; all of them locked (2 queries)."""
    stand = set(standing(organisation_id, ids).values())
    return stands_for(all_of(organisation_id, stand).select_for_update().order_by("id"))


def together(stand: Mapping[UUID, UUID]) -> dict[UUID, list[UUID]]:
    """All that are one, by who stands for them (0 queries)."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for one, who in stand.items():
        found[who].append(one)
    return found


def trace_of(organisation_id: UUID, person_id: UUID, email: str) -> Trace:
    """By what the rows about somebody, and about all that are one with them, are found (1 query)."""
    merged = addresses_merged(organisation_id, person_id)
    return Trace(organisation_id=organisation_id, person_id=person_id, email=email, merged=merged)


def addresses_merged(organisation_id: UUID, person_id: UUID) -> dict[UUID, str]:
    """The addresses of those for whom somebody stands, by their ids (1 query)."""
    own = Person.objects.filter(organisation_id=organisation_id, merged_into=person_id)
    return dict(own.values_list("id", "email"))
