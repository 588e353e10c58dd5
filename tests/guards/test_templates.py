"""Promises 7 and 8: no page and no mail loads anything from elsewhere, runs or styles anything inline."""

import re
from pathlib import Path

import pytest

from tests.guards.house import SOURCE

TEMPLATES = sorted(SOURCE.rglob("templates/**/*.*"))
STATIC = sorted(path for path in SOURCE.rglob("static/**/*.*") if path.is_file())
SERVED = [
    path for path in [*TEMPLATES, *STATIC] if path.suffix in {".html", ".txt", ".css", ".svg", ".js", ".json"}
]
NAMESPACES = (
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",
    "http://www.sitemaps.org/schemas/sitemap/0.9",
)

INLINE = {
    "a style of its own": r"<style\b|\sstyle\s*=",
    "a script of its own": r"<script\b(?![^>]*\s(?:src=|type=\"application/ld\+json\"))",
    "an event's handler": r"\son[a-z]+\s*=\s*[\"']",
    "a script as an address": r"javascript:",
    "an attribute that runs something": r"\shx-(on|vals)\b|\sjs:",
}
ELSEWHERE = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z0-9.-]+|@import|\bdata:", re.IGNORECASE)


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def wrong(text: str) -> list[str]:
    """What a page of this text would have that the policy forbids."""
    return [what for what, pattern in INLINE.items() if re.search(pattern, text, re.IGNORECASE)]


def loads_from_elsewhere(text: str) -> list[str]:
    """Every address in a text from which a browser would load something; a link loads nothing by itself."""
    for namespace in NAMESPACES:
        text = text.replace(namespace, "")
    text = re.sub(r"<(?:a\b|link rel=.canonical.)[^>]*>", "", text)
    return ELSEWHERE.findall(text)


def test_there_are_templates_and_files() -> None:
    assert len(TEMPLATES) > 20
    assert len(STATIC) > 2


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=name_of)
def test_a_template_has_nothing_inline(path: Path) -> None:
    # Mail programs know no style sheets: a mail carries its own style, and nothing that runs.
    allowed = {"a style of its own"} if "mail" in path.parts else set()
    assert set(wrong(path.read_text())) <= allowed


@pytest.mark.parametrize("path", SERVED, ids=name_of)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    assert loads_from_elsewhere(path.read_text()) == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.parent.name == "public"], ids=name_of)
def test_a_public_form_posts_to_its_own_page(path: Path) -> None:
    """So the query string comes along, and with it the share link, without a cookie."""
    assert re.findall(r"<form\b[^>]*\s(?:action|formaction)\b|\sformaction\b", path.read_text()) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<p style="color: red">', "a style of its own"),
        ("<style>p{}</style>", "a style of its own"),
        ("<script>alert(1)</script>", "a script of its own"),
        ('<script type="text/javascript">alert(1)</script>', "a script of its own"),
        ('<a href="/" onclick="go()">', "an event's handler"),
        ('<a href="javascript:go()">', "a script as an address"),
    ],
)
def test_the_twin_finds_what_is_inline(text: str, what: str) -> None:
    assert wrong(text) == [what]


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://pictures.example.org/a.png">',
        '<link href="//fonts.example.org/a.css">',
        '@import "a.css"',
        "url(data:image/png;base64,AAAA)",
    ],
)
def test_the_twin_finds_what_is_loaded_from_elsewhere(text: str) -> None:
    assert loads_from_elsewhere(text)
