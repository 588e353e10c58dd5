"""``/privacy/…/complain`` and ``/me/complain/…``: somebody complains about how their data is handled."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.models import Organisation
from groundswell.intake import journal
from groundswell.intake.journal import NotKept
from groundswell.intake.settling import settle
from groundswell.people.links import PREFERENCES, tokens
from groundswell.people.models import Complaint, Person
from groundswell.web.public import pages
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]

FORM = {"text": "I asked you to <b>stop</b>.", "name": "Cass", "email": "cass@example.org", "language": "en"}
HERE = "/privacy/ours/complain"


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation("ours", "Ours", contact_email="office@example.org")


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    return made_up.subscriber(organisation, "Ada")


def link(person: Person) -> str:
    return f"/me/complain/{tokens(PREFERENCES, person.organisation_id)(person.id)}"


def page(client: Client, where: str, form: dict[str, str] | None = None, status: int = 200) -> str:
    response = client.get(where) if form is None else client.post(where, form)
    assert response.status_code == status
    assert "Set-Cookie" not in response.headers
    found = Markup(response.content.decode())
    assert faults(found) == []
    return " ".join(found.text.split())


def settled() -> Complaint:
    while settle():
        pass
    return Complaint.objects.get()


def test_the_privacy_notice_and_ones_own_page_lead_here(client: Client, ada: Person) -> None:
    assert f'href="{HERE}"' in client.get("/privacy/ours").content.decode()
    where = link(ada)
    assert where in client.get(where.replace("/complain", "")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_anybody_complains_and_is_told_that_it_is_kept(client: Client, organisation: Organisation) -> None:
    assert "Your e-mail address" in page(client, HERE)
    response = client.post(HERE, FORM)
    assert (response.status_code, response["Location"]) == (303, f"{HERE}/thanks")
    assert "Your complaint is kept" in page(client, response["Location"])
    made = settled()
    assert (made.organisation, made.text, made.email) == (organisation, FORM["text"], "cass@example.org")


@pytest.mark.django_db(transaction=True)
def test_by_a_link_nobody_is_asked_who_they_are(client: Client, ada: Person) -> None:
    assert "Your e-mail address" not in page(client, link(ada))
    assert client.post(link(ada), {"text": "Stop."}).status_code == 303
    made = settled()
    assert (made.person, made.email) == (ada, ada.email)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: Client, organisation: Organisation) -> None:
    said = page(client, HERE, {**FORM, "email": "cass"}, 422)
    assert "I asked you to <b>stop</b>." in said
    assert "does not look like" in said
    assert "Write what is wrong" in page(client, HERE, {**FORM, "text": ""}, 422)


def test_where_it_cannot_be_kept_it_is_shown_again(
    client: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def append(self, _action: object) -> None:
            raise NotKept

    monkeypatch.setattr(pages, "journal", Full)
    assert journal.journal is not Full
    assert "I asked you to <b>stop</b>." in page(client, HERE, FORM, 503)


@pytest.mark.parametrize("where", ["/privacy/none/complain", "/privacy/none/complain/thanks", "/me/complain/x"])
def test_nowhere_else(client: Client, organisation: Organisation, where: str) -> None:
    assert client.get(where).status_code == 404


def test_the_link_of_who_was_forgotten_leads_nowhere(client: Client, ada: Person) -> None:
    where = link(ada)
    ada.delete()
    assert client.post(where, {"text": "Stop."}).status_code == 404


def test_queries(client: Client, ada: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for where in (HERE, f"{HERE}/thanks", link(ada)):
        with django_assert_num_queries(1):
            client.get(where)
