"""``/e/<slug>/card.png``: an event as a picture, for those who share a link to it."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from groundswell.events.queries import public_event
from groundswell.events.words import place, when
from groundswell.kit.colour import Colour, by_day
from groundswell.web.languages import speak
from groundswell.web.public.pages import keep, public

if TYPE_CHECKING:
    from groundswell.events.models import Event

WIDTH, HEIGHT = 1200, 630
"""What those who show such cards ask for, in pixels."""

EDGE, INNER = 56, WIDTH - 2 * 56
TITLE_SIZES = (168, 144, 124, 106, 90, 76, 64, 54, 46)
TITLE_TOP, TITLE_BOTTOM = 92, 430
HEAVY, BOLD = "OpenSans-ExtraBold.ttf", "OpenSans-Bold.ttf"
STRIPES = ((0, 2), (11, 4), (25, 7), (42, 11), (63, 16))
"""The swell: where each stripe begins, and how high it is."""


@public
@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture (1 query)."""
    event = public_event(slug)
    speak(request, event.organisation.offered)
    keep(request, tags=(f"event:{event.id}", f"organisation:{event.organisation_id}"))
    return HttpResponse(drawn(event), content_type="image/png", headers={"Cache-Control": "public, max-age=600"})


def drawn(event: Event) -> bytes:
    """A PNG in the organisation's colours: who, what, when and where, as far as the font has letters for it."""
    colours = by_day(Colour.from_hex(event.organisation.accent))
    sheet = Image.new("RGB", (WIDTH, HEIGHT), colours.field.hex)
    pen = ImageDraw.Draw(sheet)
    ink = colours.on_field.hex
    _top(pen, ink, event)
    _title(pen, ink, event.title)
    _facts(pen, ink, event)
    for begins, high in STRIPES:
        pen.rectangle((0, HEIGHT - 79 + begins, WIDTH, HEIGHT - 79 + begins + high - 1), fill=ink)
    file = io.BytesIO()
    # Two colours and what lies between them at the edges of letters.
    sheet.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _top(pen: ImageDraw.ImageDraw, ink: str, event: Event) -> None:
    note = event.organisation.demonstration_note
    small = font(BOLD, 28)
    stands = _("Cancelled") if event.status == "cancelled" else event.get_kind_display()
    right = legible(note or stands)
    pen.text((WIDTH - EDGE, 30), _cut(right, small, INNER // 2), ink, small, anchor="ra")
    pen.text((EDGE, 30), _cut(legible(event.organisation.name), small, INNER // 2 - 40), ink, small)
    pen.rectangle((EDGE, 78, WIDTH - EDGE, 83), fill=ink)


def _title(pen: ImageDraw.ImageDraw, ink: str, title: str) -> None:
    size, lines = _fitted(legible(title))
    letters = font(HEAVY, size)
    for number, line in enumerate(lines):
        pen.text((EDGE - size // 20, TITLE_TOP + (number * 98 - 18) * size // 100), line, ink, letters)


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which a title fits, and its lines; at the smallest one, as many as there is room for."""
    for size in TITLE_SIZES:
        lines = _lines(title, font(HEAVY, size))
        if bottom(len(lines), size) <= TITLE_BOTTOM and all(_width(line, size) <= INNER for line in lines):
            return size, lines
    while bottom(len(lines), size) > TITLE_BOTTOM:
        lines.pop()
    return size, [_cut(line, font(HEAVY, size), INNER) for line in lines]


def bottom(lines: int, size: int) -> int:
    """Where the last line of a title ends, with what hangs below its letters."""
    return TITLE_TOP + (lines * 98 + 21) * size // 100


def _lines(text: str, letters: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and letters.getlength(longer) <= INNER:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(line: str, size: int) -> float:
    return font(HEAVY, size).getlength(line)


def _facts(pen: ImageDraw.ImageDraw, ink: str, event: Event) -> None:
    large, small, half = font(BOLD, 36), font(BOLD, 26), INNER // 2 - 20
    date, where = when(event), place(event)
    columns = (
        (EDGE, date.date_long, f"{date.time} {date.zone_note}"),
        (EDGE + INNER // 2 + 20, str(where), f"{where.address} {where.postcode}"),
    )
    for left, first, second in columns:
        pen.text((left, 440), _cut(legible(first), large, half), ink, large)
        pen.text((left, 490), _cut(legible(second.strip()), small, half), ink, small)


def _cut(text: str, letters: ImageFont.FreeTypeFont, wide: int) -> str:
    if letters.getlength(text) <= wide:
        return text
    while text and letters.getlength(f"{text}…") > wide:
        text = text[:-1]
    return f"{text.rstrip()}…"


def legible(text: str) -> str:
    """The words of a text whose letters the font has: a box instead of a letter tells nobody anything."""
    return " ".join(word for word in text.split() if all(map(_has, word)))


@cache
def _has(letter: str) -> bool:
    small = font(BOLD, 26)
    return bytes(small.getmask(letter)) != bytes(small.getmask("\uffff"))


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A font in a size in pixels, from a package: whatever the machine has."""
    return ImageFont.truetype(io.BytesIO(files("ttf_opensans").joinpath("ttf", name).read_bytes()), size)
