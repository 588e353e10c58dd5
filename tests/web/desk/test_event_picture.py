"""An event's picture: taken, described, taken away."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from groundswell.events.models import Event, Picture
from groundswell.groups.models import Group
from groundswell.kit.pictures import MOST_BYTES
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group: Group) -> Event:
    return made_up.draft(group)


def photo(kind: str = "JPEG") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, kind)
    return SimpleUploadedFile("IMG_1234.jpg", file.getvalue(), "image/jpeg")


def send(client: Client, event: Event, **typed: object) -> object:
    return client.post(f"/desk/events/{event.id}/picture", {"then": "save", **typed})


def wrong(answer) -> set[str]:
    page = Markup(answer.content.decode())
    return {link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")} - {"main"}


def test_a_picture_is_taken_and_shown(organiser: Client, event: Event) -> None:
    answer = send(organiser, event, picture=photo(), picture_alt="A crowd")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/events/{event.id}")
    picture = Picture.objects.get(event=event)
    page = Markup(organiser.get(f"/desk/events/{event.id}/picture").content.decode())
    assert [(image["src"], image["alt"]) for image in page.all("img")] == [(f"/p/{picture.id}.webp", "A crowd")]


def test_what_it_shows_can_be_said_anew_without_another_file(organiser: Client, event: Event) -> None:
    send(organiser, event, picture=photo(), picture_alt="A crowd")
    send(organiser, event, picture_alt="A larger crowd")
    assert Picture.objects.get().alt == "A larger crowd"


def test_it_is_taken_away_and_put_back_with_one_press_each(organiser: Client, event: Event) -> None:
    send(organiser, event, picture=photo(), picture_alt="A crowd")
    here = f"/desk/events/{event.id}/picture"
    assert send(organiser, event, then="remove").headers["Location"] == here
    gone = Markup(organiser.get(here).content.decode())
    assert (gone.all("img"), "back" in {button.get("value") for button in gone.all("button")}) == ([], True)
    assert send(organiser, event, then="back").headers["Location"] == here
    assert [image["alt"] for image in Markup(organiser.get(here).content.decode()).all("img")] == ["A crowd"]
    assert send(organiser, event, then="back").status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"picture_alt": "A crowd"}, "picture"),
        ({"picture": SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>"), "picture_alt": "A"}, "picture"),
        ({"picture": SimpleUploadedFile("a.jpg", b"<html><script>"), "picture_alt": "A"}, "picture"),
        ({"picture": SimpleUploadedFile("a.jpg", b"x" * (MOST_BYTES + 1)), "picture_alt": "A"}, "picture"),
        ({"picture": SimpleUploadedFile("a.jpg", b"x" * (MOST_BYTES + 70_000)), "picture_alt": "A"}, "picture"),
        ({"picture_alt": "", "picture": photo()}, "picture_alt"),
    ],
)
def test_what_is_no_picture_is_refused_at_its_field(
    organiser: Client, event: Event, typed: dict[str, object], field: str
) -> None:
    answer = send(organiser, event, **typed)
    assert (answer.status_code, wrong(answer), Picture.objects.count()) == (422, {field}, 0)


def test_words_are_kept_where_the_file_is_wrong(organiser: Client, event: Event) -> None:
    answer = send(organiser, event, picture=SimpleUploadedFile("a.jpg", b"x"), picture_alt="A crowd")
    page = Markup(answer.content.decode())
    assert next(each["value"] for each in page.all("input") if each.get("id") == "picture_alt") == "A crowd"


def test_nothing_but_the_picture_moves(organiser: Client, event: Event) -> None:
    send(organiser, event, picture=photo(), picture_alt="A crowd", title="Mine", status="published", width="1")
    now = Event.objects.get()
    assert (now.title, now.status, Picture.objects.get().width) == (event.title, "draft", 256)


def test_somebody_for_the_press_is_led_to_it_from_the_event(group: Group, event: Event) -> None:
    press = made_up.browser(made_up.account(group, made_up.PRESS, "pia@example.org", "Pia"))
    assert send(press, event, picture=photo(), picture_alt="A crowd").status_code == 303
    page = press.get(f"/desk/events/{event.id}").content.decode()
    assert f"/desk/events/{event.id}/picture" in page
    assert f"/desk/events/{event.id}/edit" not in page
