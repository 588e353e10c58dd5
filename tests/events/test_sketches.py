"""Sketches of events: whatever is wrong, the rest can be shown; and nothing is saved."""

from datetime import time
from typing import Any

import pytest

from groundswell.events.models import Event
from groundswell.events.programme import Speaking
from groundswell.events.questions import Asking
from groundswell.events.sketches import presentable, sketch, sketched_programme, sketched_questions
from groundswell.kit.clock import now
from tests import made_up


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"title": " "}, {"title": "No title yet"}),
        ({"venue_postcode": "nowhere"}, {"venue_postcode": ""}),
        ({"starts": None, "ends": time(20)}, {"starts": None, "ends": None}),
        ({"latitude": 53.5}, {"latitude": None}),
        ({"latitude": 53.5, "longitude": 181.0}, {"latitude": None, "longitude": None}),
        ({"zone": "Europe/Nowhere", "capacity": 0}, {"zone": "Europe/London", "capacity": None}),
        ({}, {"title": "Stand in unity", "venue_name": "Riverside Hall"}),
    ],
)
def test_what_is_wrong_is_left_out_and_the_rest_is_shown(facts: dict[str, Any], shown: dict[str, Any]) -> None:
    made = presentable(made_up.details(**facts))
    assert {name: getattr(made, name) for name in shown} == shown
    assert made.text == "Bring a friend."


def test_what_the_caller_knows_to_be_wrong_is_left_out_as_well() -> None:
    assert presentable(made_up.details(day=made_up.in_days(9)), {"day", "group"}).day == now().date()


@pytest.mark.django_db
def test_a_sketch_is_not_saved_and_has_the_address_of_what_it_is_of() -> None:
    group = made_up.root(made_up.organisation())
    event = made_up.draft(group)
    made = sketch(group, made_up.details(title="Another"), of=event)
    assert (made.id, made.slug, made.title, made.status) == (event.id, "stand-in-unity", "Another", "published")
    assert sketch(group, made_up.details(title="Another")).slug == "another"
    assert Event.objects.get().title == "Stand in unity"


def test_only_who_is_announced_and_what_is_asked_is_sketched() -> None:
    people = [Speaking(name="Ada", standing="announced"), Speaking(name="Bea"), Speaking(name=" ")]
    assert [one.name for one in sketched_programme(people)] == ["Ada"]
    questions = [Asking(text="Why?"), Asking(text=" ", purpose="x")]
    assert [one.text for one in sketched_questions(questions)] == ["Why?"]
