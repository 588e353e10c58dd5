"""A page with one button behind a link, and the page after it: nothing happens until it is pressed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from groundswell.web.public.sides import Box, frame

if TYPE_CHECKING:
    from groundswell.groups.models import Organisation


def ask(
    request: HttpRequest,
    organisation: Organisation,
    words: tuple[str, list[str], str],
    *,
    facts: Sequence[tuple[str, str]] = (),
    hidden: Sequence[tuple[str, str]] = (),
    boxes: Sequence[Box] = (),
    ticked: Collection[str] = (),
    danger: bool = False,
    error: str = "",
    noindex: bool = False,
) -> HttpResponse:
    """Show the button (0 queries); ``words`` are the heading, the sentences and what stands on the button."""
    heading, sentences, button = words
    context = _framed(organisation, noindex=noindex) | {
        "heading": heading,
        "sentences": sentences,
        "facts": facts,
        "button": button,
        "danger": danger,
        "hidden": hidden,
        "boxes": [(box, box.name in ticked) for box in boxes],
        "error": error,
    }
    return render(request, "public/link.html", context)


def done(
    request: HttpRequest,
    organisation: Organisation | None,
    heading: str,
    sentences: list[str],
    back: dict[str, str] | None = None,
    *,
    noindex: bool = False,
) -> HttpResponse:
    """Say what has happened, and where to go on (0 queries)."""
    said = {"heading": heading, "sentences": sentences, "back": back}
    return render(request, "public/link_done.html", _framed(organisation, noindex=noindex) | said)


def _framed(organisation: Organisation | None, *, noindex: bool) -> dict[str, object]:
    common = frame(organisation)
    return common | {"noindex": common["noindex"] or noindex}
