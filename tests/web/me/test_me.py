"""What an organisation knows about somebody, for them: shown, chosen anew, taken along, and no more mail."""

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.mailings.links import PREFERENCES, STOP, tokens
from groundswell.people.models import Consent, Person
from groundswell.people.queries import current_wordings, granted
from groundswell.people.reach import suppress
from groundswell.people.sorting import tag_people
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation(contact_email="office@example.org")


@pytest.fixture
def ada(organisation: Organisation) -> Person:
    return made_up.subscriber(organisation, "Ada")


def path(person: Person, purpose: str = PREFERENCES) -> str:
    given = tokens(purpose, person.organisation_id)(person.id)
    return f"/me/{given}" if purpose == PREFERENCES else f"/me/stop/{given}"


def page(where: str) -> Markup:
    answer = Client().get(where)
    assert answer.status_code == 200
    markup = Markup(answer.content.decode())
    assert faults(markup) == []
    return markup


def allows(person: Person) -> set[str]:
    state = granted(person.organisation_id, [person.id])
    return {purpose for purpose, _channel in state.get(person.id, set())}


def test_they_see_what_is_known_and_what_they_said(ada: Person, organisation: Organisation) -> None:
    tag_people(SYSTEM, organisation=organisation, people=[ada.id], name="Stall")
    shown = page(path(ada))
    for text in ("Ada", "ada@example.org", "Stall", "office@example.org", "allowed"):
        assert text in shown.text
    boxes = {box["name"]: "checked" in box for box in shown.all("input") if box.get("type") == "checkbox"}
    assert boxes == {"allow-updates": True, "allow-nearby": False}


def test_what_they_choose_holds_and_what_stays_is_not_said_again(ada: Person, organisation: Organisation) -> None:
    wordings = current_wordings(organisation.id)
    both = {f"allow-{purpose}": str(wordings[purpose].id) for purpose in ("updates", "nearby")}
    assert Client().post(path(ada), both).status_code == 200
    assert allows(ada) == {"updates", "nearby"}
    assert Consent.objects.filter(purpose="updates").count() == 1
    assert Client().post(path(ada), {}).status_code == 200
    assert allows(ada) == set()
    assert "taken back" in page(path(ada)).text


def test_who_allows_it_again_by_a_mail_that_reached_them_is_written_to_again(
    ada: Person, organisation: Organisation
) -> None:
    Client().post(path(ada), {})
    suppress(organisation.id, "email", {ada.email: "complained"})
    Client().post(path(ada), {"allow-nearby": "no wording"})
    assert allows(ada) == {"nearby"}
    assert Client().get(path(ada)).status_code == 200


def test_all_of_it_can_be_taken_along(ada: Person) -> None:
    answer = Client().get(f"{path(ada)}.json")
    assert "attachment" in answer["Content-Disposition"]
    held = json.loads(answer.content)
    assert held["people.Person"][0]["email"] == "ada@example.org"
    assert held["people.Consent"]


def test_a_get_changes_nothing_and_one_click_without_a_cookie_does(
    ada: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert "Send me no more" in page(path(ada, STOP)).text
    assert allows(ada) == {"updates"}
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path(ada, STOP), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not client.cookies
    assert allows(ada) == set()
    assert Consent.objects.get(action="object").purpose == "updates"


def test_the_link_that_stops_mail_shows_nobody_what_is_known(ada: Person) -> None:
    given = path(ada, STOP).rpartition("/")[2]
    for where in (f"/me/{given}", f"/me/{given}.json", path(ada).replace("/me/", "/me/stop/")):
        assert Client().get(where).status_code == 404
    stop = page(path(ada, STOP)).text
    assert "ada@example.org" not in stop


def test_who_was_forgotten_finds_nothing(ada: Person) -> None:
    links = [path(ada), path(ada, STOP)]
    json_link = f"{path(ada)}.json"
    ada.delete()
    for link in links:
        assert "There is nothing here any more" in page(link).text
    assert Client().get(json_link).status_code == 404
