"""Reading attendances: what counts in public, and who sees what."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances import queries
from groundswell.events.models import Event
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


def test_what_nobody_answered_counts_nothing(event: Event) -> None:
    assert queries.coming(event.id) == 0
    assert queries.coming_to([event.id]) == queries.own_tallies_of([event.id]) == {}
    assert queries.tally_of(event.id).unconfirmed == 0


def test_only_confirmed_people_and_their_guests_count(
    event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made_up.answer(event, "ada@example.org", guests=5)
    made_up.confirmed(event, "bo@example.org", guests=2)
    made_up.cancel(made_up.confirmed(event, "cy@example.org"))
    with django_assert_num_queries(1):
        assert queries.coming(event.id) == 3
    with django_assert_num_queries(1):
        assert queries.coming_to([event.id]) == {event.id: 3}
    assert queries.tally_of(event.id).unconfirmed == 1
    assert queries.own_tallies_of([event.id])[event.id].confirmed == 1
    assert {one.person.email for one in queries.attendances_of(event)} == {
        "ada@example.org",
        "bo@example.org",
        "cy@example.org",
    }
    assert [one.person.email for one in queries.confirmed_answers(event)] == ["bo@example.org"]
    assert [one.person.email for one in queries.unconfirmed_answers(event)] == ["ada@example.org"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_is_one_query(event: Event, rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(rows):
        made_up.answer(event, f"p{number}@example.org")
    with django_assert_num_queries(1):
        assert len([one.person.name for one in queries.attendances_of(event)]) == rows


def test_a_link_finds_its_answer_in_its_own_organisation_only(
    event: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    attendance = made_up.answer(event)
    with django_assert_num_queries(1):
        found = queries.standing(event.organisation_id, attendance.id)
        assert found is not None
        assert found.person.email == "ada@example.org"
        assert found.event.organisation.id == event.organisation_id
        assert found.event.group.id == event.group_id
    other = made_up.organisation("others", "Others")
    assert queries.standing(other.id, attendance.id) is None
