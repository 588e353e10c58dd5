"""Asking for many is one value for the database, and finds the same."""

import pytest
from django.db.models import Q
from pytest_django import DjangoAssertNumQueries

from groundswell.kit.ids import uuid7
from groundswell.kit.many import among
from groundswell.people.models import Person, Reach
from tests import made_up

pytestmark = pytest.mark.django_db


def test_it_finds_those_that_are_named_by_texts_and_by_keys(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    organisation = made_up.organisation()
    ada, bo = (made_up.person(organisation, name=name) for name in ("Ada", "Bo"))
    made_up.person(organisation, name="Cy")
    with django_assert_num_queries(4):
        assert set(Person.objects.filter(among("name", ["Ada", "Bo", 'D"\\']))) == {ada, bo}
        assert set(Person.objects.filter(among("id", [ada.id, uuid7()]))) == {ada}
        assert not Person.objects.filter(among("id", [])).exists()
        assert set(Person.objects.filter(Q(among("name", {"Bo": 1}), organisation=organisation))) == {bo}


def test_it_chooses_what_is_changed() -> None:
    organisation = made_up.organisation()
    ada, bo = (made_up.person(organisation, name=name) for name in ("Ada", "Bo"))
    assert Reach.objects.filter(among("person_id", [ada.id])).update(contacted_on=7) == 1
    assert dict(Reach.objects.values_list("person_id", "contacted_on")) == {ada.id: 7, bo.id: 0}
