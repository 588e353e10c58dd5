"""What a poster needs that a template cannot work out."""

import re
from functools import lru_cache
from math import ceil

import segno
from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SIZES = (("is-short", 7, 3), ("is-medium", 9, 4), ("is-long", 13, 5))
"""Class of public.css, letters that fit on one line of it, and lines that a poster has room for."""


@register.filter
def poster_size(title: str) -> str:
    """The class of the largest setting in which no word breaks and date and place still have room."""
    longest = max(map(len, title.split()), default=0)
    for name, letters, lines in SIZES:
        if longest <= letters and ceil(len(title) / letters) <= lines:
            return name
    return "is-very-long"


@register.filter
def unbroken(text: str) -> str:
    """A date or a time in which no figure is parted from what it counts: not "1" here and "December" there."""
    return re.sub(r"(?<=\d) ", "\N{NO-BREAK SPACE}", text)


@register.filter
def grouped(number: int) -> str:
    """A number as people of this language read it: 1,042."""
    return number_format(number, use_l10n=True, force_grouping=True)


# Drawing it takes a fifth of an event's whole page, whose address stays the same.
@register.filter
@lru_cache(maxsize=512)
def qr(address: str) -> SafeString:
    """The address as a QR code: an inline SVG without a style of its own."""
    picture = segno.make(address, error="m").svg_inline(border=0, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(picture)  # noqa: S308 - segno draws it: nothing of the address is in it as text
