"""All events of a series on one page."""

import re

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events import operations as events
from groundswell.events.models import Series
from groundswell.web.public import near
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def series() -> Series:
    return made_up.series(made_up.root(made_up.organisation()))


def page(response: HttpResponse) -> Markup:
    assert response.status_code == 200
    found = Markup(response.content.decode())
    assert faults(found) == []
    return found


def test_it_shows_all_that_is_for_everybody_in_the_order_of_time(
    client: Client, series: Series, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made_up.event(series.group, series, title="Later", day=made_up.in_days(9))
    made_up.event(series.group, series, title="Sooner", day=made_up.in_days(3))
    made_up.draft(series.group, series, title="Not yet")
    made_up.event(series.group, series, title="Inner circle", audience="members")
    with django_assert_num_queries(5):
        shown = page(client.get(f"/series/{series.slug}"))
    assert shown.text.index("Sooner") < shown.text.index("Later")
    assert "Not yet" not in shown.text
    assert "Inner circle" not in shown.text
    assert "2 events" in shown.text
    assert "The same everywhere." in shown.text


@pytest.mark.parametrize("query", ["", "near=M1+1&"])
def test_there_is_page_after_page_and_the_number_of_all(
    client: Client, series: Series, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(near, "PAGE_OF_SERIES", 2)
    for number in range(1, 4):
        made_up.event(series.group, series, title=f"Event {number}", day=made_up.in_days(number))
    first = page(client.get(f"/series/{series.slug}?{query}"))
    assert "3 events" in first.text
    (older,) = [link["href"] for link in first.all("a") if "page=2" in link.get("href", "")]
    second = client.get(f"/series/{series.slug}{older}")
    assert "3 events" in page(second).text
    assert re.search(r'<span class="bill-number">3</span> <bdi>Event 3', second.content.decode())
    assert client.get(f"/series/{series.slug}?page=3").status_code == 404


def test_the_number_on_the_map_is_the_one_in_the_list(client: Client, series: Series) -> None:
    made_up.event(series.group, series, title="Nowhere yet", day=made_up.in_days(1), venue_name="")
    there = made_up.event(series.group, series, title="There", day=made_up.in_days(2), venue_postcode="M1 1AE")
    html = client.get(f"/series/{series.slug}").content.decode()
    (mark,) = [link for link in Markup(html).all("a") if "mark" in link.get("class", "")]
    assert mark["href"] == f"/e/{there.slug}"
    assert mark["aria-label"].startswith("2. There, ")
    assert re.search(r'<span class="bill-number">2</span> <bdi>There', html)


def test_what_is_over_comes_last_and_what_is_off_is_hollow(client: Client, series: Series) -> None:
    made_up.event(series.group, series, title="First", day=made_up.in_days(1), venue_postcode="M1 1AE")
    off = made_up.event(series.group, series, title="Off", day=made_up.in_days(5), venue_postcode="LS1 1AA")
    events.cancel(made_up.SYSTEM, event=off)
    with time_machine.travel(made_up.in_days(3)):
        events.close_over()
        shown = page(client.get(f"/series/{series.slug}"))
    marks = {
        link["aria-label"][:8].split(",")[0]: link["class"]
        for link in shown.all("a")
        if "mark" in link.get("class", "")
    }
    assert marks == {"1. Off": "mark is-hollow", "2. First": "mark is-hollow"}


def test_without_any_place_there_is_no_map(client: Client, series: Series) -> None:
    made_up.event(series.group, series, venue_name="")
    assert not [svg for svg in page(client.get(f"/series/{series.slug}")).all("svg") if svg["class"] == "map"]


def test_a_series_of_drafts_is_not_there(client: Client, series: Series) -> None:
    made_up.draft(series.group, series)
    assert client.get(f"/series/{series.slug}").status_code == 404


def test_an_event_leads_to_its_sisters_where_it_has_any(
    client: Client, series: Series, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    event = made_up.event(series.group, series)
    assert "Not near you?" not in page(client.get(f"/e/{event.slug}")).text
    made_up.event(series.group, series, title="Elsewhere")
    shown = page(client.get(f"/e/{event.slug}"))
    assert "Not near you? See all 2 events" in shown.text
    assert f"/series/{series.slug}" in {link.get("href") for link in shown.all("a")}


def test_search_engines_find_it(client: Client, series: Series) -> None:
    made_up.event(series.group, series)
    assert f"/series/{series.slug}</loc>" in client.get("/sitemap.xml").content.decode()
