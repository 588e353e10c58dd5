"""What a mailing says, as somebody writes it: plain lines, some of which are more than text.

``# `` begins a heading and ``> `` a quotation; ``[Sign](https://…)`` alone on a line is a button. Alone on a line
``{event}`` is the event as it is when the copy goes out, and ``{picture}`` its picture. ``{first_name|friend}``
becomes what somebody is called, and ``{event_place|a place that we tell you}`` where the event is by then; or what
stands behind the line where nothing is known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from groundswell.groups.errors import InvalidFields
from groundswell.kit.text import bounded, one_line, paragraphs
from groundswell.mailings.splice import slot

LONGEST_SUBJECT, LONGEST_PREHEADER, LONGEST_TEXT = 150, 200, 20_000

FURTHER = ("subject2", "subject3", "subject4")
"""Where subjects are typed that are tested against the first one."""

OF_EVENT = ("event_title", "event_date", "event_time", "event_place", "event_address", "event_link")
"""Variables that are the same for everybody."""

VARIABLES = ("first_name", "name", *OF_EVENT)
SHOWN = ("event", "picture")
"""What a mailing about an event can show of it."""

_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
_WHOLE = re.compile(rf"({'|'.join(VARIABLES)})\|([^|{{}}]{{1,60}})")
_BUTTON = re.compile(r"\[([^\[\]\n]{1,80})\]\((https?://[^\s()]{1,500})\)")


@dataclass(frozen=True)
class Block:
    """One part of a text: a ``heading``, ``text``, ``quote``, ``button``, ``event`` or ``picture``."""

    kind: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """Subject, preheader (what an inbox shows beside it) and text, in one language; and further subjects."""

    subject: str
    text: str
    preheader: str = ""
    further: Sequence[str] = ()

    @property
    def subjects(self) -> list[str]:
        """All subjects, the first one first."""
        return [self.subject, *self.further]

    def stored(self) -> dict[str, Any]:
        """As JSON; without further subjects as it was before there were any."""
        words = {"subject": self.subject, "preheader": self.preheader, "text": self.text}
        return words | ({"further": [*self.further]} if self.further else {})


def checked(sent: Mapping[str, str], *, has_event: bool) -> Words:
    """What was typed, made safe to store.

    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    errors: dict[str, str] = {}
    words = Words(
        subject=bounded("subject", sent.get("subject", ""), LONGEST_SUBJECT, one_line, errors),
        preheader=bounded("preheader", sent.get("preheader", ""), LONGEST_PREHEADER, one_line, errors),
        text=bounded("text", sent.get("text", ""), LONGEST_TEXT, paragraphs, errors),
    )
    for name, value in words.stored().items():
        if name not in errors and (wrong := _wrong_in(value, name, has_event=has_event)):
            errors[name] = wrong
    further = _further(sent, words.subject, errors, has_event=has_event)
    if errors:
        raise InvalidFields(errors)
    return replace(words, further=further)


def _further(sent: Mapping[str, str], first: str, errors: dict[str, str], *, has_event: bool) -> list[str]:
    """The further subjects that were typed, without gaps; each differs from all others."""
    found: list[str] = []
    for name in FURTHER:
        said = bounded(name, sent.get(name, ""), LONGEST_SUBJECT, one_line, errors)
        if not said or name in errors:
            continue
        if wrong := _wrong_in(said, name, has_event=has_event):
            errors[name] = wrong
        elif said in {first, *found}:
            errors[name] = _("This subject stands there already.")
        found.append(said)
    return found


def _wrong_in(value: str, name: str, *, has_event: bool) -> str:
    if not value and name != "preheader":
        return _("Please write something here.")
    for found in _VARIABLE.findall(value):
        whole = _WHOLE.fullmatch(found)
        variable = whole[1] if whole else found
        if whole is None and not (found in SHOWN and name == "text"):
            return _unknown(found)
        if variable in {*SHOWN, *OF_EVENT} and not has_event:
            return _("This mailing is about no event, so {%(name)s} has nothing to show.") % {"name": variable}
    return ""


def _unknown(found: str) -> str:
    if found in VARIABLES:
        sentence = _("Please say what stands there where nothing is known: {%(name)s|…}.")
        return sentence % {"name": found}
    return _(
        "There is nothing called {%(name)s}. Use {first_name|friend}, {name|friend}, {event} or {picture}, or of "
        "the event {event_title|…}, {event_date|…}, {event_time|…}, {event_place|…}, {event_address|…} or "
        "{event_link|…}."
    ) % {"name": found}


def blocks(text: str) -> list[Block]:
    """The parts of a checked text, in their order."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", text):
        lines: list[str] = []
        for line in part.split("\n"):
            block = _whole_line(line)
            if block is None:
                lines.append(line)
                continue
            found += _as_text(lines)
            lines = []
            found.append(block)
        found += _as_text(lines)
    return found


def _as_text(lines: list[str]) -> list[Block]:
    if lines and all(line.startswith("> ") for line in lines):
        return [Block("quote", "\n".join(line[2:] for line in lines))]
    return [Block("text", "\n".join(lines))] if any(line.strip() for line in lines) else []


def _whole_line(line: str) -> Block | None:
    line = line.strip()
    if line.startswith("# "):
        return Block("heading", line[2:].strip())
    if line[:1] == "{" and line[1:-1] in SHOWN:
        return Block(line[1:-1])
    if button := _BUTTON.fullmatch(line):
        return Block("button", button[1], button[2])
    return None


def filled(
    text: str,
    fill: Mapping[str, str] | None,
    slots: dict[str, tuple[str, str]],
    about: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A text with its variables filled in, or with the names of slots, which are noted with variable and fallback.

    ``fill`` holds values by variable, for a preview; None leaves slots. ``about`` holds those of the event, which
    are the same for everybody and leave none.
    """

    def one(found: re.Match[str]) -> str:
        whole = _WHOLE.fullmatch(found[1])
        if whole is None:
            return found[0]
        variable, fallback = whole[1], whole[2].strip()
        if variable in OF_EVENT:
            return about.get(variable, "") or fallback
        if fill is not None:
            return fill.get(variable, "") or fallback
        name = next((name for name, said in slots.items() if said == (variable, fallback)), f"v{len(slots)}")
        slots[name] = (variable, fallback)
        return slot(name)

    return _VARIABLE.sub(one, text)
