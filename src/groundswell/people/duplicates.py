"""Who may be in the records twice, by plain rules that can be said in words; whether they are one, people say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from groundswell.kit.text import mailbox_key
from groundswell.people.finding import LOOKED_THROUGH, same_names, whole_name
from groundswell.people.models import Person

LOOKED_AT = 500
"""How many people are looked at for one page: the newest first, each against everybody."""

MOST_OF_ONE = 5
"""With how many others somebody is shown at once."""

AT_ONCE = 50

_MISSPELT = {
    "googlemail.com": "gmail.com",
    **dict.fromkeys(("gmail.con", "gmail.co", "gmial.com", "gmai.com", "gmal.com", "gamil.com"), "gmail.com"),
    **dict.fromkeys(("hotmail.con", "hotmail.co", "hotmial.com", "hotmai.com"), "hotmail.com"),
    **dict.fromkeys(("outlook.con", "outlook.co", "outlok.com"), "outlook.com"),
    **dict.fromkeys(("yahoo.con", "yaho.com"), "yahoo.com"),
    **dict.fromkeys(("icloud.con", "icloud.co", "iclould.com"), "icloud.com"),
}
"""How domains are commonly misspelt, and one that has two names."""


class Why(StrEnum):
    """By what two people look like one."""

    PHONE = "phone"
    """The same telephone number."""

    PLACE = "place"
    """The same first and last name, and the same area."""

    ADDRESS = "address"
    """The same first and last name, and addresses that differ by dots, a part behind a plus, or a misspelling."""


@dataclass(frozen=True)
class Alike:
    """Two people who may be one, the newer first, and why."""

    newer: Person
    older: Person
    why: tuple[Why, ...]


def why_alike(one: Person, other: Person) -> tuple[Why, ...]:
    """By what two people look like one; by nothing where it is empty (0 queries)."""
    name = whole_name(one.name)
    same_name = bool(name) and name == whole_name(other.name)
    rules = {
        Why.PHONE: bool(one.phone) and one.phone == other.phone,
        Why.PLACE: same_name and bool(one.sector) and one.sector == other.sector,
        Why.ADDRESS: same_name and bool(one.email) and spelt(one.email) == spelt(other.email),
    }
    return tuple(why for why, holds in rules.items() if holds)


def spelt(address: str) -> str:
    """What the same address has in common where it is spelt another way; never to write to (0 queries)."""
    local, _, domain = mailbox_key(address).rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{_MISSPELT.get(domain, domain)}"


def like(person: Person, seen: QuerySet[Person]) -> list[tuple[Person, tuple[Why, ...]]]:
    """Who of those whom an actor sees may be this one, with why, the first five (3 queries at most)."""
    others = _candidates(person.organisation_id, [person], seen)
    found = ((other, why_alike(person, other)) for other in others if other.id != person.id)
    return [(other, why) for other, why in found if why][:MOST_OF_ONE]


def alike(
    organisation_id: UUID, seen: QuerySet[Person], before: UUID | None
) -> tuple[list[Alike], UUID | None, int]:
    """Pairs of people who may be one, from the newest on, or from ``before``.

    With them comes from where the next are looked for, None at the end, and how many people were looked at. Each
    of 500 is looked for in indexes, however many others there are (4 queries at most, and those of ``seen``).
    """
    rows = list((seen.filter(reach__person_id__lt=before) if before else seen)[: LOOKED_AT + 1])
    looked = rows[:LOOKED_AT]
    pairs: list[Alike] = []
    by_newer = _pairs(looked, _candidates(organisation_id, looked, seen))
    for number, (newer, found) in enumerate(by_newer, start=1):
        pairs += found
        if len(pairs) >= AT_ONCE:
            return pairs, newer.id, number
    return pairs, looked[-1].id if len(rows) > LOOKED_AT else None, len(looked)


def _pairs(looked: Sequence[Person], others: Iterable[Person]) -> Iterator[tuple[Person, list[Alike]]]:
    buckets: defaultdict[str, list[Person]] = defaultdict(list)
    for other in others:
        for key in _keys(other):
            buckets[key].append(other)
    for one in looked:
        older = {other.id: other for key in _keys(one) for other in buckets[key] if other.id < one.id}
        found = (Alike(one, other, why_alike(one, other)) for other in older.values())
        yield one, [pair for pair in found if pair.why][:MOST_OF_ONE]


def _keys(person: Person) -> list[str]:
    return [key for key in (person.phone, whole_name(person.name)) if key]


def _candidates(organisation_id: UUID, people: Sequence[Person], seen: QuerySet[Person]) -> list[Person]:
    """Those of whom an actor sees who have the number or the whole name of any of these (3 queries at most)."""
    phones = {one.phone for one in people if one.phone}
    own = Person.objects.filter(organisation_id=organisation_id)
    with_phone = own.filter(phone__in=phones).order_by("phone", "id").values_list("id", flat=True)
    ids = set(with_phone[:LOOKED_THROUGH]) if phones else set()
    names = same_names(organisation_id, (one.name for one in people), 2 * LOOKED_AT)
    ids |= set(names.values_list("person_id", flat=True))
    return list(seen.filter(id__in=ids)) if len(ids) > 1 else []
