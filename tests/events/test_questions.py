"""What an event's form asks beyond the usual."""

import pytest

from groundswell.events.errors import NotOpen
from groundswell.events.operations import cancel
from groundswell.events.queries import questions_of
from groundswell.events.questions import MOST, Asking, set_questions
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Group
from tests import made_up

pytestmark = pytest.mark.django_db

COACH = Asking(text="Which coach?", kind="choice", choices=["Hull", "", "Leeds", "Hull"], purpose="To book seats")
MEAL = Asking(text="Do you eat meat?", kind="yes-no", purpose="To cook", days=1)


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def organiser(group: Group) -> Actor:
    return made_up.actor(group)


def test_a_question_that_stays_keeps_its_id(group: Group, organiser: Actor) -> None:
    event = made_up.event(group)
    coach, meal = set_questions(organiser, event=event, questions=[COACH, Asking(text=""), MEAL])
    assert [(one.text, one.choices, one.days) for one in questions_of(event.id)] == [
        ("Which coach?", ["Hull", "Leeds"], 30),
        ("Do you eat meat?", [], 1),
    ]
    again = Asking(id=meal.id, text="Do you eat fish?", kind="yes-no", purpose="To cook")
    # Another kind of answer makes another question.
    changed = Asking(id=coach.id, text="Which coach?", kind="text", purpose="To book seats")
    kept, fresh = set_questions(organiser, event=event, questions=[again, changed])
    assert (kept.id, fresh.id == coach.id) == (meal.id, False)
    assert [one.text for one in questions_of(event.id)] == ["Do you eat fish?", "Which coach?"]


@pytest.mark.parametrize(
    ("question", "where"),
    [
        (Asking(text="a\0b", purpose="x"), "question-0-text"),
        (Asking(text="a" * 201, purpose="x"), "question-0-text"),
        (Asking(text="", purpose="To cook"), "question-0-text"),
        (Asking(text="Why?"), "question-0-purpose"),
        (Asking(text="Why?", purpose="x", kind="essay"), "question-0-kind"),
        (Asking(text="Why?", purpose="x", kind="choice", choices=["a", "a"]), "question-0-choices"),
        (Asking(text="Why?", purpose="x", days=31), "question-0-days"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(group: Group, organiser: Actor, question: Asking, where: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        set_questions(organiser, event=made_up.event(group), questions=[question])
    assert list(refused.value.errors) == [where]


def test_there_are_not_too_many_and_none_after_the_end(group: Group, organiser: Actor) -> None:
    event = made_up.event(group)
    with pytest.raises(InvalidFields):
        set_questions(organiser, event=event, questions=[MEAL] * (MOST + 1))
    cancel(organiser, event=event)
    with pytest.raises(NotOpen):
        set_questions(organiser, event=event, questions=[MEAL])
