"""Puts the texts of ``payloads.py`` into every field of every form, and looks whether one of them ever runs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, Dialog, Page, Response

from e2e.payloads import MARK, PAYLOADS, packed, text_of
from e2e.watch import VIOLATION

TOKEN = "csrfmiddlewaretoken"
TYPED = {"text", "search", "email", "url", "tel", "number", "date", "time", "color", "password", "textarea"}
"""Types of fields into which something is typed."""

AREA = 1900
"""Characters that every field takes which states no limit."""

RUNS = "window.ran = number => console.info(`ran ${number}`);"
NAMELESS = re.compile(r"-(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=-|$)")

FORMS = """() => [...document.forms].map(form => ({
    method: form.method,
    action: new URL(form.getAttribute("action") || "", location.href).href,
    multipart: form.enctype.startsWith("multipart"),
    fields: [...form.elements].filter(each => each.name && !["file", "submit", "button"].includes(each.type)).map(
        each => ({
            name: each.name, type: each.type === "textarea" ? "textarea" : each.type, value: each.value,
            sent: !["radio", "checkbox"].includes(each.type) || each.checked, limit: each.maxLength,
        })),
}))"""

SUBMIT = """([action, multipart, pairs]) => {
    const form = document.body.appendChild(document.createElement("form"));
    [form.method, form.action] = ["post", action];
    if (multipart) form.enctype = "multipart/form-data";
    for (const [name, value] of pairs) {
        const field = form.appendChild(document.createElement("textarea"));
        [field.name, field.value, field.hidden] = [name, value, true];
    }
    HTMLFormElement.prototype.submit.call(form);
}"""

LOOK = """mark => {
    const found = [];
    for (const each of document.querySelectorAll("*")) {
        for (const {name, value} of each.attributes) {
            if (/^on/i.test(name)) {
                found.push(`${each.localName}[${name}]`);
                each.dispatchEvent(new Event(name.slice(2), {bubbles: true}));
            }
            const plain = value.replace(/[\\u0000-\\u0020]/g, "");
            if (/^(xlink:)?(href|src|action|formaction|data|srcdoc)$/i.test(name)
                    && /^(javascript|data|vbscript):/i.test(plain)) {
                found.push(`${each.localName}[${name}] ${plain.slice(0, 40)}`);
                if (/^javascript:/i.test(plain) && each.click) each.click();
            }
        }
    }
    if (document.querySelector("meta[http-equiv], base, script:not([src], [type])")) found.push("planted");
    const whole = document.documentElement.outerHTML;
    if (whole.replaceAll(/"wuz"|wuz&quot;/g, "").includes(mark)) found.push("a template was evaluated");
    return [found, [...new Set([...whole.matchAll(/ran\\((\\d+)\\)/g)].map(match => Number(match[1])))]];
}"""


@dataclass
class Ears:
    """What all pages of a browser's window did that no text may make them do."""

    origin: str
    where: str = ""
    ran: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    seen: dict[str, set[int]] = field(default_factory=dict)
    pages: int = 0

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(RUNS)
        context.add_init_script(VIOLATION)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(self.faults, str(error.error)))
        context.on("dialog", self._dialog)
        context.on("request", lambda request: self._request(request.url))

    def look(self, page: Page, where: str, response: Response | None = None) -> None:
        """Look at a page that is open, and provoke whatever it would do when it is touched."""
        self.where, self.pages = where, self.pages + 1
        found, numbers = page.evaluate(LOOK, MARK)
        self.seen.setdefault(where, set()).update(numbers)
        for each in found:
            self._note(self.faults, each)
        if response is not None and "default-src 'none'" not in response.headers.get(
            "content-security-policy", ""
        ):
            self._note(self.faults, f"{response.url} has no policy")

    def _console(self, said: ConsoleMessage) -> None:
        text = said.text
        if text.startswith("ran "):
            self._note(self.ran, text)
        elif text.startswith("policy: "):
            self._note(self.refused, text)
        elif said.type == "error" and "the server responded with a status of" not in text:
            self._note(self.faults, text)

    def _dialog(self, dialog: Dialog) -> None:
        # The desk's own warning before unsaved text is left.
        if dialog.type != "beforeunload":
            self._note(self.ran, dialog.type)
        dialog.accept()

    def _request(self, url: str) -> None:
        if not url.startswith((self.origin, "http://mail.example/")):
            self._note(self.faults, f"loaded {url}")

    def _note(self, among: list[tuple[str, str]], what: str) -> None:
        among.append((self.where, what[:300]))


@dataclass(frozen=True)
class Form:
    """A form as a page shows it; ``at`` is the page's name."""

    at: str
    action: str
    multipart: bool
    fields: tuple[Mapping[str, Any], ...]

    @property
    def typed(self) -> dict[str, int]:
        """The fields into which somebody types, with their limits."""
        return {
            one["name"]: one["limit"] if one["limit"] > 0 else AREA for one in self.fields if one["type"] in TYPED
        }

    @property
    def other(self) -> set[str]:
        """The fields whose values the page itself brings along."""
        return {one["name"] for one in self.fields} - self.typed.keys() - {TOKEN}

    def filled(self, over: Mapping[str, str]) -> dict[str, str]:
        """What a browser would send, with some fields filled in otherwise."""
        usual = {one["name"]: one["value"] for one in self.fields if one["sent"]}
        return {**usual, **over}

    def plain(self, name: str) -> str:
        """A field's name without the number or id in it."""
        return f"{self.at}: {NAMELESS.sub('-*', name)}"


def forms_on(page: Page, at: str) -> Iterator[tuple[str, Form]]:
    """The forms of a page, with their methods."""
    for one in page.evaluate(FORMS):
        yield one["method"], Form(at, one["action"], one["multipart"], tuple(one["fields"]))


@dataclass
class Sender:
    """Fills forms in, and keeps count of what was typed into which field, and of what was taken."""

    page: Page
    ears: Ears
    sent: dict[str, set[int]] = field(default_factory=dict)
    taken: dict[str, set[int]] = field(default_factory=dict)

    def echo(self, form: Form) -> None:
        """Send a form with every text in every field, and open what comes back."""
        room = 12_000 if "/desk/" not in form.action else 50_000
        for names in (set(form.typed), form.other):
            for heap in packed(PAYLOADS, max(room // max(len(names), 1), 100), encoded=True) if names else []:
                over = {name: text_of(heap) for name in names}
                if names == form.other and "form" in names:
                    # Which of a page's forms it is; the others of its fields are read by the right one.
                    self._submit(form, {"form": over.pop("form")}, heap)
                if over:
                    self._submit(form, over, heap)

    def _submit(self, form: Form, over: dict[str, str], heap: list[int]) -> None:
        self.ears.where = form.at
        with self.page.expect_navigation() as navigation:
            self.page.evaluate(SUBMIT, [form.action, form.multipart, list(form.filled(over).items())])
        for name in over:
            self.sent.setdefault(form.plain(name), set()).update(heap)
        status = navigation.value.status
        assert status < 500, (form.at, status, over.keys())
        assert status != 413, (form.at, "too much for one form")
        self.ears.look(self.page, f"answer to {form.at}", navigation.value)

    def ask(self, form: Form) -> None:
        """The same for a form whose fields become part of an address."""
        for name in form.typed:
            for heap in packed(PAYLOADS, 4000, encoded=True):
                self.ears.where = form.at
                address = form.action.partition("?")[0]
                response = self.page.goto(f"{address}?{urlencode({name: text_of(heap)})}")
                self.sent.setdefault(form.plain(name), set()).update(heap)
                self.ears.look(self.page, f"answer to {form.at}", response)

    def store(
        self, form: Form, over: Mapping[str, str], heaps: Mapping[str, list[int]], **more: Any
    ) -> APIResponse:
        """Send a form so that it is taken; ``heaps`` says which texts go into which field."""
        fields = {**form.filled({name: text_of(heap) for name, heap in heaps.items()}), **over}
        how = {"multipart": {**fields, **more}} if form.multipart or more else {"form": fields}
        response = self.page.request.post(form.action, max_redirects=0, **how)
        assert response.status < 400, (form.at, response.status, wrong(response.text()), fields)
        for name, heap in heaps.items():
            self.taken.setdefault(form.plain(name), set()).update(heap)
        return response


def wrong(html: str) -> list[str]:
    """What a page says is wrong with a form."""
    return re.findall(r'class="wrong"[^>]*>([^<]*)<', html)
