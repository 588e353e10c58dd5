"""``./groundswell messages``: the texts of the sources brought into the catalogues, without GNU gettext.

A catalogue is sorted by its texts and holds neither lines nor dates, so that two people who add texts at the same
time seldom meet in one place.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

from groundswell.config.catalogues import LOCALE

SOURCE = LOCALE.parent
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
RUN = "./groundswell messages"


def update() -> int:
    """Bring every catalogue in step with the sources; print what is still to be translated. Returns 0."""
    template = extracted()
    for path in catalogues():
        path.write_bytes(_in_step(path, template))
        for message in untranslated(path):
            print(f"{path.relative_to(SOURCE)}: still to be translated: {message!r}")
    return 0


def check() -> int:
    """Say what is not in step or not translated, and what to do about it; returns 1 if anything is."""
    template = extracted()
    wrong = [sentence for path in catalogues() for sentence in _wrong(path, template)]
    print("\n".join(wrong))
    return 1 if wrong else 0


def catalogues() -> list[Path]:
    """The text of each catalogue."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def _wrong(path: Path, template: Catalog) -> Iterator[str]:
    name = path.relative_to(SOURCE.parents[1])
    if path.read_bytes() != _in_step(path, template):
        yield f"{name} is not in step with the sources. Run {RUN}, then translate what it lists."
    for message in untranslated(path):
        yield f"{name}: {message!r} is not translated. Run {RUN}, fill its msgstr in, and run it once more."
    for message, text in _misfits(path):
        yield f"{name}: the placeholders of {text!r} are not those of {message!r}."


def extracted() -> Catalog:
    """Every text of the sources that is shown to somebody, of Python files and of templates."""
    template = Catalog(project="Groundswell", charset="utf-8")
    for path in sorted(SOURCE.rglob("*.py")):
        _add(template, path.read_bytes())
    for path in sorted(SOURCE.glob("**/templates/**/*.*")):
        _add(template, _calls(path).encode())
    return template


def _add(template: Catalog, source: bytes) -> None:
    options: dict[str, Any] = {"encoding": "utf-8"}
    for _line, message, _comments, context in extract("python", BytesIO(source), KEYWORDS, options=options):
        template.add(message, context=context)


_TEXT = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)")


def _calls(path: Path) -> str:
    """What a template translates, as Python: Django reads the template, and leaves everything else out."""
    from django.utils.translation.template import templatize

    found = _CALL.findall(templatize(path.read_text(), origin=str(path)))
    return "\n".join(f"{name}({', '.join(map(repr, ast.literal_eval(f'[{texts}]')))})" for name, texts in found)


def _in_step(path: Path, template: Catalog) -> bytes:
    """A catalogue with the texts of the sources, no more and no fewer, and what is translated of them."""
    catalogue = _read(path)
    # Similar is not the same: a sentence that says nearly this would be wrong and look right.
    catalogue.update(template, no_fuzzy_matching=True)
    file = BytesIO()
    write_po(file, catalogue, no_location=True, sort_output=True, ignore_obsolete=True, width=0)
    lines = (line for line in file.getvalue().splitlines(keepends=True) if not line.startswith(_UNSTEADY))
    return b"".join(lines).strip() + b"\n"


_UNSTEADY = (
    b'"Project-Id-Version',
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Generated-By',
    b'"Report-Msgid-Bugs-To',
    b'"Last-Translator',
    b'"Language-Team',
    b"#",
)
"""How lines begin that change by themselves or say nothing: in them, two branches would meet every time."""


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def untranslated(path: Path) -> list[str]:
    """The texts of a catalogue that are not translated, or of which a form is missing."""
    return [_forms(message.id)[0] for message in _texts(path) if not all(_forms(message.string))]


_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def _misfits(path: Path) -> Iterator[tuple[str, str]]:
    """Translations that lost a placeholder or have one more: they would break where they are shown."""
    for message in _texts(path):
        wanted = set(_PLACEHOLDER.findall(" ".join(_forms(message.id))))
        for text in filter(None, _forms(message.string)):
            found = set(_PLACEHOLDER.findall(text))
            # A form for one thing may say "one" in words.
            if found - wanted or (wanted - found and len(_forms(message.id)) == 1):
                yield _forms(message.id)[0], text


def _texts(path: Path) -> list[Message]:
    return [message for message in _read(path) if message.id]


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """A text, or its forms for one and for many."""
    return [text or ""] if text is None or isinstance(text, str) else text
