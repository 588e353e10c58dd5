"""Calendars under their addresses."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events import operations as events
from groundswell.events.models import Event
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    group = made_up.root(made_up.organisation())
    return made_up.event(group, made_up.series(group))


def summaries(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return re.findall(r"SUMMARY:(.*)\r\n", response.content.decode())


def test_each_feed_has_what_is_its_own_and_for_everybody(client: Client, event: Event) -> None:
    branch = made_up.branch(event.group)
    made_up.event(branch, title="By the river")
    made_up.event(event.group, event.series, title="Members only", audience="members")
    made_up.draft(event.group, event.series, title="Not yet")
    made_up.event(made_up.root(made_up.organisation("other", "Other")), title="Theirs")
    assert set(summaries(client, f"/o/{event.organisation.slug}.ics")) == {"Stand in unity", "By the river"}
    assert set(summaries(client, f"/g/{event.group.slug}.ics")) == {"Stand in unity", "By the river"}
    assert summaries(client, f"/g/{branch.slug}.ics") == ["By the river"]
    assert event.series is not None
    assert summaries(client, f"/series/{event.series.slug}.ics") == ["Stand in unity"]
    assert summaries(client, f"/e/{event.slug}.ics") == ["Stand in unity"]


def test_what_is_cancelled_stays_in_a_feed_and_says_so(client: Client, event: Event) -> None:
    events.cancel(made_up.SYSTEM, event=event)
    assert b"STATUS:CANCELLED" in client.get(f"/g/{event.group.slug}.ics").content


@pytest.mark.parametrize(
    ("path", "queries"), [("/e/{}.ics", 1), ("/o/tenants-union.ics", 2), ("/g/tenants-union.ics", 3)]
)
def test_it_costs_a_fixed_number_of_queries(
    client: Client, event: Event, path: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        made_up.event(event.group, title=f"Another {number}")
    with django_assert_num_queries(queries):
        assert client.get(path.format(event.slug)).status_code == 200


@pytest.mark.parametrize("path", ["/e/none.ics", "/o/none.ics", "/g/none.ics", "/series/none.ics"])
def test_what_is_not_there_has_none(client: Client, event: Event, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get(f"/e/{made_up.draft(event.group, title='Not yet').slug}.ics").status_code == 404


def test_pages_lead_to_their_calendars(client: Client, event: Event) -> None:
    branch = made_up.branch(event.group)
    own = {link.get("href", "") for link in Markup(client.get(f"/e/{event.slug}").content.decode()).all("a")}
    assert f"/e/{event.slug}.ics" in own
    links = {link.get("href", "") for link in Markup(client.get(f"/g/{branch.slug}").content.decode()).all("a")}
    for path in (f"/g/{branch.slug}.ics", f"/o/{event.organisation.slug}.ics"):
        assert {f"webcal://127.0.0.1:8000{path}", f"http://127.0.0.1:8000{path}"} <= links
