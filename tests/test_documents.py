"""The documents: every link in them leads somewhere, and the page of settings names every setting."""

import re
from pathlib import Path

import pytest

from groundswell.config.environment import READERS, option, variable

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


def test_the_page_of_settings_names_each_with_its_variable() -> None:
    rows = dict(
        re.findall(r"^\| `(--[a-z-]+)[^|]*` \| `(GROUNDSWELL_[A-Z_]+)` \|", SETTINGS.read_text(), re.MULTILINE)
    )
    assert rows == {option(name): variable(name) for name in READERS}
