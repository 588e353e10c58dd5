"""A page with one button behind a link, and the page after it: nothing happens until it is pressed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from groundswell.events.words import place, when
from groundswell.web.public.sides import Box, frame

if TYPE_CHECKING:
    from groundswell.events.models import Event
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


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Say that what a link was about is gone (0 queries)."""
    gone = _("We hold nothing behind this link any more: it was deleted, by you or because its time was over.")
    return done(request, None, _("There is nothing here any more"), [gone])


def event_facts(event: Event) -> list[tuple[str, str]]:
    """What, when and where, to stand above a button (0 queries)."""
    date = when(event)
    return [
        (_("Event"), event.title),
        (_("When"), f"{date.date_long}, {date.time}"),
        (_("Where"), str(place(event))),
    ]


def _framed(organisation: Organisation | None, *, noindex: bool) -> dict[str, object]:
    common = frame(organisation)
    return common | {"noindex": common["noindex"] or noindex}
