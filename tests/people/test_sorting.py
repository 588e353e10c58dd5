"""Words and groups by which people are sorted."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.kit.ids import uuid7
from groundswell.kit.text import NotText
from groundswell.people.models import Belonging, Tag, Tagged
from groundswell.people.operations import Typed, recognise
from groundswell.people.sorting import (
    put_into_group,
    tag_key,
    tag_people,
    tags_named,
    take_out_of_group,
    untag_people,
)
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def people(organisation: Organisation, *names: str) -> list:
    known = recognise(organisation.id, [Typed(name=name, email=f"{name}@example.org") for name in names])
    return [known[f"{name}@example.org".casefold()] for name in names]


def test_two_spellings_are_one_tag(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        first = tags_named(organisation.id, ["Can drive", " can  DRIVE ", "", "Stall"])
    with django_assert_num_queries(1):
        assert tags_named(organisation.id, ["can drive"])["can drive"] == first["can drive"]
    assert Tag.objects.count() == 2
    assert tag_key("x" * 99) == "x" * 60
    with pytest.raises(NotText):
        tags_named(organisation.id, ["a\x00b"])


def test_a_tag_is_given_once_and_taken_off(organisation: Organisation) -> None:
    ada, bo = people(organisation, "Ada", "Bo")
    tag = tag_people(SYSTEM, organisation=organisation, people=[ada, bo], name="Stall")
    assert tag_people(SYSTEM, organisation=organisation, people=[ada], name="stall") == tag
    assert tag
    assert Tagged.objects.count() == 2
    assert untag_people(SYSTEM, organisation=organisation, people=[ada], tag_id=tag.id) == 1
    assert Tagged.objects.get().person_id == bo
    assert tag_people(SYSTEM, organisation=organisation, people=[ada], name="  ") is None


def test_nobody_sorts_the_people_of_another_organisation(organisation: Organisation) -> None:
    other = made_up.organisation("others", "Others")
    [ada] = people(other, "Ada")
    tag_people(SYSTEM, organisation=organisation, people=[ada, uuid7()], name="Stall")
    put_into_group(SYSTEM, group=made_up.root(organisation), people=[ada])
    assert not Tagged.objects.exists()
    assert not Belonging.objects.exists()
    stranger = made_up.actor(made_up.root(other))
    for call in (
        lambda: tag_people(stranger, organisation=organisation, people=[], name="Stall"),
        lambda: untag_people(stranger, organisation=organisation, people=[], tag_id=uuid7()),
        lambda: put_into_group(stranger, group=made_up.root(organisation), people=[]),
        lambda: take_out_of_group(stranger, group=made_up.root(organisation), people=[]),
    ):
        with pytest.raises(NotFound):
            call()


def test_only_who_organises_at_the_root_lets_a_group_see_somebody(organisation: Organisation) -> None:
    [ada] = people(organisation, "Ada")
    root = made_up.root(organisation)
    branch = made_up.branch(root)
    below = made_up.actor(branch, email="bea@example.org")
    with pytest.raises(NotFound):
        put_into_group(below, group=branch, people=[ada])
    with pytest.raises(NotAllowed):
        put_into_group(made_up.actor(root, made_up.VIEWER), group=branch, people=[ada])
    assert put_into_group(SYSTEM, group=branch, people=[ada, ada]) == 1
    assert take_out_of_group(below, group=branch, people=[ada]) == 1
    assert not Belonging.objects.exists()
