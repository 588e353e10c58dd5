"""Lists in pages: nothing is skipped, nothing comes twice, and a cursor opens nothing."""

import base64
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from groundswell.groups.models import Organisation
from tests import made_up
from tests.api.conftest import client_of


def walk(api: Client, url: str) -> list[list[str]]:
    """The titles on each page, following ``next`` to the end."""
    pages: list[list[str]] = []
    following: str | None = f"{settings.PUBLIC_URL}{url}"
    while following:
        assert following.startswith(f"{settings.PUBLIC_URL}/api/v1/events?")
        answer: Any = api.get(following.removeprefix(settings.PUBLIC_URL)).json()
        pages.append([item["title"] for item in answer["items"]])
        following = answer["next"]
    return pages


@pytest.fixture
def five(organisation: Organisation) -> None:
    """Five events, E the newest."""
    for title in "ABCDE":
        made_up.draft(made_up.root(organisation), title=title)


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("limit", "pages"),
    [
        (1, [["E"], ["D"], ["C"], ["B"], ["A"]]),
        (2, [["E", "D"], ["C", "B"], ["A"]]),
        (5, [["E", "D", "C", "B", "A"]]),
        (200, [["E", "D", "C", "B", "A"]]),
    ],
)
def test_every_row_is_on_one_page(api: Client, limit: int, pages: list[list[str]]) -> None:
    assert walk(api, f"/api/v1/events?limit={limit}") == pages


@pytest.mark.usefixtures("five")
def test_what_is_new_does_not_move_the_next_page(api: Client, organisation: Organisation) -> None:
    following = api.get("/api/v1/events?limit=2").json()["next"].removeprefix(settings.PUBLIC_URL)
    made_up.draft(made_up.root(organisation), title="F")
    assert walk(api, following) == [["C", "B"], ["A"]]


@pytest.mark.usefixtures("five")
def test_the_next_page_keeps_what_was_asked_for(api: Client) -> None:
    assert walk(api, "/api/v1/events?slug=c&limit=1") == [["C"]]
    following = api.get("/api/v1/events?limit=1&other=%C3%BC").json()["next"]
    assert "limit=1" in following
    assert "other=%C3%BC" in following


@pytest.mark.usefixtures("five")
def test_a_cursor_of_one_organisation_opens_nothing_of_it_to_another(api: Client, other: Organisation) -> None:
    following = api.get("/api/v1/events?limit=1").json()["next"].removeprefix(settings.PUBLIC_URL)
    assert client_of(other).get(following).json() == {"items": [], "next": None}


@pytest.mark.parametrize("limit", ["0", "-1", "201", "many", "", "1e2"])
def test_a_page_has_its_bounds(api: Client, limit: str) -> None:
    answer = api.get(f"/api/v1/events?limit={limit}")
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["limit"]


@pytest.mark.parametrize(
    "cursor", ["x", "1", "Ä", "null", base64.urlsafe_b64encode(b"a" * 15).decode(), "A" * 400]
)
def test_a_cursor_that_is_none_is_refused(api: Client, cursor: str) -> None:
    answer = api.get("/api/v1/events", {"cursor": cursor})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault == {"detail": "Take the cursor from an answer's next, unchanged.", "parameter": "cursor"}


def test_an_empty_cursor_is_the_first_page(api: Client) -> None:
    assert api.get("/api/v1/events?cursor=").status_code == 200
