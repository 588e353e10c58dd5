"""``/desk/complaints``: until when people must hear, and what they are answered."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.people import complaints
from groundswell.people.models import Complaint
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]

HERE, NEW = "/desk/complaints", "/desk/complaints/new"


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def desk(root: Group) -> Client:
    return made_up.browser(made_up.account(root, made_up.TREASURER))


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    page = Markup(response.content.decode())
    assert faults(page) == []
    return " ".join(page.text.split())


def test_it_waits_until_it_is_answered(desk: Client, root: Group) -> None:
    assert "Nobody has complained." in text(desk.get(HERE))
    made = made_up.complaint(root.organisation)
    assert "1 complaint about data waits for an answer." in text(desk.get("/desk/"))
    assert "Nobody has told them yet that it is here" in text(desk.get(HERE))
    one = f"{HERE}/{made.id}"
    shown = text(desk.get(one))
    assert "I asked you to stop." in shown
    assert "nobody has proved it" in shown
    said = text(desk.post(one, {"then": "answer", "answer": "It was our mistake."}, follow=True))
    assert "Answered. The mail is on its way." in said
    assert "It was our mistake." in said
    assert "complaint about data waits" not in text(desk.get("/desk/"))
    assert Entry.objects.filter(verb="people.see_complaints").count() == 2


def test_whose_link_it_came_by_is_sure(desk: Client, root: Group) -> None:
    ada = made_up.subscriber(root.organisation, "Ada")
    made = made_up.complaint(root.organisation, ada)
    shown = desk.get(f"{HERE}/{made.id}")
    assert "Sure: it came by a link of their own" in text(shown)
    assert f"/desk/people/{ada.id}" in shown.content.decode()


def test_one_that_came_otherwise_is_written_down_and_told_by_hand(desk: Client) -> None:
    day = now().date() - timedelta(days=40)
    form = {"text": "A letter", "way": "post", "received_on": day.isoformat()}
    said = text(desk.post(NEW, form, follow=True))
    assert "you have to tell them yourself" in said
    assert "Somebody without a name" in said
    assert "Nobody has told them in time" in text(desk.get(HERE))
    one = f"{HERE}/{Complaint.objects.get().id}"
    assert "they know that it is here" in text(desk.post(one, {"then": "acknowledge"}, follow=True))
    assert "wait for an answer" in text(desk.get(HERE))
    assert "Somebody has dealt with this" in text(desk.post(one, {"then": "acknowledge"}, follow=True))
    assert "Send it to them as they came" in text(desk.post(one, {"then": "answer", "answer": "So"}, follow=True))


def test_with_an_address_a_mail_tells_them(desk: Client) -> None:
    form = {"text": "x", "way": "phone", "received_on": now().date().isoformat(), "email": "dee@example.org"}
    assert "A mail tells them" in text(desk.post(NEW, form, follow=True))


def test_what_is_wrong_is_said_and_stays(desk: Client, root: Group) -> None:
    assert now().date().isoformat() in desk.get(NEW).content.decode()
    response = desk.post(NEW, {"text": "", "way": "", "received_on": "soon", "name": "Dee"})
    said = text(response, 422)
    for words in ("Write what is wrong", "Choose how it came", "Enter the day on which it came"):
        assert words in said
    assert 'value="Dee"' in response.content.decode()
    one = f"{HERE}/{made_up.complaint(root.organisation).id}"
    assert "Write what you found" in text(desk.post(one, {"then": "answer", "answer": " "}), 422)
    assert desk.post(one, {"then": "sing"}).status_code == 404


def test_who_answers_second_loses_nothing(desk: Client, root: Group) -> None:
    made = made_up.complaint(root.organisation)
    complaints.answer_complaint(SYSTEM, complaint=made, text="The first answer.")
    said = text(desk.post(f"{HERE}/{made.id}", {"then": "answer", "answer": "The second one."}), 409)
    assert "The first answer." in said
    assert "The second one." in said


def test_others_see_none(root: Group) -> None:
    made = made_up.complaint(root.organisation)
    mailer = made_up.browser(made_up.account(root, made_up.MAILER, "mo@example.org"))
    for where in (HERE, NEW, f"{HERE}/{made.id}"):
        assert mailer.get(where).status_code == 403
    assert HERE not in mailer.get("/desk/").content.decode()


def test_queries(desk: Client, root: Group, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = [made_up.complaint(root.organisation) for _ in range(3)]
    assert HERE in desk.get("/desk/people").content.decode()
    for where, queries in ((HERE, 9), (NEW, 6), (f"{HERE}/{made[0].id}", 8)):
        desk.get(where)
        with django_assert_num_queries(queries):
            desk.get(where)
