"""What somebody had better know of a mailing before it goes: what is cut off, held back or overlooked elsewhere.

The sizes are what common mail programs do, and not a standard's.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from groundswell.mailings.letters import preview
from groundswell.mailings.models import Mailing
from groundswell.mailings.words import Words, blocks

LARGEST = 100
"""Kilobytes of HTML: the largest mail service cuts a mail off at 102."""

LONG_SUBJECT = 60
"""Characters that a telephone shows of a subject, and some more."""

SHORTENERS = {
    *("bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "t.ly"),
    *("shorturl.at", "tiny.cc"),
}
_ADDRESS = re.compile(r"https?://[^\s<>\"()]+")


def warnings(mailing: Mailing) -> list[str]:
    """A sentence for each thing that is better looked at again (0 queries, and its event's)."""
    said = {language: Words(**words) for language, words in mailing.words.items()}
    found = [one for language, words in said.items() for one in _of(mailing, language, words)]
    return list(dict.fromkeys([*found, *_of_languages(mailing)]))


def _of(mailing: Mailing, language: str, words: Words) -> Iterator[str]:
    size = len(preview(mailing, language, "")["html"].encode()) // 1000
    if size > LARGEST:
        yield _("It is %(size)s KB long: some programs cut off what is longer than 100.") % {"size": size}
    yield from _of_links(words)
    for subject in words.subjects:
        yield from _of_subject(subject)
    yield from _of_event(mailing, words)
    if not words.preheader:
        yield _("Nothing stands beside the subject: an inbox shows the first words of the text there.")


def _of_links(words: Words) -> Iterator[str]:
    for address in dict.fromkeys(_ADDRESS.findall(words.text)):
        parts = urlsplit(address)
        if (parts.hostname or "") in SHORTENERS:
            yield _("%(link)s hides where it leads: many filters hold such mails back.") % {"link": address}
        elif parts.scheme == "http":
            yield _("%(link)s is not encrypted: write https://, if it is there.") % {"link": address}


def _of_subject(subject: str) -> Iterator[str]:
    letters = [letter for letter in subject if letter.isalpha()]
    if len(letters) >= 8 and sum(letter.isupper() for letter in letters) * 2 > len(letters):
        yield _("The subject is written in capitals: filters take that for advertising.")
    if subject.count("!") > 1 or "$$" in subject:
        yield _("The subject shouts: filters take that for advertising.")
    if len(subject) > LONG_SUBJECT:
        yield _("The subject has %(many)s characters: a telephone shows about 60.") % {"many": len(subject)}


def _of_event(mailing: Mailing, words: Words) -> Iterator[str]:
    shown = {block.kind for block in blocks(words.text)}
    # An invitation shows its event by itself.
    if mailing.event and "event" not in shown and mailing.kind != Mailing.Kind.INVITATION:
        yield _("The event is not shown: write {event} alone on a line.")
    if mailing.event and "picture" in shown and mailing.picture is None:
        yield _("The event has no picture, so none is shown.")
    if mailing.kind == Mailing.Kind.INVITATION and not mailing.event:
        yield _("An invitation is about an event: choose which.")


def _of_languages(mailing: Mailing) -> Iterator[str]:
    names, own = dict(settings.LANGUAGES), next(iter(mailing.words))
    for code in mailing.organisation.offered:
        if code not in mailing.words:
            said = {"language": names[code], "own": names[own]}
            yield _("Nothing is written in %(language)s: whoever reads that gets it in %(own)s.") % said
