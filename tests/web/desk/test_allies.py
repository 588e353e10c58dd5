"""What an organisation is to others, at the desk."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.affiliations import Kind, offer_affiliation, public_standings
from groundswell.groups.models import Affiliation, Group
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

HERE = "/desk/settings/tenants-union/allies"
THERE = "/desk/settings/others/allies"
OFFER = {"then": "offer", "address": "/g/others", "kind": "wing"}


@pytest.fixture(autouse=True)
def both(owner: Client, stranger: Client) -> None:
    """The two organisations are there."""


def text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_offered_here_and_accepted_there(owner: Client, stranger: Client, group: Group) -> None:
    assert owner.post(HERE, OFFER).headers["Location"] == HERE
    said = text(owner, HERE)
    assert "It is offered." in said
    assert "Offered by you" in said
    assert "Waits for your answer" not in said
    assert "1 organisation offers you an affiliation." in text(stranger, "/desk/")
    assert "offers you an affiliation" not in text(owner, "/desk/")
    page = text(stranger, THERE)
    assert faults(Markup(page)) == []
    assert "Tenants’ Union is a wing of Others." in page
    made = Affiliation.objects.get()
    assert stranger.post(THERE, {"then": "accept", "affiliation": made.id}).headers["Location"] == THERE
    assert "Both pages say it from now on." in text(stranger, THERE)
    assert [one.other.slug for one in public_standings(group.organisation)] == ["others"]
    stranger.post(THERE, {"then": "accept", "affiliation": made.id})
    assert "accepted already" in text(stranger, THERE)


def test_what_holds_is_ended_after_a_question(owner: Client, stranger: Client) -> None:
    owner.post(HERE, OFFER)
    made = Affiliation.objects.get()
    stranger.post(THERE, {"then": "accept", "affiliation": made.id})
    asked = owner.post(HERE, {"then": "end", "affiliation": made.id})
    assert asked.status_code == 200
    assert "End the affiliation with “Others”?" in asked.content.decode()
    assert Affiliation.objects.get().ended_at is None
    owner.post(HERE, {"then": "end-surely", "affiliation": made.id})
    assert "It is ended." in text(owner, HERE)
    assert "Nothing yet." in text(owner, HERE)
    owner.post(HERE, {"then": "end-surely", "affiliation": made.id})
    assert "ended meanwhile" in text(owner, HERE)


@pytest.mark.parametrize("side", ["owner", "stranger"])
def test_an_offer_is_declined_or_taken_back_at_once(owner: Client, stranger: Client, side: str) -> None:
    owner.post(HERE, OFFER)
    client, path = {"owner": (owner, HERE), "stranger": (stranger, THERE)}[side]
    client.post(path, {"then": "end", "affiliation": Affiliation.objects.get().id})
    assert Affiliation.objects.get().ended_at
    assert "Nothing yet." in text(client, path)


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"address": "nowhere"}, 422, "No organisation here has this address."),
        ({"address": "tenants-union"}, 409, "with itself"),
        ({"kind": "mother"}, 422, "Choose what the two are"),
    ],
)
def test_what_cannot_be_offered_is_said_at_the_field(
    owner: Client, change: dict[str, str], status: int, sentence: str
) -> None:
    answer = owner.post(HERE, {**OFFER, **change})
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert faults(Markup(answer.content.decode())) == []


def test_what_is_no_form_is_missing(owner: Client) -> None:
    for form in ({}, {"then": "accept"}, {"then": "x", "affiliation": str(Group.objects.first().id)}):
        assert owner.post(HERE, form).status_code == 404


def test_only_owners_of_the_whole_see_it(organiser: Client, stranger: Client, group: Group) -> None:
    branch = made_up.account(made_up.branch(group), made_up.OWNER, "branch@example.org")
    for client in (organiser, stranger, signed_in(branch)):
        assert client.get(HERE).status_code == 404
        assert client.post(HERE, OFFER).status_code == 404
    assert not Affiliation.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many_there_are(
    owner: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        other = made_up.organisation(f"other-{number}", f"Other {number}")
        offer_affiliation(made_up.SYSTEM, organisation=other, address=group.slug, kind=Kind.ALLY)
    with django_assert_num_queries(7):
        owner.get(HERE)
