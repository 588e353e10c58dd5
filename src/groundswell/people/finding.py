"""Finding people by the beginning of any word of their name, the same on both databases, however many they are."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Value

from groundswell.kit.bulk import insert
from groundswell.kit.text import mailbox_key
from groundswell.people.merged import stands_for
from groundswell.people.models import NameWord, Person

SHORTEST = 2
"""Letters from which on a part of a name is looked for."""

MOST_WORDS = 8
LONGEST_WORD = 40
LOOKED_THROUGH = 2000
"""How many people at most are looked at for one search: whoever has more letters to type finds the rest."""

_WORD = re.compile(r"[^\W_]+")


def words_of(name: str) -> list[str]:
    """The words of a name as they are looked for: in small letters and without accents, at most eight."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(plain)))[:MOST_WORDS]


def whole_name(name: str) -> str:
    """What two spellings of a whole name have in common, its words in whatever order; none for a single word.

    It stands among the words behind a sign that none of them has, so nobody finds it by typing.
    """
    words = sorted(words_of(name))
    return f"={sha256(' '.join(words).encode()).hexdigest()[: LONGEST_WORD - 1]}" if len(words) > 1 else ""


def _indexed(name: str) -> list[str]:
    return [*words_of(name), *filter(None, [whole_name(name)])]


def index(organisation_id: UUID, names: Mapping[UUID, str]) -> None:
    """Let people be found by these names, of whom nothing is indexed yet (1 query for any number)."""
    rows = [(organisation_id, person, word) for person, name in sorted(names.items()) for word in _indexed(name)]
    insert(NameWord, ("organisation_id", "person_id", "word"), rows)


def index_anew(organisation_id: UUID, names: Mapping[UUID, str]) -> None:
    """Let people be found by these names and by those of before no more (2 queries for any number)."""
    NameWord.objects.filter(person_id__in=list(names)).delete()
    index(organisation_id, names)


def people_like(organisation_id: UUID, part: str) -> tuple[list[UUID], bool]:
    """Who has words in their name that begin like those of ``part``, and whether these are all (1 query).

    Without a word of two letters nobody is found.
    """
    words = sorted(words_of(part), key=len, reverse=True)
    if not words or len(words[0]) < SHORTEST:
        return [], True
    found = _beginning(organisation_id, words[0])
    for word in words[1:]:
        found = found.filter(person_id__in=_beginning(organisation_id, word).values("person_id"))
    ids = list(found.order_by("word", "person_id").values_list("person_id", flat=True)[: LOOKED_THROUGH + 1])
    return list(dict.fromkeys(ids[:LOOKED_THROUGH])), len(ids) <= LOOKED_THROUGH


def same_names(organisation_id: UUID, names: Iterable[str], most: int) -> QuerySet[NameWord]:
    """The entries of those who have one of these whole names, ``most`` at most; lazy."""
    own = NameWord.objects.filter(organisation_id=organisation_id)
    return own.filter(word__in={whole_name(name) for name in names} - {""}).order_by("word", "person_id")[:most]


def address_of(organisation_id: UUID, typed: str) -> list[UUID]:
    """Who has this e-mail address, or stands for whoever had it: one or nobody (1 query)."""
    key = mailbox_key(typed.strip())
    return list(stands_for(Person.objects.filter(organisation_id=organisation_id, email_key=key)).values())


def people_found(
    organisation_id: UUID, among: QuerySet[Person], typed: str, most: int
) -> tuple[list[Person], bool]:
    """Who of these has this address or such words in their name, and whether these are all (2 queries)."""
    if "@" in typed:
        ids, whole = address_of(organisation_id, typed), True
    else:
        ids, whole = people_like(organisation_id, typed)
    rows = list(among.filter(id__in=ids).order_by("name", "id")[: most + 1]) if ids else []
    return rows[:most], whole and len(rows) <= most


def _beginning(organisation_id: UUID, word: str) -> QuerySet[NameWord]:
    own = NameWord.objects.filter(organisation_id=organisation_id)
    if connection.vendor == "postgresql":
        # Not by LIKE: where rules for rows hold, an index serves only what cannot tell of rows that they hide.
        begins = Func(F("word"), Value(word), function="starts_with", output_field=BooleanField())
        return own.filter(begins)
    # SQLite's LIKE takes no notice of case, and so none of the index.
    return own.filter(word__gte=word, word__lt=f"{word}\U0010ffff")
