"""Colours that can be read: what goes with an accent that somebody chose for its looks.

Contrast is WCAG's, from 1 (none) to 21 (black on white). Every palette made here keeps at least ``READABLE``
between a text and its ground, whatever the accent.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Self

from django.utils.translation import gettext as _

READABLE = 4.5
"""The contrast that WCAG 2.2 AA asks of text."""

GLARE = 0.5
"""The relative luminance that a large field may have on a dark page."""


@dataclass(frozen=True)
class Colour:
    """One opaque sRGB colour, each channel from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Read ``#rrggbb`` (the ``#`` may be missing).

        :raises ValueError: for anything else.
        """
        if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text):
            raise ValueError(_("A colour looks like #c8102e, not “%(typed)s”.") % {"typed": text})
        digits = text.removeprefix("#")
        return cls(int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))

    @property
    def hex(self) -> str:
        """``#rrggbb`` in small letters."""
        return f"#{self.digits}"

    @property
    def digits(self) -> str:
        """``rrggbb`` in small letters, as it can stand in an address."""
        return f"{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """WCAG's relative luminance, from 0 (black) to 1 (white)."""
        red, green, blue = (_linear(channel / 255) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mixed(self, other: Self, share: float) -> Self:
        """This colour with ``share`` (0 to 1) of another one in it."""
        pairs = zip((self.red, self.green, self.blue), (other.red, other.green, other.blue), strict=True)
        return type(self)(*(round(one + (two - one) * share) for one, two in pairs))


@dataclass(frozen=True)
class Palette:
    """The colours of one page: a flat field, the text on it, and the accent as a text colour on paper."""

    field: Colour
    on_field: Colour
    accent: Colour


INK = Colour.from_hex("#111111")
PAPER = Colour.from_hex("#fbfaf7")
NIGHT = Colour.from_hex("#141414")
BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)


def contrast(one: Colour, two: Colour) -> float:
    """WCAG's contrast ratio between two colours, from 1 to 21, in either order."""
    darker, lighter = sorted((one.luminance, two.luminance))
    return (lighter + 0.05) / (darker + 0.05)


def by_day(accent: Colour) -> Palette:
    """The palette of a light page."""
    return Palette(accent, text_on(accent), readable(accent, on=PAPER))


def by_night(accent: Colour) -> Palette:
    """The palette of a dark page; a glaring accent is dimmed."""
    field = dimmed(accent)
    return Palette(field, text_on(field), readable(accent, on=NIGHT))


def text_on(field: Colour) -> Colour:
    """White or ink, whichever reads better on a field; black where ink alone is not black enough.

    White and black cannot both fail: the worst field of all leaves 4.58 to each of them.
    """
    by_contrast = partial(contrast, field)
    best = max(WHITE, INK, key=by_contrast)
    return best if by_contrast(best) >= READABLE else max(WHITE, BLACK, key=by_contrast)


def readable(colour: Colour, *, on: Colour) -> Colour:
    """The colour itself, or the nearest of its tints or shades that can be read on a ground."""
    pole = text_on(on)
    steps = (colour.mixed(pole, step / 20) for step in range(21))
    return next(mixed for mixed in steps if contrast(mixed, on) >= READABLE)


def dimmed(colour: Colour) -> Colour:
    """The colour itself, or the brightest of its shades that does not glare."""
    shades = (colour.mixed(BLACK, step / 20) for step in range(21))
    return next(shade for shade in shades if shade.luminance <= GLARE)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
