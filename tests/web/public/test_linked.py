"""What machines read of an event's page."""

import json
import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client

from groundswell.events import operations as events
from groundswell.events.models import Event
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

Make = Callable[..., Event]


@pytest.fixture
def make() -> Make:
    group = made_up.root(made_up.organisation())
    return lambda **facts: made_up.event(group, **facts)


def page(client: Client, event: Event) -> str:
    html = client.get(f"/e/{event.slug}").content.decode()
    assert faults(Markup(html)) == []
    return html


def linked(client: Client, event: Event) -> dict[str, Any]:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(client, event))
    return dict(json.loads(block))


def meta(html: str) -> dict[str, str]:
    return {
        each.get("property") or each.get("name", ""): each["content"]
        for each in Markup(html).all("meta")
        if "content" in each
    }


def test_an_event_in_the_words_of_schema_org(client: Client, make: Make) -> None:
    event = make(day=date(2027, 7, 20), ends=time(20), venue_postcode="M1 1AE", capacity=80)
    made_up.programme(event, ("Bo", "nurse"))
    said = linked(client, event)
    url = f"http://127.0.0.1:8000/e/{event.slug}"
    assert (said["@type"], said["name"], said["url"]) == ("Event", "Stand in unity", url)
    assert said["startDate"] == "2027-07-20T18:30:00+01:00"
    assert said["endDate"] == "2027-07-20T20:00:00+01:00"
    assert said["eventStatus"] == "https://schema.org/EventScheduled"
    assert said["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    (place,) = said["location"]
    assert place["address"] == {"@type": "PostalAddress", "postalCode": "M1 1AE"}
    assert place["geo"]["latitude"] == pytest.approx(53.48, abs=0.02)
    assert said["performer"] == [{"@type": "Person", "name": "Bo"}]
    assert said["maximumAttendeeCapacity"] == 80
    assert said["image"] == [f"{url}/card.png"]


def test_co_ordinates_are_a_place(client: Client, make: Make) -> None:
    event = make(venue_name="", latitude=56.7969, longitude=-5.0036)
    said = linked(client, event)
    (place,) = said["location"]
    assert place["name"] == "Grid reference NN 166 712"
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": 56.7969, "longitude": -5.0036}
    shown = client.get(f"/e/{event.slug}").content.decode()
    assert "Grid reference NN" in shown
    assert "to be announced" not in shown


def test_what_is_not_known_is_not_said(client: Client, make: Make) -> None:
    event = make(day=date(2027, 7, 20), starts=None, venue_name="", text="")
    said = linked(client, event)
    assert said["startDate"] == "2027-07-20"
    assert not {"endDate", "location", "description", "performer"} & said.keys()


@pytest.mark.parametrize(
    ("venue_name", "mode", "kinds"),
    [
        ("Riverside Hall", "MixedEventAttendanceMode", ["Place", "VirtualLocation"]),
        ("", "OnlineEventAttendanceMode", ["VirtualLocation"]),
    ],
)
def test_online_is_said_without_the_link(
    client: Client, make: Make, venue_name: str, mode: str, kinds: list[str]
) -> None:
    said = linked(client, make(venue_name=venue_name, online_url="https://meet.example.org/secret"))
    assert said["eventAttendanceMode"].endswith(f"/{mode}")
    assert [each["@type"] for each in said["location"]] == kinds
    assert "meet.example.org" not in json.dumps(said)


def test_a_move_and_a_cancellation_are_said(client: Client, make: Make) -> None:
    event = make(day=date(2027, 7, 20))
    moved = events.change(made_up.SYSTEM, event=event, details=made_up.details(day=date(2027, 7, 27)))
    said = linked(client, moved)
    assert said["eventStatus"].endswith("/EventRescheduled")
    assert said["previousStartDate"] == "2027-07-20"
    events.cancel(made_up.SYSTEM, event=moved)
    assert linked(client, moved)["eventStatus"].endswith("/EventCancelled")


def test_nothing_that_is_typed_can_end_the_block(client: Client, make: Make) -> None:
    event = make(title="</script><script>alert(1)</script>", text="<!-- <script> & ]]>")
    html = page(client, event)
    assert "<script>alert" not in html
    said = linked(client, event)
    assert said["name"] == "</script><script>alert(1)</script>"
    assert said["description"].startswith("<!-- <script>")


def test_who_shows_a_link_has_a_card_for_it(client: Client, make: Make) -> None:
    event = make()
    html = page(client, event)
    told = meta(html)
    assert told["og:title"] == "Stand in unity"
    assert told["og:image"] == f"http://127.0.0.1:8000/e/{event.slug}/card.png"
    assert "Riverside Hall" in told["og:description"]
    assert told["twitter:card"] == "summary_large_image"


def test_a_page_says_under_which_address_it_is_known(client: Client, make: Make) -> None:
    event = make()
    for path in (f"/e/{event.slug}", "/", f"/g/{event.group.slug}"):
        links = Markup(client.get(f"{path}?via=friend").content.decode()).all("link")
        assert [link["href"] for link in links if link["rel"] == "canonical"] == [f"http://127.0.0.1:8000{path}"]


def test_what_is_not_for_everybody_is_kept_from_search_engines(client: Client, make: Make) -> None:
    html = page(client, make(audience="members"))
    assert "ld+json" not in html
    assert meta(html)["robots"] == "noindex"
