"""What people need, what they can do and what they answered."""

import csv
from io import StringIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events.models import Event, Question
from groundswell.events.questions import Asking, set_questions
from groundswell.ledger.models import Entry
from groundswell.web.desk import people
from tests import made_up

pytestmark = pytest.mark.django_db

COACH = Asking(text="Which coach?", kind="choice", choices=["Hull", "Leeds"], purpose="To book seats")
MEAT = Asking(text="Do you eat meat?", kind="yes-no", purpose="To cook")
WHO = Asking(text="Whom do you know?", purpose="To seat you together")


@pytest.fixture
def rally() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def questions(rally: Event) -> list[Question]:
    return set_questions(made_up.SYSTEM, event=rally, questions=[COACH, MEAT, WHO])


@pytest.fixture
def steward(rally: Event) -> Client:
    return made_up.browser(made_up.account(rally.group, made_up.STEWARD))


def answered(rally: Event, questions: list[Question], name: str, *typed: str) -> None:
    given = {f"question-{question.id}": words for question, words in zip(questions, typed, strict=True)}
    made_up.confirmed(rally, f"{name.lower()}@example.org", name, **given)


def test_a_steward_reads_how_many_chose_what_and_what_was_written(
    rally: Event, questions: list[Question], steward: Client
) -> None:
    for name, coach in (("Ada", "Leeds"), ("Bo", "Leeds"), ("Cem", "Hull")):
        answered(rally, questions, name, coach, "yes", f"Friends of {name}")
    unconfirmed = {f"question-{questions[0].id}": "Hull"}
    made_up.answer(rally, "dee@example.org", "Dee", **unconfirmed)
    response = steward.get(f"/desk/events/{rally.id}/help")
    assert response.context["asks"] == [
        ("Which coach?", "To book seats", [("Hull", 1), ("Leeds", 2)]),
        ("Do you eat meat?", "To cook", [("yes", 3), ("no", 0)]),
        ("Whom do you know?", "To seat you together", []),
    ]
    assert response.context["written"] == [
        (name, "Whom do you know?", f"Friends of {name}") for name in ("Cem", "Bo", "Ada")
    ]
    assert "Leeds: 2" in response.content.decode().replace("<bdi>", "").replace("</bdi>", "")
    assert Entry.objects.get(verb="attendances.see_help").detail["people"] == 3


def test_what_was_written_goes_on_on_the_next_page(
    rally: Event, questions: list[Question], steward: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "AT_ONCE", 2)
    for name in ("Ada", "Bo", "Cem"):
        answered(rally, questions, name, "", "", f"Friends of {name}")
    first = steward.get(f"/desk/events/{rally.id}/help")
    following = steward.get(f"/desk/events/{rally.id}/help{first.context['more_written_url']}")
    shown = [name for page in (first, following) for name, _question, _words in page.context["written"]]
    assert (shown, following.context["more_written_url"]) == (["Cem", "Bo", "Ada"], "")


def test_a_choice_that_is_no_longer_offered_is_still_counted(
    rally: Event, questions: list[Question], steward: Client
) -> None:
    answered(rally, questions, "Ada", "Hull", "", "")
    coach = Asking(text="Which coach?", kind="choice", choices=["Leeds", "York"], purpose="x", id=questions[0].id)
    set_questions(made_up.SYSTEM, event=rally, questions=[coach])
    asks = steward.get(f"/desk/events/{rally.id}/help").context["asks"]
    assert asks == [("Which coach?", "x", [("Leeds", 0), ("York", 0), ("Hull", 1)])]


def test_an_event_that_asks_nothing_has_no_such_part(rally: Event, steward: Client) -> None:
    assert "What people answered" not in steward.get(f"/desk/events/{rally.id}/help").content.decode()


def test_what_was_answered_on_another_organisations_page_is_theirs(
    rally: Event, questions: list[Question], steward: Client
) -> None:
    allies = made_up.organisation("allies", "Allies")
    made_up.cohost(rally, allies)
    given = {f"question-{questions[0].id}": "Hull", f"question-{questions[2].id}": "Everybody"}
    made_up.confirmed(rally, by=allies, **given)
    page = steward.get(f"/desk/events/{rally.id}/help")
    assert page.context["asks"][0][2] == [("Hull", 0), ("Leeds", 0)]
    assert page.context["written"] == []
    owner = made_up.browser(made_up.account(made_up.root(allies), email="al@example.org"))
    assert rows(owner.post(f"/desk/ours/{rally.id}/export").content)[1][-3:] == ["Hull", "", "Everybody"]
    olu = made_up.browser(made_up.account(rally.group, email="ben@example.org"))
    assert len(rows(olu.post(f"/desk/events/{rally.id}/export").content)) == 1


def test_the_file_has_a_column_for_each_question(rally: Event, questions: list[Question]) -> None:
    answered(rally, questions, "Ada", "Leeds", "no", "=1+1")
    answered(rally, questions, "Bo", "", "", "")
    olu = made_up.browser(made_up.account(rally.group))
    header, ada, bo = rows(olu.post(f"/desk/events/{rally.id}/export").content)
    assert header[-3:] == ["Which coach?", "Do you eat meat?", "Whom do you know?"]
    assert (ada[-3:], bo[-3:]) == (["Leeds", "no", "'=1+1"], ["", "", ""])


def rows(file: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(file.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_the_same_however_many_answered(
    people: int,
    rally: Event,
    questions: list[Question],
    steward: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for name in ("Ada", "Bo", "Cem")[:people]:
        answered(rally, questions, name, "Hull", "yes", "Everybody")
    steward.get(f"/desk/events/{rally.id}/help")  # the entry in the ledger
    with django_assert_num_queries(12):
        steward.get(f"/desk/events/{rally.id}/help")
