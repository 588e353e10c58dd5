"""``/`` and ``/g/<group>``: what is coming up."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events import operations as events
from groundswell.groups.models import Group
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Group:
    return made_up.root(made_up.organisation())


def page(client: Client, where: str) -> Markup:
    response = client.get(where)
    assert response.status_code == 200
    found = Markup(response.content.decode())
    assert faults(found) == []
    return found


def titles(shown: Markup) -> list[str]:
    return [title for title in ("First", "Second", "Third") if title in shown.text]


def test_what_lies_ahead_is_shown_and_nothing_else(client: Client, root: Group) -> None:
    made_up.event(root, title="First", day=made_up.in_days(3))
    events.cancel(made_up.SYSTEM, event=made_up.event(root, title="Second", day=made_up.in_days(2)))
    made_up.draft(root, title="Third")
    assert titles(page(client, "/")) == ["First", "Second"]
    assert titles(page(client, f"/g/{root.slug}")) == ["First", "Second"]


def test_an_empty_house_says_so(client: Client) -> None:
    assert page(client, "/").text


def test_a_group_shows_its_own_and_what_is_below_it(client: Client, root: Group) -> None:
    branch = made_up.branch(root)
    below = made_up.branch(branch, "mill-lane", "Mill Lane")
    made_up.event(root, title="First")
    made_up.event(below, title="Second")
    assert titles(page(client, f"/g/{root.slug}")) == ["First", "Second"]
    shown = page(client, f"/g/{branch.slug}")
    assert titles(shown) == ["Second"]
    assert any(link["href"] == f"/g/{root.slug}" for link in shown.all("a"))


def test_another_organisation_is_not_mixed_in(client: Client, root: Group) -> None:
    other = made_up.root(made_up.organisation("others", "Others"))
    made_up.event(other, title="First")
    assert titles(page(client, f"/g/{root.slug}")) == []
    assert titles(page(client, "/")) == ["First"]


@pytest.mark.parametrize("address", ["/", "/g/tenants-union"])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_for_one_and_for_three(
    client: Client, root: Group, address: str, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        made_up.confirmed(made_up.event(root, title=f"Event {number}"), f"p{number}@example.org")
    with django_assert_num_queries({"/": 2, "/g/tenants-union": 7}[address]):
        shown = page(client, address)
    assert shown.text.count("Event ") >= rows


def test_an_unknown_group_is_not_there(client: Client) -> None:
    assert client.get("/g/unknown").status_code == 404
    assert client.get("/privacy/unknown").status_code == 404


def test_the_notice_names_who_keeps_what_and_why(client: Client, root: Group) -> None:
    shown = page(client, f"/privacy/{root.organisation.slug}")
    for words in ("Tenants’ Union", "48 hours", "30 days", "To see from where people travel"):
        assert words in shown.text
    assert client.post(f"/privacy/{root.organisation.slug}").status_code == 405
