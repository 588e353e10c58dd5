"""Puts the texts of ``payloads.py`` into every field of every form, and looks whether one of them ever runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, Dialog, Page, Response

from e2e.payloads import LINES, MARK, TEXTS, packed, payload, text_of
from e2e.watch import VIOLATION

TOKEN = "csrfmiddlewaretoken"
TYPED = {"text", "search", "email", "url", "tel", "number", "date", "time", "color", "password", "textarea"}
"""Types of fields into which something is typed."""

STRICT = {
    *("email", "phone", "role_email", "organisation_contact_email", "organisation_accent"),
    *("postcode", "near", "date", "start", "end", "time", "day", "zone", "latitude", "longitude"),
    *(
        "other_date",
        "other_start",
        "gathers",
        "sets_off",
        "agreed_on",
        "coach-*-leaves",
        "outcome-*-due",
        "role_ends",
    ),
    *("decided_on", "received_on", "contact_email", "days", "question-*-days", "coach-*-seats"),
    *("capacity", "expected", "target", "guests", "people"),
    *("sample", "line-*-postcode", "line-*-distance", "line-*-days"),
    *("code", "again_code", "via", "q", "online_url", "url"),
    *("desk:allies: address", "desk:event-together: address", "desk:event-march: to"),
    "desk:event-together: ally_people",
    *("desk:discussion: organisation", "desk:bloc: organisation", "desk:endorsement-new: page"),
}
"""Fields that take no text of one's own: an address, a number, a time, a code, a name of a link, a search."""

ADDRESSES = {"online_url", "url"}
"""Addresses of any page, so that a text can be part of one."""

RUNS = "window.ran = (number, field) => console.info(`ran ${number} ${field}`);"
OTHER_LINE = re.compile(r"-[1-9]\d*-")
NAMELESS = re.compile(r"-(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=-|$)")

FORMS = """() => [...document.forms].map(form => ({
    method: form.method,
    action: new URL(form.getAttribute("action") || "", location.href).href,
    multipart: form.enctype.startsWith("multipart"),
    fields: [...form.elements].filter(each => each.name && !["file", "submit", "button"].includes(each.type)).map(
        each => ({
            name: each.name, type: each.type === "textarea" ? "textarea" : each.type, value: each.value,
            sent: !["radio", "checkbox"].includes(each.type) || each.checked,
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
    return [found, [...new Set([...whole.matchAll(/ran\\(\\d+,\\d+\\)/g)].map(match => match[0]))]];
}"""


class Fields:
    """A number for each field into which something is typed: its texts bring it along, wherever they turn up."""

    def __init__(self) -> None:
        self._names = ["no field"]

    def number(self, name: str) -> int:
        if name not in self._names:
            self._names.append(name)
        return self._names.index(name)

    def read(self, call: str) -> tuple[int, str]:
        """The text and the field of a call, or of the message that it left."""
        number, at = re.findall(r"\d+", call)
        return int(number), self._names[int(at)]


@dataclass
class Ears:
    """What all pages of a browser's window did that no text may make them do, and what stood on which of them."""

    origin: str
    fields: Fields = field(default_factory=Fields)
    where: str = ""
    ran: list[tuple[str, str, str]] = field(default_factory=list)
    """Page, field and text."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    seen: dict[str, set[tuple[int, str]]] = field(default_factory=dict)
    """The texts and their fields, for each page."""
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
        found, calls = page.evaluate(LOOK, MARK)
        self.seen.setdefault(where, set()).update(map(self.fields.read, calls))
        for each in found:
            self._note(self.faults, each)
        if response is not None and "default-src 'none'" not in response.headers.get(
            "content-security-policy", ""
        ):
            self._note(self.faults, f"{response.url} has no policy")

    def _console(self, said: ConsoleMessage) -> None:
        text = said.text
        if text.startswith("ran "):
            number, name = self.fields.read(text)
            self.ran.append((self.where, name, TEXTS[number]))
        elif text.startswith("policy: "):
            self._note(self.refused, text)
        elif said.type == "error" and "the server responded with a status of" not in text:
            self._note(self.faults, text)

    def _dialog(self, dialog: Dialog) -> None:
        # The desk's own warning before unsaved text is left.
        if dialog.type != "beforeunload":
            self.ran.append((self.where, "a dialog", dialog.message[:300]))
        dialog.accept()

    def _request(self, url: str) -> None:
        if not url.startswith((self.origin, "http://mail.example/")):
            self._note(self.faults, f"loaded {url}")

    def _note(self, among: list[tuple[str, str]], what: str) -> None:
        among.append((self.where, what[:300]))


@dataclass(frozen=True)
class Form:
    """A form as a page shows it to somebody; ``at`` is the page's name."""

    at: str
    method: str
    action: str
    multipart: bool
    fields: tuple[Mapping[str, Any], ...]
    who: str = ""

    @property
    def typed(self) -> list[str]:
        """The fields into which somebody types."""
        return [one["name"] for one in self.fields if one["type"] in TYPED]

    @property
    def other(self) -> set[str]:
        """The fields whose values the page itself brings along."""
        return {one["name"] for one in self.fields} - set(self.typed) - {TOKEN}

    @property
    def words(self) -> list[str]:
        """Those for words of one's own, in the first of several lines that are alike."""
        return [
            name
            for name in self.typed
            if not OTHER_LINE.search(name) and STRICT.isdisjoint({self.plain(name), NAMELESS.sub("-*", name)})
        ]

    @property
    def names(self) -> frozenset[str]:
        """What tells it from others: its page and its fields."""
        return frozenset(self.plain(one["name"]) for one in self.fields if one["name"] != TOKEN)

    def filled(self, over: Mapping[str, str]) -> dict[str, str]:
        """What a browser would send, with some fields filled in otherwise."""
        usual = {one["name"]: one["value"] for one in self.fields if one["sent"]}
        return {**usual, **over}

    def value(self, name: str) -> str:
        """What the page put into a field, ticked or not."""
        return next((one["value"] for one in self.fields if one["name"] == name), "")

    def plain(self, name: str) -> str:
        """A field's name without the number or id in it."""
        return f"{self.at}: {NAMELESS.sub('-*', name)}"


def forms_on(page: Page, at: str, who: str = "") -> list[Form]:
    """The forms of a page."""
    return [
        Form(at, one["method"], one["action"], one["multipart"], tuple(one["fields"]), who)
        for one in page.evaluate(FORMS)
    ]


@dataclass
class Sender:
    """Fills forms in, and keeps count of what was typed into which field, and of what was taken."""

    page: Page
    ears: Ears
    sent: dict[str, set[int]] = field(default_factory=dict)
    taken: dict[str, set[int]] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """Of each form that was not taken: what the page said."""
    asking: int = 0

    def somebody(self) -> dict[str, str]:
        """From here on somebody else asks, since one address alone would be slowed down; returns the header."""
        self.asking += 1
        headers = {"X-Forwarded-For": f"10.{self.asking >> 16}.{self.asking >> 8 & 255}.{self.asking & 255}"}
        self.page.set_extra_http_headers(headers)
        return headers

    def echo(self, form: Form) -> None:
        """Send a form with every text in every field, and open what comes back."""
        for names in (set(form.typed), form.other):
            for heap in packed(TEXTS, _room(form) // max(len(names), 1), encoded=True) if names else []:
                over = {name: self._text(form, name, heap) for name in names}
                if names == form.other and "form" in names:
                    # Which of a page's forms it is; the others of its fields are read by the right one.
                    self._submit(form, {"form": over.pop("form")}, heap)
                if over:
                    self._submit(form, over, heap)

    def _text(self, form: Form, name: str, heap: list[int]) -> str:
        return text_of(heap, self.ears.fields.number(form.plain(name)))

    def _submit(self, form: Form, over: dict[str, str], heap: list[int]) -> None:
        self.somebody()
        self.ears.where = f"answer to {form.at}"
        with self.page.expect_navigation() as navigation:
            self.page.evaluate(SUBMIT, [form.action, form.multipart, list(form.filled(over).items())])
        for name in over:
            self.sent.setdefault(form.plain(name), set()).update(heap)
        status = navigation.value.status
        assert status < 500, (form.at, status, over.keys())
        assert status != 413, (form.at, "too much for one form")
        self.ears.look(self.page, self.ears.where, navigation.value)

    def ask(self, form: Form) -> None:
        """The same for a form whose fields become part of an address."""
        for name in {*form.typed, *form.other}:
            for heap in packed(TEXTS, 6000, encoded=True):
                address = form.action.partition("?")[0]
                response = self.page.goto(f"{address}?{urlencode({name: self._text(form, name, heap)})}")
                self.sent.setdefault(form.plain(name), set()).update(heap)
                self.ears.look(self.page, f"answer to {form.at}", response)

    def store(self, form: Form, over: Mapping[str, Any], number: int) -> APIResponse:
        """Send a form so that it is taken, with as many texts in each field for words as fit into this round."""
        heaps = packed(sorted(LINES), _room(form) // max(len(form.words), 1), encoded=True)
        heap = heaps[number % len(heaps)]
        fields: dict[str, Any] = form.filled({name: self._text(form, name, heap) for name in form.words})
        fields |= {name: self._address(form, name, number) for name in ADDRESSES & set(form.typed)}
        # A choice has two answers at least.
        fields |= {name: f"{fields[name]}\nSouth" for name in form.words if name.endswith("-choices")}
        how = {"multipart" if form.multipart else "form": {**fields, **over}}
        response = self.page.request.post(form.action, max_redirects=0, headers=self.somebody(), **how)
        if response.status < 400:
            for name in set(form.words) - over.keys():
                self.taken.setdefault(form.plain(name), set()).update(heap)
        else:
            self.wrong[f"{form.at}, {response.status}"] = [*form.words, *said_wrong(response.text())]
        return response

    def _address(self, form: Form, name: str, number: int) -> str:
        """An address that holds a few texts; one with a space in it would be no address."""
        at = self.ears.fields.number(form.plain(name))
        texts = {each: payload(each, at) for each in LINES}
        fitting = packed([each for each, text in texts.items() if not re.search(r"\s", text)], 1800)
        return "https://meet.example.org/#" + "/".join(texts[each] for each in fitting[number % len(fitting)])


def _room(form: Form) -> int:
    """The bytes that a form's fields have together."""
    return 48_000 if "/desk/" in form.action else 14_000


def said_wrong(html: str) -> list[str]:
    """What a page says is wrong with a form."""
    return re.findall(r'class="wrong"[^>]*>([^<]*)<', html)
