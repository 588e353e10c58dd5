"""Who may be in the records twice: by plain rules, and only among those whom an actor sees."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.people import duplicates
from groundswell.people.access import people_seen_by
from groundswell.people.duplicates import Why, alike, like, spelt, why_alike
from groundswell.people.finding import people_like
from groundswell.people.merging import merge
from groundswell.people.models import Person
from groundswell.people.operations import Typed, recognise
from groundswell.people.sorting import put_into_group
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def person(organisation: Organisation, name: str, email: str, sector: str = "", phone: str = "") -> Person:
    known = recognise(organisation.id, [Typed(name=name, email=email, sector=sector)])
    Person.objects.filter(id__in=known.values()).update(phone=phone)
    return Person.objects.get(id__in=known.values())


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("Ada King", "a@x.org", "", "+441"), ("Bo", "b@x.org", "", "+441"), (Why.PHONE,)),
        (("Ada King", "a@x.org", "M1 1"), ("KÍNG  ada", "b@x.org", "M1 1"), (Why.PLACE,)),
        (("Ada King", "a@x.org", "M1 1"), ("Ada King", "b@x.org", "M1 2"), ()),
        (("Ada King", "a@x.org"), ("Ada King", "b@x.org"), ()),
        # A first name alone is shared by too many.
        (("Ada", "a@x.org", "M1 1"), ("Ada", "b@x.org", "M1 1"), ()),
        (("Ada King", "ada.king@gmail.com"), ("Ada King", "adaking+list@gmail.con"), (Why.ADDRESS,)),
        (("Ada King", "ada@googlemail.com"), ("Ada King", "Ada@gmail.com"), (Why.ADDRESS,)),
        (("Ada King", "ada.king@gmail.com"), ("Bo King", "adaking@gmail.com"), ()),
        (
            ("Ada King", "ada.king@x.org", "M1 1", "+441"),
            ("Ada King", "adaking@x.org", "M1 1", "+441"),
            (Why.PHONE, Why.PLACE, Why.ADDRESS),
        ),
    ],
)
def test_two_are_alike_by_what_can_be_said(
    organisation: Organisation, one: tuple[str, ...], other: tuple[str, ...], why: tuple[Why, ...]
) -> None:
    older, newer = person(organisation, *one), person(organisation, *other)
    assert why_alike(older, newer) == why_alike(newer, older) == why
    everybody = people_seen_by(SYSTEM, organisation.id)
    assert like(older, everybody) == ([(newer, why)] if why else [])
    pairs, after, looked = alike(organisation.id, everybody, None)
    assert [(pair.newer, pair.older, pair.why) for pair in pairs] == ([(newer, older, why)] if why else [])
    assert (after, looked) == (None, 2)


def test_nobody_is_found_by_the_sign_before_a_whole_name(organisation: Organisation) -> None:
    person(organisation, "Ada King", "a@x.org")
    assert people_like(organisation.id, "=")[0] == []
    assert spelt("A.da+b@Hotmial.com") == "ada@hotmail.com"


def test_only_those_whom_one_sees_are_compared(organisation: Organisation) -> None:
    root = made_up.root(organisation)
    branch = made_up.branch(root)
    people = [person(organisation, "Ada King", f"{name}@x.org", "M1 1") for name in ("a", "b", "c")]
    put_into_group(SYSTEM, group=branch, people=[people[0].id, people[2].id])
    seen = people_seen_by(made_up.actor(branch), organisation.id)
    [pair] = alike(organisation.id, seen, None)[0]
    assert (pair.newer, pair.older) == (people[2], people[0])
    person(made_up.organisation("others", "Others"), "Ada King", "d@x.org", "M1 1")
    assert len(like(people[0], people_seen_by(SYSTEM, organisation.id))) == 2


def test_who_was_merged_is_not_found_once_more(organisation: Organisation) -> None:
    one, other = (person(organisation, "Ada King", f"{name}@x.org", "M1 1") for name in ("a", "b"))
    merge(SYSTEM, kept=one, away=other)
    everybody = people_seen_by(SYSTEM, organisation.id)
    assert (like(one, everybody), alike(organisation.id, everybody, None)) == ([], ([], None, 1))


def test_many_are_gone_through_in_parts(
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(6):
        person(organisation, "Ada King", f"{number}@x.org", "M1 1", "+441")
    everybody = people_seen_by(SYSTEM, organisation.id)
    with django_assert_num_queries(4):
        assert len(alike(organisation.id, everybody, None)[0]) == 15
    for limit, most in (("LOOKED_AT", 2), ("AT_ONCE", 5)):
        with monkeypatch.context() as patch:
            patch.setattr(duplicates, limit, most)
            before, found = None, []
            while True:
                pairs, before, _looked = alike(organisation.id, everybody, before)
                found += [(pair.newer.id, pair.older.id) for pair in pairs]
                if before is None:
                    break
            assert len(set(found)) == len(found) == 15
