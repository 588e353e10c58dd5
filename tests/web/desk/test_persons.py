"""The list of all whom one sees, and finding somebody in it."""

import pytest
from django.test import Client

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.ledger.models import Entry
from groundswell.people.models import Person
from groundswell.people.operations import Typed, recognise
from groundswell.people.sorting import put_into_group
from groundswell.web.desk import persons
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]


@pytest.fixture
def root() -> Group:
    root = made_up.root(made_up.organisation())
    typed = [Typed(name=name, email=f"{name}@example.org".casefold()) for name in ("Ada Stone", "Bo", "Zoë")]
    recognise(root.organisation_id, [one for one in typed if " " not in one.email])
    recognise(root.organisation_id, [Typed(name="Ada Stone", email="ada@example.org")])
    return root


@pytest.fixture
def desk(root: Group) -> Client:
    return made_up.browser(made_up.account(root))


def names(desk: Client, query: str = "") -> list[str]:
    response = desk.get(f"/desk/people{query}")
    assert response.status_code == 200
    assert faults(Markup(response.content.decode())) == []
    return [one["name"] for one in response.context["people"]]


def test_the_newest_come_first_fifty_at_once(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(names(desk)) == {"Ada Stone", "Bo", "Zoë"}
    monkeypatch.setattr(persons, "AT_ONCE", 2)
    first = desk.get("/desk/people")
    rest = names(desk, first.context["more_url"])
    assert {*(one["name"] for one in first.context["people"]), *rest} == {"Ada Stone", "Bo", "Zoë"}
    assert len(rest) == 1


def test_somebody_is_found_by_any_word_and_by_the_whole_address(desk: Client) -> None:
    assert names(desk, "?q=sto") == ["Ada Stone"]
    assert names(desk, "?q=zoe") == ["Zoë"]
    assert names(desk, "?q=BO@example.org") == ["Bo"]
    assert names(desk, "?q=nobody") == []
    assert "Nobody of this name" in Markup(desk.get("/desk/people?q=nobody").content.decode()).text


def test_somebody_without_a_name_is_called_by_their_address(desk: Client, root: Group) -> None:
    made_up.brought(root.organisation, "nameless@example.org")
    assert "nameless@example.org" in names(desk)
    page = desk.get(f"/desk/people/{Person.objects.get(name='').id}")
    assert faults(Markup(page.content.decode())) == []
    assert page.context["person"]["name"] == "nameless@example.org"


def test_asked_for_by_a_part_of_the_page_only_that_part_comes(desk: Client) -> None:
    part = desk.get("/desk/people?q=bo", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert "bo@example.org" in part


def test_what_is_left_out_is_said(desk: Client, monkeypatch: pytest.MonkeyPatch, root: Group) -> None:
    recognise(root.organisation_id, [Typed(name="Bob", email="bob@example.org")])
    monkeypatch.setattr(persons, "AT_ONCE", 1)
    assert "type more letters" in Markup(desk.get("/desk/people?q=bo").content.decode()).text


def test_who_looks_is_written_down(desk: Client, root: Group) -> None:
    names(desk)
    entry = Entry.objects.get(verb="people.see_people")
    assert entry.organisation_id == root.organisation_id
    assert entry.detail == {"people": 3}


def test_a_group_sees_those_who_belong_to_it(root: Group) -> None:
    branch = made_up.branch(root)
    bea = made_up.browser(made_up.account(branch, email="bea@example.org"))
    assert names(bea) == []
    put_into_group(SYSTEM, group=branch, people=[Person.objects.get(name="Bo").id])
    assert names(bea) == ["Bo"]
    assert names(bea, "?q=bo") == ["Bo"]
    assert names(bea, "?q=ada@example.org") == []


def test_another_organisation_sees_none_of_them(root: Group) -> None:
    other = made_up.root(made_up.organisation("other", "Other"))
    assert names(made_up.browser(made_up.account(other))) == []


def test_without_addresses_there_is_no_list(root: Group) -> None:
    viewer = made_up.account(root, made_up.VIEWER, "vic@example.org")
    assert made_up.browser(viewer).get("/desk/people").status_code == 403
    viewer.memberships.all().delete()
    assert made_up.browser(viewer).get("/desk/people").status_code == 403
