"""``/api/v1/events/{id}/attendances``: who answered, as far as the token may know."""

from datetime import datetime, timedelta
from typing import get_args

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.models import Attendance, Offer
from groundswell.events.models import Event
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.models import Organisation
from tests import made_up
from tests.api.conftest import client_of

PSEUDO = "qps"
"""Is there in the tests only."""

COACH = Asking(text="Which coach?", kind="choice", choices=("North", "South"), purpose="To book seats")


@pytest.fixture
def event(organisation: Organisation) -> Event:
    """A rally that people answer to."""
    return made_up.event(made_up.root(organisation))


def url(event: Event) -> str:
    return f"/api/v1/events/{event.id}/attendances"


def test_an_answer_is_shown_with_its_person(api: Client, event: Event) -> None:
    attendance = made_up.confirmed(event, guests=2, via="ben-123")
    (item,) = api.get(url(event)).json()["items"]
    created_at = datetime.fromisoformat(item.pop("created_at"))
    assert abs(created_at - attendance.created_at) < timedelta(milliseconds=1)
    assert item == {
        "id": str(attendance.id),
        "person": {"name": "Ada", "email": "ada@example.org"},
        "status": "accepted",
        "confirmed": True,
        "attended": None,
        "waiting": False,
        "guests": 2,
        "offers": [],
        "responses": [],
        "via": "ben-123",
    }


def test_answers_that_wait_or_were_taken_back_are_there_too(api: Client, event: Event) -> None:
    made_up.answer(event)
    made_up.cancel(made_up.confirmed(event, "ben@example.org", "Ben"))
    items = api.get(url(event)).json()["items"]
    shown = {item["person"]["name"]: (item["status"], item["confirmed"]) for item in items}
    assert shown == {"Ada": ("accepted", False), "Ben": ("declined", True)}


def test_a_token_without_contact_data_names_nobody(organisation: Organisation, event: Event) -> None:
    made_up.confirmed(event, guests=2)
    answer = client_of(organisation, contact_data=False).get(url(event))
    (item,) = answer.json()["items"]
    assert item["person"] == {"name": None, "email": None}
    assert (item["guests"], item["responses"]) == (2, None)
    assert b"ada" not in answer.content.lower()


def test_what_is_not_confirmed_changes_nothing_that_was(api: Client, event: Event) -> None:
    made_up.confirmed(event)
    made_up.answer(event, name="Mallory", guests=9)
    (item,) = api.get(url(event)).json()["items"]
    assert (item["person"]["name"], item["guests"]) == ("Ada", 0)


def test_whether_they_came_is_said_where_somebody_knows(api: Client, event: Event) -> None:
    made_up.confirmed(event)
    Attendance.objects.update(attended=True)
    assert api.get(url(event)).json()["items"][0]["attended"] is True


def test_who_waits_for_a_place_is_said_to(api: Client, organisation: Organisation) -> None:
    small = made_up.event(made_up.root(organisation), title="Small", capacity=1)
    made_up.confirmed(small)
    made_up.confirmed(small, "ben@example.org", "Ben")
    items = api.get(url(small)).json()["items"]
    assert {item["person"]["name"]: item["waiting"] for item in items} == {"Ada": False, "Ben": True}


def test_offers_and_responses_are_shown_and_needs_never(api: Client, event: Event) -> None:
    (question,) = set_questions(made_up.SYSTEM, event=event, questions=[COACH])
    typed = {f"question-{question.id}": "North", "offer-drive": "yes", "needs": "A seat please"}
    made_up.confirmed(event, **typed)  # type: ignore[arg-type]
    made_up.confirmed(event, "ben@example.org", "Ben")
    answer = api.get(url(event))
    shown = {item["person"]["name"]: (item["offers"], item["responses"]) for item in answer.json()["items"]}
    assert shown == {"Ada": (["drive"], [{"question": "Which coach?", "text": "North"}]), "Ben": ([], [])}
    assert b"seat" not in answer.content


def test_the_contract_knows_every_offer() -> None:
    from groundswell.api import schemas

    assert list(get_args(schemas.Offer)) == Offer.values


def test_the_contract_knows_every_language() -> None:
    from groundswell.api import schemas

    assert list(get_args(schemas.Language)) == [
        "",
        *(code for code, _name in settings.LANGUAGES if code != PSEUDO),
    ]


@pytest.mark.parametrize("people", [1, 3])
def test_a_list_costs_the_same_however_long(
    api: Client, event: Event, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    for number in range(people):
        made_up.confirmed(event, f"{number}@example.org")
    with django_assert_num_queries(10):
        assert len(api.get(url(event)).json()["items"]) == people


def test_answers_to_other_events_are_not_in_the_list(
    api: Client, organisation: Organisation, event: Event
) -> None:
    made_up.confirmed(made_up.event(made_up.root(organisation), title="Another"))
    assert api.get(url(event)).json()["items"] == []


def test_a_draft_has_an_empty_list(api: Client, organisation: Organisation) -> None:
    assert api.get(url(made_up.draft(made_up.root(organisation)))).json() == {"items": [], "next": None}


@pytest.mark.parametrize("id", ["1", "no-id", "a%00b", "%ff"])
def test_an_id_that_is_none_is_refused(api: Client, id: str) -> None:
    answer = api.get(f"/api/v1/events/{id}/attendances")
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["event_id"]
