"""Finding people by the beginning of any word of their name."""

from uuid import UUID

import pytest
from django.db import connection

from groundswell.people import finding
from groundswell.people.finding import people_like, words_of
from groundswell.people.models import NameWord, Person
from groundswell.people.operations import Typed, confirm, erase, recognise
from tests import made_up

pytestmark = pytest.mark.django_db

NAMES = ["Ada Lovelace", "Adaeze Obi", "Zoë O’Neill-Ångström", "李 小龙", "Bo 100% Ada_x"]


@pytest.fixture
def organisation() -> UUID:
    return made_up.organisation().id


@pytest.fixture
def people(organisation: UUID) -> dict[UUID, str]:
    typed = [Typed(name=name, email=f"p{number}@example.org") for number, name in enumerate(NAMES)]
    ids = recognise(organisation, typed)
    return {ids[one.email]: one.name for one in typed}


def test_a_name_is_looked_for_in_small_letters_without_accents() -> None:
    assert words_of("Zoë O’Neill-Ångström Zoë") == ["zoe", "o", "neill", "angstrom"]
    assert words_of(" ".join(f"w{number}" for number in range(20))) == [f"w{number}" for number in range(8)]
    assert words_of("x" * 99) == ["x" * 40]
    assert words_of("!?") == []


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("ada", {"Ada Lovelace", "Adaeze Obi", "Bo 100% Ada_x"}),
        ("ADA lov", {"Ada Lovelace"}),
        ("love", {"Ada Lovelace"}),
        ("zoe", {"Zoë O’Neill-Ångström"}),
        ("ångs", {"Zoë O’Neill-Ångström"}),
        ("neil o", {"Zoë O’Neill-Ångström"}),
        ("小龙", {"李 小龙"}),
        ("ovelace", set()),
        ("a", set()),
        ("", set()),
        ("%%", set()),
        ("100", {"Bo 100% Ada_x"}),
    ],
)
def test_who_is_found(organisation: UUID, people: dict[UUID, str], part: str, names: set[str]) -> None:
    found, whole = people_like(organisation, part)
    assert ({people[person] for person in found}, whole) == (names, True)


def test_nobody_of_another_organisation_is_found(people: dict[UUID, str]) -> None:
    other = made_up.organisation("others", "Others").id
    assert people_like(other, "ada") == ([], True)


def test_a_new_name_is_found_and_the_old_one_no_more(organisation: UUID, people: dict[UUID, str]) -> None:
    ada = next(person for person, name in people.items() if name == "Ada Lovelace")
    confirm({ada: Typed(name="Augusta King", email="p0@example.org")})
    assert people_like(organisation, "lovelace") == ([], True)
    assert people_like(organisation, "king") == ([ada], True)
    confirm({ada: Typed(name="Augusta King", email="p0@example.org")})
    assert people_like(organisation, "king aug") == ([ada], True)


def test_who_is_forgotten_is_not_found(organisation: UUID, people: dict[UUID, str]) -> None:
    erase(organisation, people)
    assert not NameWord.objects.exists()
    assert not Person.objects.exists()


def test_of_very_many_it_is_said_that_there_are_more(
    organisation: UUID, people: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 2)
    found, whole = people_like(organisation, "ada")
    assert (len(found), whole) == (2, False)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has an index of its own for this.")
def test_a_beginning_is_looked_up(organisation: UUID) -> None:
    begins = NameWord.objects.filter(organisation_id=organisation, word__gte="byr", word__lt="byr\U0010ffff")
    assert "autoindex_people_nameword_1 (organisation_id=? AND word>? AND word<?)" in begins.explain()
