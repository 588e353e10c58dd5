"""Texts that would run as script, in every field of every form: none runs, on no page and in no mail.

Everything is typed into the forms that the pages show, so that a new field is filled in by itself: first all texts
at once, which is too much and comes back with what was typed; then as many as a field takes, and these are kept.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from e2e.conftest import session_of, staged
from e2e.hostile import Ears, Form, Sender, forms_on
from e2e.pages import DESK, PUBLIC, Sight
from e2e.payloads import LINES, PAYLOADS, packed, text_of
from groundswell.config.environment import variable
from tests.ops.conftest import Installation, until

pytestmark = pytest.mark.long

WIDE = {"width": 1440, "height": 900}
"""Wide enough for the preview beside an event's form."""

ROUNDS = len(packed(sorted(LINES), 120))
"""How often something must be made until its shortest field has had every text."""

STRICT = {
    *("email", "role_email", "organisation_contact_email", "organisation_accent"),
    *("postcode", "near", "date", "start", "end", "time", "latitude", "longitude", "zone"),
    *("capacity", "expected", "target", "guests", "people", "question-*-days"),
    *("code", "again_code", "via", "q", "online_url"),
}
"""Fields that take no text of one's own: an address, a number, a time, a code, a name of a link, a search.

What an address can hold is in the address to join online at.
"""

SHORTER = {"question-*-choices": 190}
"""Areas of which each line is a text of its own."""


@dataclass
class Play:
    """One installation into which everything was typed, and what its browser did."""

    installation: Installation
    stage: Mapping[str, str]
    page: Page
    ears: Ears
    sender: Sender
    forms: list[Form]
    events: dict[str, str] = field(default_factory=dict)
    """The id and the public address of each event that was announced here."""

    def form(self, route: str, name: str) -> Form:
        """The form of a page that has this field; of several, the one with the most fields."""
        found = [form for form in self.forms if form.at == route and name in form.typed]
        return max(found, key=lambda form: len(form.fields))

    def open(self, path: str, where: str) -> None:
        self.ears.where = where
        response = self.page.goto(path)
        assert response is not None
        assert response.status < 400, (path, response.status)
        self.ears.look(self.page, where, response)

    def shown(self, name: str) -> Form:
        """The form of the page that is open which has this field."""
        at = self.ears.where
        return next(form for _, form in forms_on(self.page, at) if name in {one["name"] for one in form.fields})

    def somebody(self, number: int) -> None:
        """From here on, somebody else asks: one address alone would be slowed down."""
        self.page.set_extra_http_headers({"X-Forwarded-For": f"10.7.{number >> 8}.{number & 255}"})


@pytest.fixture(scope="module")
def play(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variable("proxies"), "127.0.0.1")
        with begun(browser, Installation(tmp_path_factory.mktemp("hostile"), "")) as it:
            type_into_everything(it)
            keep_everything(it)
            look_at_everything(it)
            read_all_mails(it)
            yield it


@contextmanager
def begun(browser: Browser, installation: Installation) -> Iterator[Play]:
    """An installation with its stage set, and an owner's window on it."""
    installation.up()
    try:
        installation.wait_until_well()
        stage = staged(installation)
        ears = Ears(installation.address)
        context = browser.new_context(
            base_url=installation.address,
            viewport=WIDE,
            reduced_motion="reduce",
            storage_state=session_of(stage, "owner"),
        )
        context.set_default_timeout(15_000)
        ears.listen(context)
        page = context.new_page()
        yield Play(installation, stage, page, ears, Sender(page, ears), [])
        context.close()
    finally:
        installation.stop()


def type_into_everything(it: Play) -> None:
    """All texts into all fields of every form of every page, and into what stands in addresses."""
    for method, form in forms_of(it, [*PUBLIC, *DESK]):
        (it.sender.ask if method == "get" else it.sender.echo)(form)
    for heap in packed(PAYLOADS, 3000, encoded=True):
        for address in (
            "/nothing/{}",
            "/?page={}",
            "/e/{}",
            "/desk/events/{}",
            "/desk/outbox?before={}",
            "/fr/{}",
        ):
            response = it.page.goto(address.format(quote(text_of(heap), safe="")))
            it.ears.look(it.page, "address", response)


def forms_of(it: Play, sights: Sequence[Sight]) -> Iterator[tuple[str, Form]]:
    """Every form that is on one of these pages, once, with its method."""
    known = set()
    for number, sight in enumerate(sights):
        # Errors before there is a page, and a page that is too much for everybody.
        if sight.status in {403, 413}:
            continue
        it.somebody(number)
        it.ears.where = sight.name
        sight.open(it.page, it.stage)
        it.ears.look(it.page, sight.route)
        for method, form in list(forms_on(it.page, sight.route)):
            fields = (form.at, frozenset(form.plain(one["name"]) for one in form.fields))
            if fields not in known:
                known.add(fields)
                it.forms.append(form)
                yield method, form


def keep_everything(it: Play) -> None:
    """As many texts as a field takes, again and again until each was in each."""
    for number in range(ROUNDS):
        it.somebody(500 + number)
        describe_organisation(it, number)
        answer(it, number, announce(it, number))


def heaps(form: Form, number: int) -> dict[str, list[int]]:
    """For each field of a form that takes texts of one's own, those of this round."""
    chosen = {}
    for name, limit in form.typed.items():
        plain = form.plain(name).partition(": ")[2]
        if plain not in STRICT:
            all_of_them = packed(sorted(LINES), min(limit, SHORTER.get(plain, limit)))
            chosen[name] = all_of_them[number % len(all_of_them)]
    return chosen


def describe_organisation(it: Play, number: int) -> None:
    """Its own words, a group, a campaign, somebody with a role; then the pages that name it."""
    for name in ("organisation_name", "group_name", "campaign_name", "role_name"):
        form = it.form("desk:settings-of", name)
        over = {"role_email": f"role-{number}@example.org"} if name == "role_name" else {}
        it.sender.store(form, over, heaps(form, number))
    organisation = it.stage["organisation"]
    for path, where in (
        ("/", "home"),
        (f"/g/{organisation}", "group"),
        (f"/privacy/{organisation}", "privacy"),
        (f"/desk/settings/{organisation}", "desk:settings-of"),
    ):
        it.open(path, f"{where}, of the organisation")


def announce(it: Play, number: int) -> str:
    """An event in full, with a series, a picture and a template of its own, copied once; returns its id."""
    form = it.form("desk:event-edit", "speaker-0-name")
    new = replace(form, at="desk:event-new", action=f"{it.installation.address}/desk/events/new")
    chosen = heaps(form, number)
    over = {
        **{name: "" for name in form.other if name.endswith("-id")},
        "then": "publish",
        "version": "",
        "base": "",
        "series": "new",
        "capacity": "40",
        "speaker-0-standing": "announced",
        "question-0-kind": "choice",
        "question-0-choices": text_of(chosen["question-0-choices"]) + "\nSouth",
        **{f"question-1-{name}": value for name, value in OPEN_QUESTION.items()},
        "online_url": online(number),
    }
    saved = it.sender.store(new, over, chosen)
    event = saved.headers["location"].rpartition("/")[2]
    page = it.page.request.get(f"/desk/events/{event}").text()
    it.events[event] = re.findall(r"/e/[a-z0-9-]+", page)[0]
    picture, template = it.form("desk:event-picture", "picture_alt"), it.form("desk:event-template", "name")
    file = {"name": "grey.png", "mimeType": "image/png", "buffer": GREY}
    it.sender.store(at(picture, event), {"then": "save"}, heaps(picture, number), picture=file)
    for more in (0, 50):
        it.sender.store(at(template, event), {}, heaps(template, number + more))
    copy = it.form("desk:event-copy", "title")
    it.sender.store(at(copy, event), {"date": copy_day(form)}, heaps(copy, number))
    tell = it.form("desk:event-tell", "subject")
    it.sender.store(at(tell, event), {"kind": "note", "date": "", "time": ""}, heaps(tell, number))
    return event


OPEN_QUESTION = {"text": "What else?", "kind": "text", "purpose": "To know", "days": "1", "choices": ""}


def online(number: int) -> str:
    """An address to join at that holds a few texts; one with a space in it would be no address."""
    fitting = packed([each for each in LINES if not re.search(r"\s", PAYLOADS[each])], 450)
    return "https://meet.example.org/#" + "/".join(PAYLOADS[each] for each in fitting[number % len(fitting)])


def copy_day(form: Form) -> str:
    return str(next(one["value"] for one in form.fields if one["name"] == "date"))


def at(form: Form, event: str) -> Form:
    """The same form at another event."""
    return replace(form, action=re.sub(r"/events/[0-9a-f-]{36}/", f"/events/{event}/", form.action))


def _grey() -> bytes:
    file = io.BytesIO()
    Image.new("L", (32, 18), 128).save(file, "PNG")
    return file.getvalue()


GREY = _grey()


def answer(it: Play, number: int, event: str) -> None:
    """Somebody answers on the event's page, and somebody at the stall."""
    it.open(it.events[event], "event")
    form = it.shown("email")
    agree = next(one["value"] for one in form.fields if one["name"] == "agree")
    it.sender.store(form, {"email": f"person-{number}@example.org", "agree": agree}, heaps(form, number))
    stall = at(it.form("desk:event-stall", "name"), event)
    over = {"email": f"stall-{number}@example.org", "agree": agree, "guests": "0"}
    it.sender.store(stall, over, heaps(stall, number))


def look_at_everything(it: Play) -> None:
    """Every page about each event, group and series, and every list with all that it goes on with."""
    confirm_everybody(it)
    for event, page in it.events.items():
        for where, path in PAGES_OF_AN_EVENT.items():
            it.open(f"/desk/events/{event}{path}", where)
        for where in ("event", "event-thanks", "event-count", "event-uncount"):
            it.open(page + where.removeprefix("event").replace("-", "/"), where)
    settings = f"/desk/settings/{it.stage['organisation']}"
    for slug in sorted(whole_list(it, settings, "desk:settings-of", r"/g/([a-z0-9-]+)$")):
        it.open(f"/g/{slug}", "group")
    found = whole_list(it, "/desk/series", "desk:series", r"/desk/series/([0-9a-f-]{36})$")
    for number, series in enumerate(sorted(found)):
        form = it.form("desk:series-of", "title")
        it.sender.store(replace(form, action=re.sub(r"[^/]+$", series, form.action)), {}, heaps(form, number))
        it.open(f"/desk/series/{series}", "desk:series-of")
    # Looked at as text: the style with which a browser shows XML is the browser's own.
    sitemap = it.page.request.get("/sitemap.xml").text()
    for slug in sorted(set(re.findall(r"/series/([a-z0-9-]+)<", sitemap))):
        it.open(f"/series/{slug}", "series")
    for path in ("/", "/desk/", "/desk/events", "/desk/templates", "/desk/aside"):
        whole_list(it, path, path, "^$")
    cancel = it.form("desk:event-cancel", "subject")
    for number, (event, page) in enumerate(it.events.items()):
        it.sender.store(at(cancel, event), {}, heaps(cancel, number))
        it.open(page, "event, cancelled")
        it.open(f"/desk/events/{event}/tell", "desk:event-tell")


PAGES_OF_AN_EVENT = {
    sight.route: re.sub(r"^/desk/events/\{\w+\}", "", sight.path)
    for sight in DESK
    if re.match(r"/desk/events/\{\w+\}", sight.path)
    and (sight.status, sight.sends) == (200, None)
    and sight.route not in {"desk:event-schedule", "desk:event-checklist"}
}
"""What follows an event's own address at the desk."""


def whole_list(it: Play, path: str, where: str, wanted: str) -> set[str]:
    """Open a list and all that it goes on with; returns what the addresses of its links hold."""
    found: set[str] = set()
    todo, done = [path], set()
    while todo:
        it.open(todo[-1], where)
        done.add(todo.pop())
        links = it.page.evaluate("() => [...document.querySelectorAll('a[href]')].map(a => a.href)")
        for link in links:
            own = link.removeprefix(it.installation.address).partition("#")[0]
            if match := re.search(wanted, own):
                found.add(match[1])
            if re.search(r"[?&](before|page|after)=", own) and own not in done | set(todo):
                todo.append(own)
    return found


def mails(it: Play) -> list[EmailMessage]:
    """All mails that went out so far."""
    files = sorted((it.installation.data / "outbox").glob("*/*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]  # type: ignore[misc]


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    return found.get_content() if isinstance(found, EmailMessage) else ""


def mails_to(it: Play, address: str, purpose: str) -> dict[str, str]:
    """The path of a link in the mails to such addresses, by address."""
    found = {}
    for mail in mails(it):
        link = re.search(rf"/a/{purpose}/\S+", part(mail, "plain"))
        if link and re.match(address, str(mail["To"])):
            found[str(mail["To"])] = link[0]
    return found


def confirm_everybody(it: Play) -> None:
    """Press the button in every mail, and change each answer once by the next one."""
    until(lambda: len(mails_to(it, "(person|stall)-", "confirm")) == 2 * ROUNDS)
    for number, path in enumerate(mails_to(it, "person-", "confirm").values()):
        it.somebody(1000 + number)
        it.open(path, "link")
        form = it.shown("answer")
        it.page.request.post(form.action, form=form.filled({}))
    until(lambda: len(mails_to(it, "person-", "change")) == ROUNDS)
    for number, path in enumerate(mails_to(it, "person-", "change").values()):
        it.somebody(2000 + number)
        it.open(path, "link, to change")
        form = replace(it.shown("needs"), at="link")
        it.sender.store(form, {"guests": "0"}, heaps(form, number))
        it.open(path, "link, to change")


def read_all_mails(it: Play) -> None:
    """Each as a mail program shows it, which knows nothing of our policy, and as the desk does."""
    until(lambda: sum(is_notice(mail) for mail in mails(it)) >= ROUNDS, seconds=200)
    shown: dict[str, Any] = {}
    it.page.route("http://mail.example/*", lambda route: route.fulfill(**shown))
    for number, mail in enumerate(mails(it)):
        assert not mail.defects
        assert mail["Bcc"] is None
        assert mail["Set-Cookie"] is None
        for kind in ("html", "plain"):
            shown |= {"body": part(mail, kind), "content_type": f"text/{kind}; charset=utf-8"}
            it.ears.where = f"mail, {kind}"
            it.page.goto(f"http://mail.example/{number}-{kind}")
            it.ears.look(it.page, f"mail, {kind}")
    for mail_id in sorted(whole_list(it, "/desk/outbox", "desk:outbox", r"/desk/outbox/([0-9a-f-]{36})$")):
        it.open(f"/desk/outbox/{mail_id}", "desk:outbox-mail")


def is_notice(mail: EmailMessage) -> bool:
    """Whether it brings words of an organiser, who wrote its subject alone."""
    return "ran(" in str(mail["Subject"]) and not re.match(
        r"(Please confirm|You have a place)", str(mail["Subject"])
    )


def test_every_text_was_typed_into_every_field(play: Play) -> None:
    fields = {form.plain(name) for form in play.forms for name in (*form.typed, *form.other)}
    fields -= {name for name in fields if name.endswith(": form")}
    assert len(PAYLOADS) >= 120
    assert len(fields) > 80
    assert {
        name: missing for name in fields if (missing := PAYLOADS.keys() - play.sender.sent.get(name, set()))
    } == {}


def test_every_field_for_words_keeps_every_text_as_it_is(play: Play) -> None:
    fields = {form.plain(name) for form in play.forms for name in form.typed}
    of_words = {name for name in fields if {name, name.partition(": ")[0]}.isdisjoint(NOT_KEPT)}
    of_words -= {name for name in of_words if name.partition(": ")[2] in STRICT}
    missing = {name: LINES - play.sender.taken.get(name, set()) for name in of_words}
    assert [name for name, each in missing.items() if each] == []


NOT_KEPT = {
    "desk:event-edit": "the fields of a new event, read by the same lines",
    "desk:event-preview": "the public page as it would be; nothing is kept",
    "desk:preview-new": "the public page as it would be; nothing is kept",
}
"""Pages with fields for words in which nothing is kept, and why."""


def test_the_pages_show_them(play: Play) -> None:
    for where in (*PAGES_OF_AN_EVENT, "event", "series", "group", "mail, html", "mail, plain"):
        assert LINES - play.ears.seen[where] == set(), where


def test_none_of_them_ran(play: Play) -> None:
    assert play.ears.pages > 1000
    assert play.ears.ran == []


def test_the_policy_had_nothing_to_refuse(play: Play) -> None:
    assert play.ears.refused == []
    assert play.ears.faults == []
