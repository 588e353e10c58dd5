"""The page of what is known about somebody says in words what the file holds."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.models import Assignment, Doubled
from groundswell.events.models import Event
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.outbox.models import Effect
from groundswell.people import held
from groundswell.people.links import PREFERENCES, tokens
from groundswell.people.merging import merge
from groundswell.people.models import Person
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def event(root: Group) -> Event:
    made = made_up.event(root)
    set_questions(SYSTEM, event=made, questions=[Asking(text="Vegan?", kind="yes-no", purpose="To cook")])
    return made


@pytest.fixture
def ada(event: Event) -> Person:
    question = event.questions.get()
    more = {"needs": "A ramp", "offer-steward": "yes", f"question-{question.id}": "yes"}
    made_up.confirmed(event, guests=2, via="choir", boxes=("agree", "updates"), **more)
    made_up.send_mails()
    return Person.objects.get(name="Ada")


def path(person: Person) -> str:
    return f"/me/{tokens(PREFERENCES, person.organisation_id)(person.id)}"


def shown(person: Person) -> str:
    answer = Client().get(path(person))
    assert answer.status_code == 200
    page = Markup(answer.content.decode())
    assert faults(page) == []
    return page.text


def test_an_answer_is_told_with_all_that_hangs_on_it(ada: Person) -> None:
    page = shown(ada)
    for words in (
        "Your answers to events (1)",
        "Stand in unity",
        "Coming",
        "Answered on",
        "Confirmed on",
        "You bring 2 more",
        "What you need: A ramp",
        "What you offered: Steward",
        "Vegan?: yes",
        "You came through: choir",
    ):
        assert words in page


def test_what_waits_for_its_confirmation_is_told(event: Event) -> None:
    made_up.answer(event, "bea@example.org", "Bea", needs="A seat")
    page = shown(Person.objects.get(email="bea@example.org"))
    for words in ("Not confirmed yet: Bea, bea@example.org", "What you need: A seat"):
        assert words in page


def test_who_else_sees_an_answer_is_told(root: Group, event: Event, ada: Person) -> None:
    ally = made_up.organisation("ally", "Ally")
    made_up.cohost(event, ally)
    made_up.confirmed(event, **{f"ally-{ally.id}": "yes"})
    member = made_up.account(root).memberships.get()
    attendance = ada.attendances.get()
    own = {"organisation": root.organisation, "attendance": attendance}
    Assignment.objects.create(**own, event=event, membership=member)
    Doubled.objects.create(**own, id=uuid7())
    page = shown(ada)
    for words in ("Ally may see it", "A volunteer may see your name", "made one with this"):
        assert words in page
    made_up.act("change", root.organisation_id, attendance.id, {f"stop-{ally.id}": "yes"})
    assert "Taken back: letting another organisation that holds the event see me (e-mail)" in shown(ada)


def test_a_bloc_and_a_coach_are_told(root: Group, event: Event) -> None:
    bloc = made_up.bloc(root, event)
    coach = str(bloc.pick_ups.get().id)
    attendance = made_up.confirm(made_up.joined(bloc, "bea@example.org", "Bea", guests=1, coach=coach))
    page = shown(attendance.person)
    for words in ("In the bloc Red bloc", "2 seats on the coach from Riverside station"):
        assert words in page


def test_consents_are_told_with_their_words_and_mails_by_their_names(ada: Person) -> None:
    page = shown(ada)
    for words in (
        "Allowed: news of the campaign (e-mail)",
        "may send me news of its campaigns by e-mail",
        "Please confirm",
        "Not needed any more",
    ):
        assert words in page
    Effect.objects.update(kind="none.known", note="No such mailbox")
    page = shown(ada)
    assert "Another mail" in page
    assert "none.known" not in page
    assert "No such mailbox" in page


def test_messages_to_many_and_complaints_are_told(root: Group, ada: Person) -> None:
    made_up.mailing(root, [made_up.person(root.organisation, "Zoe"), ada])
    complaint = made_up.complaint(root.organisation, text="Too much mail", person=ada)
    page = shown(ada)
    for words in ("Come", "Taken by the mail server", "Your complaint", "Too much mail"):
        assert words in page
    complaint.acknowledged_at = complaint.answered_at = complaint.received_at
    complaint.answer = "We are sorry"
    complaint.save()
    page = shown(ada)
    for words in ("Acknowledged on", "We are sorry"):
        assert words in page


def test_what_was_said_by_another_address_of_theirs_says_by_which(root: Group, ada: Person) -> None:
    bea = made_up.subscriber(root.organisation, "Bea")
    merge(SYSTEM, kept=ada, away=bea)
    page = shown(ada)
    for words in ("By your address bea@example.org", "Made one of two entries on"):
        assert words in page


def test_of_many_the_latest_stand_there(root: Group, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "MOST", 1)
    monkeypatch.setattr("groundswell.web.me.me.MOST", 1)
    for number in range(2):
        made_up.confirmed(made_up.event(root, title=f"Event {number}"))
    page = shown(ada)
    assert "Event 1" in page
    assert "Event 0" not in page
    assert "These are the latest 1" in page


def test_three_cost_no_more_than_one(
    root: Group, ada: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        made_up.mailing(root, [ada])
        made_up.confirmed(made_up.event(root, title=f"Event {number}"))
        with django_assert_num_queries(20):
            Client().get(path(ada))
