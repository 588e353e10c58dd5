"""Reads a page as a strict browser would, and says what is wrong with it."""

import re
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "path"}
LOADS = {("link", "href"), ("script", "src"), ("img", "src"), ("form", "action"), ("iframe", "src")}
POINTS = ("for", "aria-describedby", "aria-labelledby")


class Markup(HTMLParser):
    """The elements of a page in their order, and the words in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if len(dict(attrs)) != len(attrs):
            self.faults.append(f"<{tag}> says an attribute twice")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] != ["script"]:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of one kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


def sent_by(html: str) -> dict[str, str]:
    """What the forms of a page send along unseen."""
    return {
        field["name"]: field.get("value", "")
        for field in Markup(html).all("input")
        if field.get("type") == "hidden"
    }


def faults(page: Markup) -> list[str]:
    """What the policy of the pages forbids, what leaves the origin, and what points nowhere."""
    return [
        *page.faults,
        *_against_the_policy(page),
        *_off_the_origin(page),
        *_pointing_nowhere(page),
        *[f"the id {name} is there twice" for name in {name for name in page.ids if page.ids.count(name) > 1}],
    ]


def _against_the_policy(page: Markup) -> list[str]:
    found = ["<style>" for _ in page.all("style")]
    found += [
        "a script of its own"
        for script in page.all("script")
        # A block of data: no browser runs it.
        if "src" not in script and script.get("type") != "application/ld+json"
    ]
    for tag, attributes in page.elements:
        found += [f"<{tag} {name}>" for name in attributes if name == "style" or re.match(r"on|hx-on", name)]
        found += [f"<{tag}> with javascript:" for value in attributes.values() if "javascript:" in value.lower()]
    return found


def _off_the_origin(page: Markup) -> list[str]:
    return [
        f"<{tag} {name}={attributes[name]}>"
        for tag, attributes in page.elements
        for name in attributes
        if (tag, name) in LOADS
        and attributes.get("rel") not in {"alternate", "canonical"}  # they only say where something is
        and not re.match(r"/(?!/)", attributes[name])
    ]


def _pointing_nowhere(page: Markup) -> list[str]:
    targets = [
        name for _, attributes in page.elements for key in POINTS for name in attributes.get(key, "").split()
    ]
    targets += [link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")]
    return [f"nothing has the id {name}" for name in targets if name not in page.ids]
