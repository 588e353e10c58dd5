"""Catalogues are made where they are missing or old, without any tool beside Python."""

import gettext
import os
from pathlib import Path

import pytest

from groundswell.config.catalogues import compiled

TEXT = """msgid ""
msgstr ""
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Rally"
msgstr "{rally}"
"""


@pytest.fixture
def text(tmp_path: Path) -> Path:
    made = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    made.parent.mkdir(parents=True)
    made.write_text(TEXT.format(rally="Rassemblement"))
    return made


def said(folder: Path) -> str:
    # Python keeps what it has read once; a copy under another name is read anew.
    with (folder / "fr" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Rally")


def test_a_missing_catalogue_is_made(text: Path, tmp_path: Path) -> None:
    assert said(compiled(tmp_path)) == "Rassemblement"
    assert [path.name for path in text.parent.iterdir() if path.suffix not in {".po", ".mo"}] == []


def test_a_catalogue_that_changed_is_made_again_whatever_the_clock_says(text: Path, tmp_path: Path) -> None:
    compiled(tmp_path)
    text.write_text(TEXT.format(rally="Meeting"))
    os.utime(text, (1, 1))
    assert said(compiled(tmp_path)) == "Meeting"


def test_one_that_is_in_step_is_left_alone(text: Path, tmp_path: Path) -> None:
    compiled(tmp_path)
    made = text.with_suffix(".mo")
    before = made.stat().st_ino
    assert compiled(tmp_path) == tmp_path
    assert made.stat().st_ino == before
