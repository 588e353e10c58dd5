"""Recognising people, taking over what they confirmed, and deleting them."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.models import Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people import operations
from groundswell.people.erasures import erasure_digest
from groundswell.people.merged import standing
from groundswell.people.models import Erasure, Person
from groundswell.people.operations import Typed, confirm, emails, erase, ledger_name, recognise
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def ada(**changed: str) -> Typed:
    return Typed(**{"name": "Ada", "email": "ada@example.org", **changed})


def test_somebody_new_is_made_and_somebody_known_is_found(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        made = recognise(organisation.id, [ada(sector="M1 1"), Typed(name="Bo", email="bo@example.org")])
    assert set(made) == {"ada@example.org", "bo@example.org"}
    before = list(Person.objects.order_by("email").values())
    with django_assert_num_queries(1):
        found = recognise(organisation.id, [ada(name="Mallory", email="ADA@example.org", sector="SW1A 1")])
    assert found == {"ada@example.org": made["ada@example.org"]}
    assert list(Person.objects.order_by("email").values()) == before
    assert before[0]["confirmed_at"] is None


def test_one_address_twice_is_one_person(organisation: Organisation) -> None:
    recognise(organisation.id, [ada(), ada(email="Ada@example.org", name="Ada Lovelace")])
    assert Person.objects.get().name == "Ada Lovelace"


def test_the_same_human_in_two_organisations_is_two_persons(organisation: Organisation) -> None:
    other = made_up.organisation("others", "Others")
    one, two = recognise(organisation.id, [ada()]), recognise(other.id, [ada()])
    assert one["ada@example.org"] != two["ada@example.org"]
    assert standing(other.id, one.values()) == {}
    assert emails(other.id, one.values()) == []
    assert erase(other.id, one.values()) == 0
    assert Person.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_meet_somebody_at_once_make_one_person() -> None:
    organisation = made_up.organisation()
    start, found = threading.Barrier(2), []

    def work(names: str) -> None:
        start.wait()
        found.append(recognise(organisation.id, [Typed(name=name, email=f"{name}@example.org") for name in names]))
        connections.close_all()

    workers = [threading.Thread(target=work, args=(names,)) for names in ("abcdef", "fedcba")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found[0] == found[1]
    assert Person.objects.count() == 6


def test_what_was_confirmed_is_taken_over(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    (who,) = recognise(organisation.id, [ada(sector="M1 1")]).values()
    with django_assert_num_queries(4):
        confirm({who: ada(name="Ada Lovelace", email="Ada@example.org")})
    person = Person.objects.get()
    assert (person.name, person.email, person.sector) == ("Ada Lovelace", "Ada@example.org", "M1 1")
    first = person.confirmed_at
    confirm({who: ada(sector="SW1A 1")})
    person.refresh_from_db()
    assert (person.name, person.sector, person.confirmed_at) == ("Ada", "SW1A 1", first)
    with django_assert_num_queries(0):
        confirm({})


def test_who_asked_to_be_forgotten_is_remembered_by_a_hash_only(organisation: Organisation) -> None:
    made = recognise(organisation.id, [ada(), Typed(name="Bo", email="bo@example.org")])
    moment = now() - timedelta(hours=1)
    assert standing(organisation.id, [*made.values(), uuid7()]) == {one: one for one in made.values()}
    assert sorted(emails(organisation.id, made.values())) == ["ada@example.org", "bo@example.org"]
    assert erase(organisation.id, made.values(), {made["ada@example.org"]: moment}) == 2
    assert Person.objects.count() == 0
    erasure = Erasure.objects.get()
    assert (erasure.digest, erasure.at) == (erasure_digest(organisation.id, "ada@example.org"), moment)
    assert erase(organisation.id, made.values()) == 0


def test_the_ledgers_name_of_a_person_is_under_a_key_of_their_own(organisation: Organisation) -> None:
    recognise(organisation.id, [ada(), Typed(name="Bo", email="bo@example.org")])
    one, two = Person.objects.order_by("email")
    assert ledger_name(one) == ledger_name(one) != ledger_name(two)
    one.ledger_key = operations.Person(organisation=organisation).ledger_key
    assert ledger_name(one) != ledger_name(Person.objects.get(id=one.id))
    assert str(one) == str(one.id)


def test_where_nobody_takes_anything_back_nothing_is_asked(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        operations.withdraw_from_allies(organisation.id, [])
