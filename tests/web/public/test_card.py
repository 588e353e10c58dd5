"""The picture that stands beside a shared link."""

import io

import pytest
from django.test import Client
from PIL import Image

from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.web.public.card import HEIGHT, INNER, TITLE_BOTTOM, WIDTH, _fitted, bottom, drawn, font, legible
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation(accent="#d5121e")))


def opened(event: Event) -> Image.Image:
    return Image.open(io.BytesIO(drawn(event))).convert("RGB")


def test_it_is_small_and_in_the_organisations_colour(client: Client, event: Event) -> None:
    response = client.get(f"/e/{event.slug}/card.png")
    assert response.headers["Content-Type"] == "image/png"
    assert len(response.content) < 60_000
    picture = Image.open(io.BytesIO(response.content)).convert("RGB")
    assert picture.size == (WIDTH, HEIGHT)
    assert picture.getpixel((5, 5)) == (0xD5, 0x12, 0x1E)


def test_it_changes_with_what_it_shows(event: Event) -> None:
    before = drawn(event)
    assert drawn(event) == before
    for changed in ("title", "venue_name", "venue_postcode"):
        was = getattr(event, changed)
        setattr(event, changed, "Other")
        assert drawn(event) != before
        setattr(event, changed, was)
    cancelled = events.cancel(made_up.SYSTEM, event=event)
    assert drawn(cancelled) != before


@pytest.mark.parametrize(
    "title", ["Go", "Stand in unity", "W" * 140, "A walk " * 20, "Donaudampfschifffahrtsgesellschaftsversammlung"]
)
def test_every_title_keeps_within_its_field(title: str) -> None:
    size, lines = _fitted(title)
    assert lines
    assert bottom(len(lines), size) <= TITLE_BOTTOM
    assert all(font("OpenSans-ExtraBold.ttf", size).getlength(line) <= INNER for line in lines)


def test_short_titles_are_set_larger_than_long_ones() -> None:
    assert _fitted("Go")[0] > _fitted("Emergency demonstration against austerity and racism")[0]


def test_words_that_the_font_has_no_letters_for_are_left_out(event: Event) -> None:
    assert legible("Łódź, ναι, да! 集会 نعم") == "Łódź, ναι, да!"
    event.title = "集会"
    opened(event)


def test_a_draft_has_none(client: Client, event: Event) -> None:
    assert client.get(f"/e/{made_up.draft(event.group, title='Not yet').slug}/card.png").status_code == 404
