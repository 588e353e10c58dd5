"""Rows that are inserted past the models are the same as those that went through them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from groundswell.kit.bulk import insert, insert_made
from groundswell.kit.ids import uuid7
from groundswell.people.models import Person
from tests import made_up

pytestmark = pytest.mark.django_db

COLUMNS = (
    *("id", "organisation_id", "name", "email", "email_key", "phone", "sector"),
    *("language", "ledger_key", "created_at", "confirmed_at"),
)


def test_they_are_read_as_they_were_written(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    organisation = made_up.organisation()
    moment = datetime(2026, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)
    rows = [
        (
            uuid7(),
            organisation.id,
            "Zoë",
            f"{key}@example.org",
            f"{key}@example.org",
            "",
            "",
            "en",
            "k",
            moment,
            at,
        )
        for key, at in (("a", None), ("b", moment))
    ]
    with django_assert_num_queries(1):
        insert(Person, COLUMNS, rows)
    with django_assert_num_queries(0):
        insert(Person, COLUMNS, [])
    for row in rows:
        found = Person.objects.get(id=row[0])
        assert tuple(getattr(found, column) for column in COLUMNS) == row


def test_one_that_stands_already_stays() -> None:
    organisation = made_up.organisation()
    moment = datetime(2026, 5, 1, tzinfo=UTC)

    def row(name: str) -> tuple[object, ...]:
        return (uuid7(), organisation.id, name, "a@example.org", "a@example.org", "", "", "en", "k", moment, None)

    insert(Person, COLUMNS, [row("Ada")])
    insert(Person, COLUMNS, [row("Bo"), row("Cy")])
    assert Person.objects.get().name == "Ada"


def test_objects_are_read_as_they_were_made(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    organisation = made_up.organisation()
    moment = datetime(2026, 5, 1, 13, 30, 15, 0, tzinfo=timezone(timedelta(hours=1)))
    people = [
        Person(organisation=organisation, name="Zoë", email=f"{key}@example.org", email_key=key, confirmed_at=at)
        for key, at in (("a", None), ("b", moment))
    ]
    with django_assert_num_queries(1):
        insert_made(people)
    with django_assert_num_queries(0):
        insert_made([])
    for person in people:
        found = Person.objects.get(id=person.id)
        assert not person._state.adding
        assert {name: getattr(found, name) for name in COLUMNS} == {
            name: getattr(person, name) for name in COLUMNS
        }


def test_an_object_that_stands_already_is_an_error() -> None:
    ada = made_up.person(made_up.organisation(), "Ada")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_made([ada])
    assert Person.objects.get() == ada
