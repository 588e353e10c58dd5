"""What takes place near a postcode, and page by page."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from groundswell.events.models import Event, Series
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.web.public import near as module
from groundswell.web.public.paging import is_keepable
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

TOWNS = {"London": "N1 1AA", "Manchester": "M1 1AE", "Leeds": "LS1 1AA", "Nowhere": ""}


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def series(group: Group) -> Series:
    series = made_up.series(group)
    for number, (town, postcode) in enumerate(TOWNS.items(), start=1):
        made_up.event(group, series, title=f"In {town}", venue_postcode=postcode, day=made_up.in_days(number))
    return series


def page(response: HttpResponse, status: int = 200) -> Markup:
    assert response.status_code == status
    found = Markup(response.content.decode())
    assert faults(found) == []
    return found


def order(shown: Markup) -> list[str]:
    towns = {town: shown.text.index(f"In {town}") for town in TOWNS}
    return sorted(towns, key=lambda town: towns[town])


def paths(series: Series) -> list[str]:
    return ["/", f"/g/{series.group.slug}", f"/series/{series.slug}"]


def test_a_postcode_leads_on_to_its_sector_and_no_further(client: Client, series: Series) -> None:
    for path in paths(series):
        response = client.post(path, {"near": " m1 1ae"})
        assert (response.status_code, response.headers["Location"]) == (303, f"{path}?near=M1+1")


def test_the_nearest_come_first_and_what_is_nowhere_last(client: Client, series: Series) -> None:
    for path in paths(series):
        assert order(page(client.get(path))) == list(TOWNS)
        shown = page(client.get(f"{path}?near=M1+1"))
        assert order(shown) == ["Manchester", "Leeds", "London", "Nowhere"]
        assert "less than a mile away" in shown.text
        assert "35 miles away" in shown.text


def test_it_asks_the_database_once_more(
    client: Client, series: Series, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for path, queries in zip(paths(series), (2, 7, 5), strict=True):
        for query, more in (("", 0), ("?near=M1+1", 1)):
            with django_assert_num_queries(queries + more):
                client.get(f"{path}{query}")


def test_the_nearest_is_found_behind_any_number_of_others(client: Client, group: Group) -> None:
    first = made_up.event(group, title="Elsewhere", day=made_up.in_days(1), venue_postcode="N1 1AA")
    others = [model_to_copy(first, number) for number in range(600)]
    Event.objects.bulk_create(others)
    made_up.event(group, title="Round the corner", day=made_up.in_days(30), venue_postcode="M1 1AE")
    shown = page(client.get("/?near=M1+1")).text
    assert shown.index("Round the corner") < shown.index("Elsewhere")


def model_to_copy(event: Event, number: int) -> Event:
    copied = Event(**{field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields})
    copied.pk, copied.slug = uuid7(), f"{event.slug}-{number}"
    return copied


@pytest.mark.parametrize("typed", ["", "nowhere", "M1", "BT1 5GS", "<script>"])
def test_what_is_no_place_comes_back_with_a_sentence(client: Client, series: Series, typed: str) -> None:
    for path in paths(series):
        shown = page(client.post(path, {"near": typed}), 422)
        (field,) = [each for each in shown.all("input") if each.get("name") == "near"]
        assert field["value"] == typed
        assert field["aria-invalid"] == "true"
        assert order(shown) == list(TOWNS)


@pytest.mark.parametrize("asked", ["M1+1AE", "ZZ1+1", "%00", "m1+1"])
def test_what_is_no_sector_in_an_address_changes_nothing(client: Client, series: Series, asked: str) -> None:
    assert order(page(client.get(f"/?near={asked}"))) == list(TOWNS)


@pytest.fixture
def many(group: Group, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    monkeypatch.setattr(module, "PAGE", 2)
    return [made_up.event(group, title=f"Event {number}", day=made_up.in_days(number)) for number in range(1, 6)]


@pytest.mark.parametrize("query", ["", "near=M1+1&"])
def test_there_is_page_after_page_until_the_last(client: Client, many: list[Event], query: str) -> None:
    seen: list[str] = []
    address = f"/?{query}page=1"
    for _ in range(3):
        shown = page(client.get(address))
        seen += [event.title for event in many if f"{event.title}\n" in shown.text or event.title in shown.text]
        older = [link["href"] for link in shown.all("a") if "page=" in link.get("href", "")]
        address = f"/{older[0]}" if older else ""
    assert seen == [event.title for event in many]
    assert address == ""


@pytest.mark.parametrize("number", ["0", "-1", "4", "99999", "x", "", "²"])
def test_a_page_that_there_is_none_of_is_not_there(client: Client, many: list[Event], number: str) -> None:
    assert client.get("/", {"page": number}).status_code == 404


def test_an_empty_home_is_its_first_page(client: Client) -> None:
    assert "Nothing is announced" in page(client.get("/")).text


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", True),
        ("page=2", True),
        ("page=2&page=2", False),
        ("page=02", False),
        ("said=1", True),
        ("said=2", False),
        ("near=M1+1", False),
    ],
)
def test_nobody_can_fill_the_memory_of_front_with_ways_to_ask(query: str, kept: bool) -> None:
    request: HttpRequest = RequestFactory().get(f"/?{query}")
    assert is_keepable(request, {"page": 2, "said": 1}) is kept
