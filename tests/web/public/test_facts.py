"""What an event's page tells beyond day and place."""

from collections.abc import Callable
from datetime import time

import pytest
from django.test import Client

from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.events.programme import Speaking, set_programme
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db

Make = Callable[..., Event]


@pytest.fixture
def make() -> Make:
    group = made_up.root(made_up.organisation())
    return lambda **facts: made_up.event(group, **facts)


def shown(client: Client, event: Event) -> Markup:
    found = Markup(client.get(f"/e/{event.slug}").content.decode())
    assert faults(found) == []
    return found


def text(client: Client, event: Event) -> str:
    return " ".join(shown(client, event).text.split())


def test_only_announced_speakers_are_named_in_their_order(client: Client, make: Make) -> None:
    event = make()
    assert "Speakers" not in text(client, event)
    lines = [
        Speaking(name="Bo", line="nurse", standing="announced"),
        Speaking(name="Cy", standing="confirmed"),
        Speaking(name="Di", standing="invited"),
        Speaking(name="Abe", standing="announced"),
    ]
    set_programme(made_up.SYSTEM, event=event, speakers=lines)
    page = text(client, event)
    assert page.index("Bo nurse") < page.index("Abe")
    assert "Cy" not in page
    assert "Di " not in page


def test_access_is_said_in_words_and_so_is_what_is_not_known(client: Client, make: Make) -> None:
    page = text(client, make(step_free="yes", bsl="no", access_information="Ask at the gate."))
    for words in (
        "Without stepsYes",
        "British Sign LanguageNo",
        "SeatsNot known yet",
        "A quiet spaceNot known yet",
        "Ask at the gate.",
    ):
        assert words in page


def test_a_picture_has_its_size_its_words_and_an_address_for_ever(client: Client, make: Make) -> None:
    event = make()
    made_up.picture(event, "A crowd <b>")
    (image,) = shown(client, event).all("img")
    assert (image["alt"], image["width"], image["height"]) == ("A crowd <b>", "1200", "675")
    response = client.get(image["src"])
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.content[8:12] == b"WEBP"
    made_up.picture(event)
    assert client.get(image["src"]).status_code == 404


def test_what_has_moved_is_said_until_it_is_over(client: Client, make: Make) -> None:
    event = make()
    moved = made_up.details(venue_name="The meadow", starts=time(19))
    event = events.change(made_up.SYSTEM, event=event, details=moved)
    (note,) = [each for each in shown(client, event).all("div") if each.get("role") == "note"]
    assert note["aria-label"] == "What has changed"
    page = text(client, event)
    assert "The place has changed. It was: Riverside Hall." in page
    assert "The time has changed. It was:" in page
    events.cancel(made_up.SYSTEM, event=event)
    assert "has changed" not in text(client, event)


def test_whom_it_is_for_and_whom_to_ask(client: Client, make: Make) -> None:
    event = make(audience="members", contact_name="Dee", contact_how="dee@example.org")
    page = shown(client, event)
    assert "Members of Tenants’ Union" in page.text
    assert any(link.get("href") == "mailto:dee@example.org" for link in page.all("a"))
    assert any(meta.get("name") == "robots" for meta in page.all("meta"))
    assert "People who were invited" in text(client, make(title="Few", audience="invited"))
    everybody = shown(client, make(title="All"))
    assert "Who it is for" not in everybody.text
    assert not any(meta.get("name") == "robots" for meta in everybody.all("meta"))


def test_how_somebody_is_reached_is_no_way_to_run_a_script(client: Client, make: Make) -> None:
    page = shown(client, make(contact_how="javascript:alert(1) https://example.org/\"onclick='x'"))
    assert not any("javascript" in link.get("href", "") for link in page.all("a"))
    assert not any("onclick" in link for link in page.all("a"))


@pytest.mark.parametrize(
    ("facts", "grid"),
    [
        ({"latitude": 53.4706, "longitude": -2.2974}, "SJ 803 971"),
        ({"latitude": 48.8570, "longitude": 2.3520}, ""),
    ],
)
def test_a_place_without_a_postcode_has_its_co_ordinates(
    client: Client, make: Make, facts: dict[str, float], grid: str
) -> None:
    page = shown(client, make(**facts))
    (link,) = [each["href"] for each in page.all("a") if each.get("href", "").startswith("geo:")]
    assert link == f"geo:{facts['latitude']:.5f},{facts['longitude']:.5f}"
    assert ("Grid reference" in page.text) is bool(grid)
    assert grid in page.text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_postcode_is_enough(client: Client, make: Make) -> None:
    assert b"geo:" not in client.get(f"/e/{make(venue_postcode='M1 1AE').slug}").content


def test_the_link_to_take_part_online_never_stands_on_the_page(client: Client, make: Make) -> None:
    both = make(online_url="https://meet.example.org/secret")
    only = make(title="Online", online_url="https://meet.example.org/secret", venue_name="")
    assert "You can also take part online. Those who are coming get the link." in text(client, both)
    assert "Online. Those who are coming get the link." in text(client, only)
    for path in (f"/e/{both.slug}", f"/e/{only.slug}", f"/e/{only.slug}/thanks", "/"):
        assert b"meet.example.org" not in client.get(path).content
    assert "to be announced" not in text(client, only)


def test_a_count_may_stay_hidden_everywhere(client: Client, make: Make) -> None:
    hidden = make(count_shown=False)
    made_up.confirmed(hidden, guests=2)
    for path in (f"/e/{hidden.slug}", "/", f"/g/{hidden.group.slug}"):
        page = Markup(client.get(path).content.decode()).text
        assert "3 people are coming" not in page
        assert "3 are coming" not in page
