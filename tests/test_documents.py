"""The documents: every link in them leads somewhere, and the page of settings names every setting."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from groundswell.config.environment import READERS, option, variable
from groundswell.ops.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/groundswell/**/README.md")]
SETTINGS = ROOT / "docs/reference/settings.md"


def links(document: Path) -> list[str]:
    """Where the links and pictures of a document lead, those to other sites left out."""
    found = re.findall(r"\]\(([^)\s]+)\)", document.read_text())
    return [link.partition("#")[0] for link in found if not re.match(r"[a-z]+:|#", link)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [link for link in links(document) if not (document.parent / link).exists()] == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(document.parent / link).resolve() for document in DOCUMENTS for link in links(document)}
    assert set((ROOT / "docs/images").glob("*.png")) - shown == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    assert unknown_commands(document.read_text()) == []


def test_a_command_that_does_not_exist_is_noticed() -> None:
    """The twin."""
    assert unknown_commands("Type `./groundswell fly`.\n\n    ./groundswell manage swim --data x\n") == [
        "fly",
        "swim",
    ]


def unknown_commands(text: str) -> list[str]:
    """The commands after ``./groundswell`` and after its ``manage`` that nobody has written."""
    found = re.findall(r"\./groundswell ([a-z][a-z-]*)(?: ([a-z][a-z_]*))?", text)
    ours = [name for name, _ in found if name not in COMMANDS]
    return ours + [more for name, more in found if name == "manage" and more and more not in get_commands()]


def test_the_page_of_settings_names_each_with_its_variable() -> None:
    rows = dict(
        re.findall(r"^\| `(--[a-z-]+)[^|]*` \| `(GROUNDSWELL_[A-Z_]+)` \|", SETTINGS.read_text(), re.MULTILINE)
    )
    assert rows == {option(name): variable(name) for name in READERS}
