"""``/api/v1/organisations``, ``groups`` and ``series``: what a token's events belong to."""

from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups import operations as groups
from groundswell.groups.models import Organisation
from tests import made_up

ORGANISATIONS, GROUPS, SERIES = (f"/api/v1/{name}" for name in ("organisations", "groups", "series"))


def test_a_token_says_whose_it_is(
    api: Client, organisation: Organisation, other: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made_up.branch(made_up.root(organisation))
    groups.create_campaign(made_up.SYSTEM, organisation=organisation, name="Homes for all")
    groups.create_campaign(made_up.SYSTEM, organisation=other, name="Lanes")
    with django_assert_num_queries(4):
        said = api.get(ORGANISATIONS).json()
    created_at = said["items"][0].pop("created_at")
    assert created_at
    assert said == {
        "items": [
            {
                "id": str(organisation.id),
                "slug": "tenants-union",
                "name": "Tenants’ Union",
                "accent": organisation.accent,
                "contact_email": organisation.contact_email,
                "postal_address": organisation.postal_address,
                "languages": ["en"],
                "campaigns": ["Homes for all"],
                "demonstration_note": "",
            }
        ],
        "next": None,
    }


def test_groups_are_shown_with_their_place_in_the_tree(
    api: Client, organisation: Organisation, other: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    branch = made_up.branch(made_up.root(organisation))
    with django_assert_num_queries(3):
        first, second = api.get(GROUPS).json()["items"]
    assert (second["slug"], second["parent"]) == ("tenants-union", None)
    assert first.pop("created_at")
    assert first == {
        "id": str(branch.id),
        "slug": "riverside",
        "url": f"{settings.PUBLIC_URL}/g/riverside",
        "organisation": "tenants-union",
        "parent": "tenants-union",
        "name": "Riverside branch",
        "description": "",
    }


def test_one_group_is_the_same_as_in_the_list(api: Client, organisation: Organisation) -> None:
    (item,) = api.get(GROUPS).json()["items"]
    assert api.get(f"{GROUPS}/{item['id']}").json() == item


def test_groups_come_in_pages(api: Client, organisation: Organisation) -> None:
    made_up.branch(made_up.root(organisation))
    following = api.get(f"{GROUPS}?limit=1").json()["next"].removeprefix(settings.PUBLIC_URL)
    assert [item["slug"] for item in api.get(following).json()["items"]] == ["tenants-union"]


def test_series_are_shown_as_they_are(
    api: Client, organisation: Organisation, other: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    series = made_up.series(made_up.branch(made_up.root(organisation)))
    made_up.series(made_up.root(other))
    with django_assert_num_queries(3):
        (item,) = api.get(SERIES).json()["items"]
    assert api.get(f"{SERIES}/{series.id}").json() == item
    assert item.pop("created_at")
    assert item == {
        "id": str(series.id),
        "slug": "homes-for-all",
        "url": f"{settings.PUBLIC_URL}/series/homes-for-all",
        "organisation": "tenants-union",
        "group": "riverside",
        "title": "Homes for all",
        "text": "The same everywhere.",
    }


def test_another_organisations_group_and_series_are_not_there(api: Client, other: Organisation) -> None:
    theirs = made_up.root(other)
    assert api.get(f"{GROUPS}/{theirs.id}").status_code == 404
    assert api.get(f"{SERIES}/{made_up.series(theirs).id}").status_code == 404
