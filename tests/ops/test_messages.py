"""New texts come into the catalogues, and none lands without its translation."""

from pathlib import Path

import pytest

from groundswell.ops import messages

CODE = """from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ONE = _("Hello %(name)s")
MANY = ngettext("%(count)s seat", "%(count)s seats", 2)
"""
TEMPLATE = """{% load i18n %}<p title="{% translate "A title" %}">
{% blocktranslate trimmed count n=seats with who=name %}
  {{ who }} has a seat
{% plural %}
  {{ who }} has {{ n }} seats
{% endblocktranslate %}</p>{% translate "It’s “so”" as sentence %}{% include "x.html" with label=_("A label") %}"""


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogue of a house with one module and one template."""
    path = tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n"Language: fr\\n"\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "views.py").write_text(CODE)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    return path


def translate(path: Path, **texts: str) -> None:
    """Fill in every empty translation with the text itself."""
    lines, text = [], ""
    for line in path.read_text().splitlines():
        if line.startswith("msgid"):
            text = line.partition(" ")[2]
        filled = line.endswith(' ""') and text != '""' and line.startswith("msgstr")
        lines.append(f"{line.removesuffix(chr(34) * 2)}{texts.get(text, text)}" if filled else line)
    path.write_text("\n".join(lines) + "\n")


def test_texts_of_code_and_of_templates_are_found(catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.update() == 0
    told = capsys.readouterr().out
    for text in (
        "Hello %(name)s",
        "%(count)s seat",
        "A title",
        "%(who)s has a seat",
        "It’s “so”",
        "A label",
    ):
        assert text in told
    assert 'msgid_plural "%(who)s has %(n)s seats"' in catalogue.read_text()


def test_a_catalogue_says_nothing_that_changes_by_itself(catalogue: Path) -> None:
    messages.update()
    once = catalogue.read_text()
    assert "Date" not in once
    assert "#" not in once
    messages.update()
    assert catalogue.read_text() == once


def test_a_whole_catalogue_is_well(catalogue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.update()
    translate(catalogue)
    messages.update()
    assert messages.check() == 0, capsys.readouterr().out


def test_a_text_without_its_translation_is_named_with_what_to_do(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages.update()
    assert messages.check() == 1
    told = capsys.readouterr().out
    assert "'A label' is not translated" in told
    assert messages.RUN in told


def test_a_catalogue_that_is_not_in_step_is_named_with_what_to_do(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages.update()
    translate(catalogue)
    messages.update()
    source = messages.SOURCE / "views.py"
    source.write_text(source.read_text() + 'TWO = _("New")\n')
    assert messages.check() == 1
    assert f"Run {messages.RUN}" in capsys.readouterr().out


def test_a_text_that_is_gone_goes_and_no_similar_one_is_taken_over(catalogue: Path) -> None:
    messages.update()
    translate(catalogue)
    (messages.SOURCE / "views.py").write_text(CODE.replace("Hello", "Hullo"))
    messages.update()
    assert "Hello" not in catalogue.read_text()
    assert "Hullo %(name)s" in messages.untranslated(catalogue)


def test_a_translation_that_lost_its_placeholder_is_named(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages.update()
    translate(catalogue, **{'"Hello %(name)s"': '"Bonjour %(nom)s"'})
    messages.update()
    assert messages.check() == 1
    assert "placeholders of 'Bonjour %(nom)s'" in capsys.readouterr().out


def test_our_own_catalogues_are_whole() -> None:
    assert messages.catalogues()
    assert messages.check() == 0
