"""A mailing in one language, made once, with slots for what differs: HTML for every reader, and text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime, formataddr
from functools import cached_property, lru_cache, partial
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from groundswell.events.models import Audience, Event, Picture, Status
from groundswell.events.words import clock, place, when
from groundswell.kit.clock import now
from groundswell.kit.text import shortened
from groundswell.mailings.leases import Batch, Recipient
from groundswell.mailings.links import COME, invitations
from groundswell.mailings.models import Mailing
from groundswell.mailings.splice import Form, compose, slot
from groundswell.mailings.splice import subject as encoded
from groundswell.mailings.subjects import many, mark
from groundswell.mailings.traces import comes_back_to, tracer
from groundswell.mailings.visits import counted_addresses
from groundswell.mailings.words import Words, blocks, filled
from groundswell.outbox.dkim import signer
from groundswell.people.links import PREFERENCES, STOP, address, tokens

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


WIDTH = 560
"""Pixels of a picture, which is what the text beside it is wide; a narrow screen makes it smaller."""


@dataclass
class Letter:
    """One language of a mailing as a form to fill in, and which variable with which fallback each slot is.

    ``about`` is what its event's variables say.
    """

    form: Form
    variables: dict[str, tuple[str, str]]
    subject: str
    about: dict[str, str]

    @cached_property
    def has_own_subject(self) -> bool:
        """Whether its subject differs from one recipient to the next."""
        return "subject" in self.form.names

    @cached_property
    def subject_for(self) -> Callable[[str], str]:
        """The subject for somebody of that name; many have the same one."""
        return lru_cache(4096)(lambda name: filled(self.subject, _called(name), {}, self.about))


def letter(mailing: Mailing, language: str, subject: int = 0) -> Letter:
    """Write a mailing in a language, or in the first that it has, with one of its subjects.

    Queries: 0, those of its event, and 1 where its buttons are counted.
    """
    words = _words(mailing, language, subject)
    counted = counted_addresses(mailing)
    variables: dict[str, tuple[str, str]] = {}
    of_subject: dict[str, tuple[str, str]] = {}
    with translation.override(language):
        about = about_event(mailing.event)
        say = partial(filled, fill=None, slots=variables, about=about)
        context = _context(mailing, words, say, counted)
        text = render_to_string("mailings/mail/letter.txt", context)
        html = render_to_string("mailings/mail/letter.html", context)
    said = filled(words.subject, None, of_subject, about)
    headers = _headers(mailing, slot("subject") if of_subject else said)
    form = compose(headers, text=text, html=html, boundary=f"=_{mailing.id.hex}")
    return Letter(form, variables, words.subject, about)


def preview(mailing: Mailing, language: str, name: str, subject: int = 0) -> dict[str, str]:
    """What somebody of that name would get: ``subject``, ``text``, ``html`` (0 queries, and its event's)."""
    words = _words(mailing, language, subject)
    with translation.override(language):
        say = partial(filled, fill=_called(name), slots={}, about=about_event(mailing.event))
        context = _context(mailing, words, say) | {"stop_url": "#", "preferences_url": "#", "come_url": "#"}
        return {
            "subject": context["subject"],
            # A template's result counts as HTML, which plain text is not: whoever shows it has to escape it.
            "text": "".join([*render_to_string("mailings/mail/letter.txt", context)]),
            "html": render_to_string("mailings/mail/letter.html", context),
        }


def as_page(mailing: Mailing, language: str) -> dict[str, Any]:
    """What it says to everybody, for a page: ``subject``, ``blocks``, ``event``, ``picture`` (up to 1 query).

    Nothing of one recipient is in it: where their name would stand, stands what is written for whom nobody knows.
    Of an event that is not for everybody it shows nothing.
    """
    event = mailing.event if _is_for_everybody(mailing.event) else None
    with translation.override(language):
        say = partial(filled, fill={}, slots={}, about=about_event(event))
        context = _context(mailing, _words(mailing, language, mailing.chosen or 0), say)
    return {
        "subject": context["subject"],
        "blocks": context["blocks"],
        "event": event,
        "picture": context["picture"] if event else None,
    }


def _is_for_everybody(event: Event | None) -> bool:
    return event is not None and event.status != Status.DRAFT and event.audience == Audience.EVERYBODY


def subjects_for(mailing: Mailing, language: str, name: str) -> list[str]:
    """All its subjects in a language, as somebody of that name gets them (0 queries)."""
    with translation.override(language):
        about = about_event(mailing.event)
    return [filled(each, _called(name), {}, about) for each in _words(mailing, language, 0).subjects]


def _words(mailing: Mailing, language: str, subject: int) -> Words:
    """What it says in a language, or in the first that it has, under one of its subjects."""
    words = Words(**(mailing.words.get(language) or next(iter(mailing.words.values()))))
    return replace(words, subject=words.subjects[subject])


def _called(name: str) -> dict[str, str]:
    return {"name": name, "first_name": name.split()[0] if name.strip() else ""}


def _context(
    mailing: Mailing, words: Words, say: Callable[[str], str], counted: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """What its templates show; ``counted`` has the addresses by which visits of buttons are counted."""
    organisation = mailing.organisation
    parts = [
        {
            "kind": block.kind,
            "url": counted.get(block.url, block.url),
            "text": (said := say(block.text)),
            "html": linked(said),
        }
        for block in blocks(words.text)
    ]
    kinds = {part["kind"] for part in parts}
    if mailing.invites and "event" not in kinds:
        parts.append({"kind": "event"})
    return {
        "organisation": organisation,
        "note": organisation.demonstration_note,
        "subject": say(words.subject),
        "preheader": say(words.preheader),
        "blocks": parts,
        "event": _card(mailing.event) if mailing.event else None,
        "picture": _picture(mailing.picture) if "picture" in kinds and mailing.picture else None,
        "invites": mailing.invites,
        "come_url": address(COME) + slot("come"),
        "stop_url": address(STOP) + slot("stop"),
        "preferences_url": address(PREFERENCES) + slot("me"),
        "page_url": settings.PUBLIC_URL + reverse("letter", args=[mailing.id]) if mailing.archived else "",
        "accent": organisation.accent,
    }


def _card(event: Event) -> dict[str, Any]:
    date = when(event)
    return {
        "off": event.status == Status.CANCELLED,
        "title": event.title,
        "when": f"{date.date_long}, {date.time}",
        "where": str(place(event)),
        "url": settings.PUBLIC_URL + reverse("event", args=[event.slug]),
    }


def about_event(event: Event | None) -> dict[str, str]:
    """What the variables about an event say of it (0 queries)."""
    if event is None:
        return {}
    card, date, where = _card(event), when(event), place(event)
    zone = f" ({date.zone_note})" if date.zone_note else ""
    return {
        "event_title": event.title,
        "event_date": date.date_long,
        "event_time": clock(event.starts) + zone if event.starts else "",
        "event_place": str(where) if where.known or where.online else "",
        "event_address": where.address,
        "event_link": card["url"],
    }


def _picture(found: Picture) -> dict[str, Any]:
    """At the address that everybody sees it by: nothing in it tells one reader from another."""
    url = settings.PUBLIC_URL + reverse("picture", args=[found.id])
    return {"url": url, "alt": found.alt, "width": WIDTH, "height": round(found.height * WIDTH / found.width)}


def linked(text: str) -> SafeString:
    """Text as HTML: its addresses can be pressed, its lines stay lines."""
    out, at = [], 0
    for found in _URL.finditer(text):
        url = escape(found[0])
        out += [escape(text[at : found.start()]), f'<a href="{url}" style="color:#1a1a1a">{url}</a>']
        at = found.end()
    out.append(escape(text[at:]))
    return mark_safe("".join(out).replace("\n", "<br>"))  # noqa: S308 (every part is escaped)


def _headers(mailing: Mailing, said: str) -> list[tuple[str, str]]:
    organisation = mailing.organisation
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    written_at = mailing.frozen_at or now()
    headers = [
        ("From", _from(organisation.name)),
        ("To", f"<{slot('email')}>"),
        ("Subject", said),
        ("Date", format_datetime(written_at)),
        ("Message-ID", f"<{slot('trace')}@{host}>"),
        ("List-Id", f"<{mailing.group.slug}.{organisation.slug}.{host}>"),
        ("List-Unsubscribe", f"<{address(STOP)}{slot('stop')}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Feedback-ID", f"{mailing.id.hex[-12:]}:{mailing.kind}:{shortened(organisation.slug, 30)}:groundswell"),
    ]
    if organisation.contact_email:
        headers.append(("Reply-To", f"<{organisation.contact_email}>"))
    return headers


def _from(name: str) -> str:
    if name.isascii():
        return formataddr((name, settings.ENVIRONMENT.sender))
    return f"{encoded(name).decode().replace(chr(13) + chr(10), '')} <{settings.ENVIRONMENT.sender}>"


@dataclass(frozen=True, slots=True)
class Edition:
    """A mailing under one subject: its letters by language, and what makes the tokens of the links in them."""

    letters: dict[str, Letter]
    tokens: list[tuple[str, Callable[[UUID], str]]]


class Writer:
    """Fills in letters for recipients, as :class:`.sending.Sender` asks for them; a :class:`.sending.Write`.

    Which subject a copy has is found from its number and from what the mailing said when it was taken.
    """

    def __init__(self) -> None:
        self._editions: dict[UUID, list[Edition]] = {}
        self._tests: dict[UUID, list[Edition]] = {}
        self._traces: dict[UUID, Callable[[int], str]] = {}
        # A provider writes headers of its own and signs what it has written: our signature would be broken.
        self._signer = None if settings.ENVIRONMENT.provider else signer(settings.DATA)
        self._back = comes_back_to()

    def prepare(self, mailing: Mailing) -> None:
        """Write the letters of a mailing, as its event is now (1 query and those of :func:`letter`, or none)."""
        if mailing.id in self._editions:
            return
        whole = Mailing.objects.select_related("organisation", "group", "event__organisation").get(id=mailing.id)
        letters = [
            {language: letter(whole, language, subject) for language in whole.words}
            for subject in range(many(whole))
        ]
        self._traces[mailing.id] = tracer(mailing.id)
        self._tests[mailing.id] = [
            Edition(each, _tokens(whole, mark(whole.id, subject))) for subject, each in enumerate(letters)
        ]
        self._editions[mailing.id] = [Edition(each, _tokens(whole)) for each in letters]

    def __call__(self, batch: Batch, recipient: Recipient) -> tuple[str, str, bytes]:
        """One copy (0 queries)."""
        mailing = batch.mailing
        if recipient.number > mailing.tested:
            edition = self._editions[mailing.id][mailing.chosen or 0]
        else:
            tests = self._tests[mailing.id]
            edition = tests[(recipient.number - 1) % len(tests)]
        letters = edition.letters
        made = letters[recipient.language if recipient.language in letters else next(iter(letters))]
        called = _called(recipient.name)
        trace = self._traces[mailing.id](recipient.number)
        values = {"email": recipient.email, "trace": trace}
        for purpose, token_for in edition.tokens:
            values[purpose] = token_for(recipient.person)
        for name, (variable, fallback) in made.variables.items():
            values[name] = called[variable] or fallback
        if made.has_own_subject:
            values["subject"] = made.subject_for(recipient.name)
        body = made.form.fill(values)
        return self._back.format(trace), recipient.email, self._signer.sign(body) if self._signer else body


def _tokens(mailing: Mailing, marked: UUID | None = None) -> list[tuple[str, Callable[[UUID], str]]]:
    """What makes the tokens of a copy's links, by purpose."""
    made = [(purpose, tokens(purpose, mailing.organisation_id)) for purpose in (STOP, PREFERENCES)]
    if mailing.invites and mailing.event_id:
        made.append((COME, invitations(mailing.organisation_id, mailing.event_id, marked)))
    return made
