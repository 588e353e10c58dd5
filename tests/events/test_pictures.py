"""Pictures: drawn anew, so that nothing of what was uploaded is kept."""

import io
import struct
import time
import zlib
from contextlib import suppress

import pytest
from PIL import Image

from groundswell.events import pictures
from groundswell.events.models import Event, Picture
from groundswell.events.operations import cancel
from groundswell.events.pictures import describe_picture, put_picture_back, redrawn, remove_picture, set_picture
from groundswell.events.queries import picture_of, public_picture, was_picture_removed
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.roles import Role
from groundswell.kit import pictures as kit_pictures
from groundswell.kit.clock import now
from tests import made_up
from tests.memory import growth


def drawn(kind: str = "JPEG", size: tuple[int, int] = (1600, 900), **options: object) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def noise() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "taken by Ada at home"
    exif.get_ifd(0x8825)[2] = (53.0, 28.0, 45.0)
    return drawn(exif=exif)


def bomb(side: int = 50_000) -> bytes:
    """A PNG that says it is 50,000 pixels wide and high, and would be: some thousand bytes of zeroes."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_made_small_and_light(kind: str) -> None:
    image, width, height = redrawn(drawn(kind))
    assert (width, height) == (1200, 675)
    assert len(image) <= pictures.HEAVIEST
    with Image.open(io.BytesIO(image)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (1200, 675))


def test_where_it_was_taken_does_not_come_along() -> None:
    upload = with_place()
    assert b"taken by Ada" in upload
    image, _, _ = redrawn(upload)
    with Image.open(io.BytesIO(image)) as opened:
        assert (dict(opened.getexif()), opened.info.get("xmp")) == ({}, None)
    assert b"taken by Ada" not in image


def test_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    _, width, height = redrawn(drawn(size=(400, 200), exif=exif))
    assert (width, height) == (200, 400)


def test_what_is_seen_through_is_white_paper() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(io.BytesIO(redrawn(file.getvalue())[0])) as opened:
        assert opened.convert("RGB").getpixel((20, 20)) == (255, 255, 255)


def test_even_noise_becomes_light() -> None:
    image, width, _ = redrawn(noise())
    assert len(image) <= pictures.HEAVIEST
    assert width < 1200


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0<!doctype html><script>alert(1)</script>",
        drawn()[:2000],
        drawn("TIFF", (10, 10)),
        bomb(),
        b"\0" * (10 * 1024 * 1024 + 1),
    ],
    ids=["nothing", "svg", "html", "html as jpeg", "cut off", "tiff", "bomb", "too large"],
)
def test_what_is_no_picture_is_refused(upload: bytes) -> None:
    with pytest.raises(InvalidFields) as refused:
        redrawn(upload)
    assert list(refused.value.errors) == ["picture"]


def test_html_behind_a_real_picture_is_left_behind() -> None:
    image, _, _ = redrawn(drawn(size=(40, 40)) + b"<script>alert(1)</script>")
    assert b"<script>" not in image


def test_a_bomb_is_refused() -> None:
    with pytest.raises(InvalidFields):
        redrawn(bomb())


def png(width: int, height: int) -> bytes:
    """A PNG as large as it says, with transparency: four bytes for each pixel once it is unpacked."""
    file = io.BytesIO()
    Image.new("RGBA", (width, height), "#c8102e80").save(file, "PNG", compress_level=1)
    return file.getvalue()


UPLOADS = {
    "SVG with script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML as JPEG": lambda: b"<html><script>alert(1)</script>" * 1000,
    "a place in its EXIF": with_place,
    "a bomb": bomb,
    "a large JPEG": lambda: drawn(size=(7900, 5000)),
    "the largest PNG": lambda: png(5000, 4000),
    "a PNG that is larger": lambda: png(5000, 4001),
}


@pytest.mark.parametrize("name", UPLOADS)
def test_an_upload_costs_less_than_a_second_and_200_megabytes(name: str) -> None:
    upload = UPLOADS[name]()
    began = time.process_time()
    assert growth(lambda: drawn_or_refused(upload)) < 200 * 1024
    assert time.process_time() - began < 1


def drawn_or_refused(upload: bytes) -> None:
    with suppress(InvalidFields):
        redrawn(upload)


def test_without_the_look_at_its_size_a_bomb_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = []
    monkeypatch.setattr(kit_pictures, "MOST_UNPACKED", 50_000 * 50_000)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    monkeypatch.setattr(kit_pictures, "_pixels", lambda opened, _: unpacked.append(opened.size) or drawn_one())
    redrawn(bomb())
    assert unpacked == [(50_000, 50_000)]


def drawn_one() -> Image.Image:
    return Image.new("RGB", (1, 1))


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def organiser(event: Event) -> Actor:
    return made_up.actor(event.group)


@pytest.mark.django_db
def test_an_event_has_one_picture(event: Event, organiser: Actor) -> None:
    first = set_picture(organiser, event=event, upload=drawn(), alt="A full square")
    second = set_picture(organiser, event=event, upload=drawn("PNG"), alt=" A full  square at night")
    assert picture_of(event.id) == second
    assert public_picture(second.id)[8:12] == b"WEBP"
    with pytest.raises(NotFound):
        public_picture(first.id)
    describe_picture(organiser, event=event, alt="People with banners")
    describe_picture(organiser, event=event, alt="People with banners")
    assert Picture.objects.get().alt == "People with banners"
    remove_picture(organiser, event=event)
    remove_picture(organiser, event=event)
    assert picture_of(event.id) is None
    with pytest.raises(NotFound):
        public_picture(second.id)
    assert was_picture_removed(event.id)
    put_picture_back(organiser, event=event)
    assert (picture_of(event.id), was_picture_removed(event.id)) == (second, False)


@pytest.mark.django_db
def test_a_picture_that_was_taken_away_comes_back_for_a_day(event: Event, organiser: Actor) -> None:
    set_picture(organiser, event=event, upload=drawn(), alt="A full square")
    remove_picture(organiser, event=event)
    Picture.objects.update(removed_at=now() - COMES_BACK)
    assert not was_picture_removed(event.id)
    with pytest.raises(NotFound):
        put_picture_back(organiser, event=event)
    replaced = set_picture(organiser, event=event, upload=drawn(), alt="Another")
    assert picture_of(event.id) == replaced


@pytest.mark.django_db
@pytest.mark.parametrize("alt", ["", "a\0", "a" * 301])
def test_a_picture_comes_with_words(event: Event, organiser: Actor, alt: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        set_picture(organiser, event=event, upload=drawn(), alt=alt)
    assert list(refused.value.errors) == ["picture_alt"]


@pytest.mark.django_db
def test_whoever_speaks_to_the_press_hangs_pictures_and_changes_nothing_else(event: Event) -> None:
    press = made_up.actor(event.group, made_up.PRESS, "pia@example.org")
    set_picture(press, event=event, upload=drawn(), alt="A full square")
    describe_picture(press, event=event, alt="People with banners")
    remove_picture(press, event=event)
    put_picture_back(press, event=event)
    picture = picture_of(event.id)
    assert picture
    assert picture.alt == "People with banners"
    with pytest.raises(NotAllowed):
        cancel(press, event=event)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [made_up.VIEWER, made_up.STEWARD, made_up.MAILER, made_up.TREASURER])
def test_nobody_hangs_pictures_who_neither_organises_nor_speaks_to_the_press(event: Event, role: Role) -> None:
    viewer = made_up.actor(event.group, role, "vera@example.org")
    with pytest.raises(NotAllowed):
        set_picture(viewer, event=event, upload=drawn(), alt="x")
    with pytest.raises(NotAllowed):
        describe_picture(viewer, event=event, alt="x")
    with pytest.raises(NotAllowed):
        remove_picture(viewer, event=event)
    with pytest.raises(NotAllowed):
        put_picture_back(viewer, event=event)
