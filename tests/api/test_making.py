"""Making groups, and series and what they say, by a program."""

from typing import Any

import pytest
from django.test import Client

from groundswell.events.models import Series
from groundswell.groups.models import Group, Organisation
from groundswell.ledger.models import Entry
from tests import made_up
from tests.api.conftest import client_of

GROUPS, SERIES = "/api/v1/groups", "/api/v1/series"


def send(api: Client, path: str, body: object, *, method: str = "post", key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return getattr(api, method)(path, body, content_type="application/json", headers=headers)


def wrong(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}


@pytest.fixture
def owning(organisation: Organisation) -> Client:
    """A client whose token may do what an owner may."""
    return client_of(organisation, role=made_up.OWNER)


def test_a_group_is_made_below_the_whole_and_below_another(owning: Client) -> None:
    first = send(owning, GROUPS, {"name": "The North", "description": "Of the river."})
    assert first.status_code == 201
    shown = first.json()
    assert (shown["slug"], shown["parent"], shown["description"]) == (
        "the-north",
        "tenants-union",
        "Of the river.",
    )
    assert owning.get(f"{GROUPS}/{shown['id']}").json() == shown
    assert send(owning, GROUPS, {"name": "Leeds", "parent": "the-north"}).json()["parent"] == "the-north"


def test_an_organisers_token_makes_no_group(api: Client, organisation: Organisation) -> None:
    answer = send(api, GROUPS, {"name": "The North"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert list(Group.objects.all()) == [made_up.root(organisation)]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": " "}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"name": "Tenants union"}, "#/name"),
        ({"name": "North", "description": "a\0b"}, "#/description"),
        ({"name": "North", "parent": "cyclists"}, "#/parent"),
        ({"name": "North", "slug": "mine"}, "#/slug"),
    ],
)
def test_a_group_that_cannot_be_is_not_made(
    owning: Client, other: Organisation, body: dict[str, str], pointer: str
) -> None:
    assert set(wrong(send(owning, GROUPS, body))) == {pointer}
    assert Group.objects.count() == 2


def test_under_one_key_one_group_is_made(owning: Client) -> None:
    first, second = (send(owning, GROUPS, {"name": "North"}, key="one") for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert Group.objects.count() == 2


def test_a_series_is_begun_and_changed(api: Client, organisation: Organisation) -> None:
    made_up.branch(made_up.root(organisation))
    begun = send(api, SERIES, {"title": "Homes for all", "group": "riverside"})
    assert begun.status_code == 201
    shown = begun.json()
    assert (shown["slug"], shown["group"], shown["text"]) == ("homes-for-all", "riverside", "")
    path = f"{SERIES}/{shown['id']}"
    assert send(api, path, {"text": "Everywhere."}, method="patch").json() == {**shown, "text": "Everywhere."}
    changed = send(api, path, {"title": "Homes"}, method="patch").json()
    assert changed == {**shown, "title": "Homes", "text": "Everywhere."} == api.get(path).json()
    token = organisation.api_tokens.get().id
    done = Entry.objects.filter(actor=token).order_by("id").values_list("verb", flat=True)
    assert list(done) == ["events.begin_series", "events.change_series", "events.change_series"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": " "}, "#/title"),
        ({"title": "a" * 141}, "#/title"),
        ({"title": "Homes", "text": "a\0b"}, "#/text"),
        ({"title": "Homes", "slug": "mine"}, "#/slug"),
    ],
)
def test_a_series_that_cannot_be_is_neither_begun_nor_changed(
    api: Client, organisation: Organisation, body: dict[str, str], pointer: str
) -> None:
    series = made_up.series(made_up.root(organisation), title="As it was")
    assert set(wrong(send(api, SERIES, body))) == {pointer}
    assert set(wrong(send(api, f"{SERIES}/{series.id}", body, method="patch"))) == {pointer}
    assert [one.title for one in Series.objects.all()] == ["As it was"]


def test_a_series_is_kept_by_a_group_of_the_organisation(api: Client, other: Organisation) -> None:
    assert wrong(send(api, SERIES, {"title": "Homes", "group": "cyclists"})) == {
        "#/group": "The organisation has no group of this slug."
    }


def test_another_organisations_series_is_not_changed(api: Client, other: Organisation) -> None:
    series = made_up.series(made_up.root(other))
    assert send(api, f"{SERIES}/{series.id}", {"title": "Taken"}, method="patch").status_code == 404
    series.refresh_from_db()
    assert series.title == "Homes for all"


def test_under_one_key_one_series_is_begun(api: Client) -> None:
    first, second = (send(api, SERIES, {"title": "Homes"}, key="one") for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert Series.objects.count() == 1
