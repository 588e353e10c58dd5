"""A language that nobody speaks, for tests: long, accented, and written from right to left.

What is not accented on a page was never given to gettext; what does not fit was measured in English.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from groundswell.config.catalogues import LOCALE, PSEUDO

OPENS, CLOSES = "⟦", "⟧"
"""Around every text, so that one sees where it was cut off."""

_PLAIN, _ACCENTED = "AEIOUYCNSZaeiouycnsz", "ÅÉÎÖÛÝÇÑŠŽåéîöûýçñšž"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
# What a text keeps as it is: placeholders, elements, entities, addresses.
_KEPT = re.compile(r"(%\(\w+\)[sd]|<[^>]+>|&\w+;|https?://\S+|\S+@\S+)")


def pseudo(text: str) -> str:
    """A text in this language: 40 % longer, as German and French can be."""
    parts = (part if number % 2 else part.translate(_ACCENTS) for number, part in enumerate(_KEPT.split(text)))
    longer = "".join(parts) + " ñö" * max(1, len(text) // 8)
    return f"{OPENS}{longer}{CLOSES}"


def write_catalogue(folder: Path) -> None:
    """Put a compiled catalogue of every text into a folder, as Django looks for it."""
    # Only here: every test run begins with this module, also those that need no catalogue.
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with next(LOCALE.glob("*/LC_MESSAGES/django.po")).open("rb") as file:
        texts = read_po(file)
    made = Catalog(charset="utf-8")
    for message in texts:
        if message.id:
            # A context here is that of a format, such as a date's, which letters would break.
            said = message.id if message.context else _all(message.id)
            made.add(message.id, said, context=message.context)
    path = folder / PSEUDO / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, made)


def _all(text: str | Sequence[str]) -> str | tuple[str, ...]:
    return pseudo(text) if isinstance(text, str) else tuple(map(pseudo, text))
