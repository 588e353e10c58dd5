"""The organisers' words in each language that they offer, at an event or as callers to a bloc."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from django.conf import settings
from django.http import QueryDict

from groundswell.attendances.notices import Words

if TYPE_CHECKING:
    from groundswell.attendances.models import Notice
    from groundswell.blocs.models import Caller
    from groundswell.events.models import Event

PARTS = ("subject", "text")


class Apart(TypedDict):
    """What :func:`groundswell.attendances.notices.tell` takes."""

    subject: str
    text: str
    words: Words


def words_typed(sent: QueryDict, event: Event | Caller) -> dict[str, dict[str, str]]:
    """What was typed, by language, the organisation's own first (0 queries)."""
    return {
        code: {part: sent.get(_name(event, code, part), "") for part in PARTS}
        for code in event.organisation.offered
    }


def words_as_fields(event: Event | Caller, words: Words, errors: Mapping[str, str]) -> list[dict[str, object]]:
    """A language each, with its name and two fields; the names of the first one's say no language (0 queries)."""
    names = dict(settings.LANGUAGES)
    return [
        {
            "name": str(names[code]),
            **{part: _field(_name(event, code, part), each.get(part, ""), errors) for part in PARTS},
        }
        for code, each in words.items()
    ]


def words_as_read(notice: Notice) -> list[dict[str, str]]:
    """What was told in other languages than the organisation's own, each with its name and code (0 queries)."""
    names = dict(settings.LANGUAGES)
    return [
        {"code": code, "name": str(names.get(code, code)), "subject": subject, "text": text}
        for code, (subject, text) in sorted(notice.words.items())
        if (subject, text) != (notice.subject, notice.text)
    ]


def apart(event: Event | Caller, words: Words) -> Apart:
    """The words as they are told: the organisation's own, and beside them the other languages (0 queries)."""
    own = event.organisation.offered[0]
    others = {code: each for code, each in words.items() if code != own}
    return {"subject": words[own]["subject"], "text": words[own]["text"], "words": others}


def _field(name: str, value: str, errors: Mapping[str, str]) -> dict[str, str]:
    return {"name": name, "value": value, "error": errors.get(name, "")}


def _name(event: Event | Caller, code: str, part: str) -> str:
    return part if code == event.organisation.offered[0] else f"{part}_{code}"
