"""One group at the desk: its name, its place, its end."""

import pytest
from django.test import Client

from groundswell.groups.models import Group
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

SETTINGS = "/desk/settings/tenants-union"


@pytest.fixture
def east(group: Group) -> Group:
    return made_up.branch(group, "east", "East")


@pytest.fixture
def west(group: Group) -> Group:
    return made_up.branch(group, "west", "West")


def at(group: Group) -> str:
    return f"{SETTINGS}/groups/{group.id}"


def said(client: Client, group: Group, **form: str) -> str:
    """What the settings say after a form."""
    answer = client.post(at(group), form)
    assert answer.headers["Location"] == SETTINGS
    return client.get(SETTINGS).content.decode()


def test_it_is_renamed_moved_ended_and_brought_back(owner: Client, east: Group, west: Group) -> None:
    page = owner.get(at(east)).content.decode()
    assert faults(Markup(page)) == []
    assert str(west.id) in page
    assert f'value="{east.id}"' not in page  # not below itself
    assert "Saved." in said(owner, east, then="rename", name="The east", description="By the sea.")
    assert "“The east” is a part of “West” now." in said(owner, east, then="move", parent=str(west.id))
    tree = owner.get(SETTINGS).content.decode()
    assert tree.index("is-deep-1") < tree.index("is-deep-2")
    assert "groups below this one" in said(owner, west, then="retire")
    assert "has ended" in said(owner, east, then="retire")
    assert "This group has ended." in owner.get(at(east)).content.decode()
    assert "This group has ended." in Client().get("/g/east").content.decode()
    assert str(east.id) not in owner.get("/desk/events/new").content.decode()
    assert "is back." in said(owner, east, then="revive")


def test_refusals_are_said(owner: Client, group: Group, east: Group) -> None:
    assert "stands for the whole organisation" in said(owner, group, then="retire")
    assert "stands for the whole organisation" in owner.get(at(group)).content.decode()
    twig = made_up.branch(east, "twig", "Twig")
    assert "part of itself" in said(owner, east, then="move", parent=str(twig.id))
    made_up.event(twig)
    assert "events that lie ahead" in said(owner, twig, then="retire")
    for form in ({"then": "rename", "name": ""}, {"then": "move", "parent": "x"}):
        assert owner.post(at(east), form).status_code == 422
    assert owner.post(at(east), {"then": "x"}).status_code == 404


def test_it_is_there_for_its_owners_only(
    owner: Client, organiser: Client, stranger: Client, east: Group, west: Group
) -> None:
    of_east = signed_in(made_up.account(east, made_up.OWNER, "east@example.org"))
    assert of_east.get(at(east)).status_code == 200
    assert "Where it stands" not in of_east.get(at(east)).content.decode()
    for client, group in ((organiser, east), (stranger, east), (of_east, west)):
        assert client.get(at(group)).status_code == 404
        assert client.post(at(group), {"then": "retire"}).status_code == 404
    assert owner.get(f"/desk/settings/others/groups/{east.id}").status_code == 404
