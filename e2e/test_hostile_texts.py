"""Texts that would run as script, in every field of every form: none runs, on no page and in no mail.

The forms are those that the pages show, so that a new field is filled in by itself. First all texts at once, which
is too much and comes back with what was typed. Then no text is too long any more, and the forms are sent again, so
that everything of the stage is called by them; then every page and every mail is opened.
"""

import io
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.urls import Resolver404, resolve
from PIL import Image
from playwright.sync_api import Browser, Page

from e2e.conftest import ROOT, session_of, staged
from e2e.hostile import TOKEN, Ears, Form, Sender, forms_on
from e2e.pages import DESK, OTHERS, PUBLIC, Sight
from e2e.payloads import LINES, TEXTS, packed, text_of
from groundswell.config.catalogues import PSEUDO
from groundswell.config.environment import variable
from groundswell.outbox.delivery import _renderers
from tests.ops.conftest import Installation, until

pytestmark = pytest.mark.long

WIDE = {"width": 1440, "height": 900}
"""Wide enough for the preview beside an event's form."""

ROUNDS = 3
"""How often each form is sent until its fields have had every text; the longest takes a third of them at once."""


@dataclass
class Play:
    """One installation into which everything was typed, and what its browser did."""

    installation: Installation
    stage: dict[str, str]
    page: Page
    ears: Ears
    sender: Sender
    roomy: Path
    who: str = ""
    pressed: set[str] = field(default_factory=set)
    """The links in mails behind which a button was pressed."""
    known: dict[frozenset[str], Form] = field(default_factory=dict)
    """Every form that was found, by its fields."""

    def become(self, who: str) -> None:
        if who != self.who:
            self.who = who
            self.page.context.clear_cookies()
            self.page.context.add_cookies(session_of(self.stage, who)["cookies"] if who else [])  # type: ignore[arg-type]

    def open(self, path: str, where: str = "") -> None:
        """Open a page and look at it, under the name of its route."""
        self.sender.somebody()
        self.ears.where = where or route_of(path)
        response = self.page.goto(path)
        assert response is not None
        assert response.status < 400, (path, response.status)
        self.ears.look(self.page, self.ears.where, response)

    def show(self, sights: Iterable[Sight]) -> list[Form]:
        """Open these pages, look at them, and return the forms on them, each once."""
        found: dict[frozenset[str], Form] = {}
        for sight in sights:
            self.become(sight.who or "owner")
            self.sender.somebody()
            self.ears.where = sight.route
            sight.open(self.page, self.stage)
            self.ears.look(self.page, sight.route)
            for form in forms_on(self.page, sight.route, self.who):
                found.setdefault(form.names, form)
        self.known |= found
        return list(found.values())


def route_of(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return path


@pytest.fixture(scope="module")
def play(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    with begun(browser, tmp_path_factory.mktemp("hostile"), "roomy") as it:
        type_into_everything(it)
        it.roomy.touch()
        forms = list(it.known.values())
        for number in range(ROUNDS):
            keep(it, forms, number)
            forms = it.show(LATER)
        end_everything(it)
        read_all_mails(it)
        yield it


@contextmanager
def begun(browser: Browser, folder: Path, patch_in: str) -> Iterator[Play]:
    """An installation with its stage set and with the patch of that folder, and an owner's window on it."""
    installation, roomy = Installation(folder / "data", ""), folder / "roomy"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variable("proxies"), "127.0.0.1")
        patch.setenv("PYTHONPATH", str(ROOT / "e2e" / patch_in))
        patch.setenv("GROUNDSWELL_ROOMY", str(roomy))
        installation.up()
    try:
        installation.wait_until_well()
        stage = staged(installation)
        ears = Ears(installation.address)
        context = browser.new_context(base_url=installation.address, viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        ears.listen(context)
        page = context.new_page()
        yield Play(installation, stage, page, ears, Sender(page, ears), roomy)
        context.close()
    finally:
        installation.stop()


# Errors before there is a page, and a page that is too much for everybody.
SIGHTS = [sight for sight in (*PUBLIC, *DESK, *OTHERS) if sight.status not in {403, 413}]

LATER = [sight for sight in SIGHTS if sight.status == 200 and not (sight.sends or sight.who)]
"""The pages that are the same however often they are opened."""


def type_into_everything(it: Play) -> None:
    """All texts into all fields of every form of every page, and into what stands in addresses."""
    for form in it.show(SIGHTS):
        it.become(form.who)
        (it.sender.ask if form.method == "get" else it.sender.echo)(form)
    it.become("owner")
    for heap in packed(TEXTS, 6000, encoded=True):
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


def keep(it: Play, forms: Iterable[Form], number: int) -> None:
    """Fill in all these forms, so that what was typed is kept; first those of supporters, who then confirm."""
    it.become("owner")
    with_words = [
        form for form in forms if form.words and form.who == "owner" and form.at not in {*NOT_KEPT, *ENDS}
    ]
    for form in with_words:
        if not form.at.startswith("desk:"):
            it.sender.store(form, needed(it, form, number), number)
    confirm_everybody(it)
    for form in with_words:
        if form.at.startswith("desk:"):
            made = it.sender.store(form, needed(it, form, number), number)
            if form.at in MAKE and "location" in made.headers:
                follow(it, made.headers["location"])


BRACES = "what stands in braces has to be a variable, and is refused; tests/mailings fills in letters"
NOT_KEPT = {
    "desk:event-preview": "the public page as it would be; nothing is kept",
    "desk:preview-new": "the public page as it would be; nothing is kept",
    "desk:event-assign": "how many people are assigned: nothing of it is kept",
    "desk:mailing": "as whom a mailing is looked at: nothing of it is kept",
    "desk:mailing-new": BRACES,
    "desk:mailing-edit": BRACES,
    "desk:import-new": "what is kept is kept with a file of people, which none of these texts is",
}
"""Pages with fields for words in which nothing is kept, and why."""

MAKE = {"desk:event-new", "desk:event-copy", "desk:bloc-new", "desk:discussion-new", "desk:discussion-hold"}
MAKE |= {"desk:complaint-new"}
"""Pages whose forms make something that has pages of its own."""

ENDS = {"desk:event-cancel": ("event_id", "held_id"), "desk:complaint": ("complaint_id",)}
"""Forms that can be sent only once, and the events and complaints at which they are sent at the end."""

THEN = {
    "desk:event-cancel": ("/desk/events/{}", "/desk/events/{}/tell"),
    "desk:complaint": ("/desk/complaints/{}",),
}
"""The pages that show what these forms have kept."""


def follow(it: Play, path: str) -> None:
    """Open the page of what was made, and from there its form and its public page."""
    it.open(path)
    links = it.page.evaluate("() => [...document.querySelectorAll('a[href]')].map(a => new URL(a.href).pathname)")
    for link in sorted({link for link in links if re.search(r"^/[bde]/[a-z0-9-]+$|/edit$", link)}):
        it.open(link)


def needed(it: Play, form: Form, number: int) -> dict[str, Any]:
    """What else a form needs so that it is taken, and so that what is typed into it has a meaning."""
    soon = datetime.now(ZoneInfo("Europe/London")) + timedelta(days=9 + number)
    day, clock = soon.date().isoformat(), f"{soon:%H:%M}"
    someone = f"{form.at.rpartition(':')[2]}-{number}-{it.sender.asking}@example.org"
    usual = {
        "email": someone,
        "role_email": someone,
        # Of a body that is not the one whose page it is.
        "contact_email": someone.replace("@", "@branch."),
        "agree": form.value("agree"),
        # Those of the first round are written to in the language that nobody speaks.
        "language": PSEUDO if number == 0 else form.value("language"),
        "phone": "0113 496 0000",
        "date": day,
        "other_date": day,
        "start": clock,
        "end": "",
        "guests": "0",
        "series": "new",
        "speaker-0-standing": "announced",
        "question-0-kind": "choice",
        "coach-0-seats": "49",
        "ally_people": "10",
        "decided": "meeting",
        "decided_on": "2016-07-20",
        "received_on": datetime.now(ZoneInfo("Europe/London")).date().isoformat(),
    }
    names = {one["name"] for one in form.fields}
    return {**{name: value for name, value in usual.items() if name in names}, **NEEDED.get(form.at, {})}


def _grey() -> bytes:
    file = io.BytesIO()
    Image.new("L", (32, 18), 128).save(file, "PNG")
    return file.getvalue()


GREY = {"name": "grey.png", "mimeType": "image/png", "buffer": _grey()}

NEEDED: dict[str, dict[str, Any]] = {
    "desk:event-new": {"then": "publish"},
    "desk:event-edit": {"then": "save"},
    "desk:event-tell": {"kind": "note", "date": "", "time": ""},
    "desk:bloc-tell": {"kind": "note"},
    "desk:event-picture": {"then": "save", "picture": GREY},
    "desk:event-march": {"then": "refuse"},
    "desk:complaint": {"then": "answer"},
    "desk:bloc-new": {"event": "elsewhere"},
    "desk:endorsement-new": {"kind": "union"},
    "stand": {"kind": "union"},
}


def end_everything(it: Play) -> None:
    """What can be done only once, at different things; then what is left of them, and what was said to people."""
    for form in list(it.known.values()):
        for name in ENDS.get(form.at, ()) if form.words else ():
            action = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", it.stage[name], form.action)
            it.sender.store(replace(form, action=action), NEEDED.get(form.at, {}), 0)
            for path in THEN[form.at]:
                it.open(path.format(it.stage[name]))
    for path in ("/", "/desk/", "/desk/events", f"/e/{it.stage['event']}", f"/e/{it.stage['held']}"):
        it.open(path)
    for table in ("attendances_notice", "outbox_effect"):
        in_database(it, f"UPDATE {table} SET due_at = '2020-01-01 00:00:00' WHERE due_at IS NOT NULL")
    until(lambda: not in_database(it, NOT_TOLD), seconds=60)
    until(lambda: not in_database(it, NOT_MAILED), seconds=60)


# What was enqueued within this very second is due as well.
NOT_MAILED = "SELECT id FROM outbox_effect WHERE state = 'waiting' AND due_at < datetime('now', '+1 second')"
NOT_TOLD = (
    "SELECT id FROM attendances_notice WHERE due_at IS NOT NULL AND finished_at IS NULL AND withdrawn_at IS NULL"
)


def mails(it: Play) -> list[EmailMessage]:
    """All mails that went out so far."""
    files = sorted((it.installation.data / "outbox").glob("*/*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]  # type: ignore[misc]


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    return found.get_content() if isinstance(found, EmailMessage) else ""


def confirm_everybody(it: Play) -> None:
    """Press the button in every mail that has one."""
    until(lambda: not in_database(it, NOT_MAILED))
    for mail in mails(it):
        for link in set(re.findall(r"/(?:a/confirm|stands)/\S+", part(mail, "plain"))) - it.pressed:
            it.pressed.add(link)
            it.open(link)
            # What was confirmed before its mail went out has a button that takes it back.
            for form in [one for one in forms_on(it.page, "link")[:1] if one.value("then") != "withdraw"]:
                it.page.request.post(form.action, form=form.filled({}), headers=it.sender.somebody())


def in_database(it: Play, statement: str) -> list[tuple[Any, ...]]:
    """What the database of the installation says; here is also where two minutes pass at once."""
    with (
        closing(sqlite3.connect(it.installation.data / "groundswell.sqlite3", timeout=20)) as connection,
        connection,
    ):
        return connection.execute(statement).fetchall()


def read_all_mails(it: Play) -> None:
    """Each as a mail program shows it, which knows nothing of our policy."""
    shown: dict[str, Any] = {}
    kinds = dict(in_database(it, "SELECT id, kind FROM outbox_effect"))
    it.page.route("http://mail.example/*", lambda route: route.fulfill(**shown))
    for number, mail in enumerate(mails(it)):
        assert not mail.defects
        assert mail["Bcc"] is None
        assert mail["Set-Cookie"] is None
        effect = str(mail["Message-ID"]).strip("<").partition("@")[0].replace("-", "")
        for kind in ("html", "plain"):
            shown |= {"body": part(mail, kind), "content_type": f"text/{kind}; charset=utf-8"}
            it.ears.where = f"mail, {kinds[effect]}, {kind}"
            it.page.goto(f"http://mail.example/{number}-{kind}")
            it.ears.look(it.page, it.ears.where)


def missing(wanted: set[int], found: dict[str, set[int]], names: Iterable[str]) -> dict[str, list[str]]:
    """The fields or pages in which some texts are missing, and these."""
    return {
        name: [TEXTS[number] for number in sorted(gone)]
        for name in sorted(names)
        if (gone := wanted - found.get(name, set()))
    }


def test_every_text_was_typed_into_every_field(play: Play) -> None:
    fields = {form.plain(one["name"]) for form in play.known.values() for one in form.fields}
    fields = {name for name in fields if not name.endswith((TOKEN, ": form"))}
    assert len(TEXTS) >= 120
    assert len(fields) > 200
    assert missing(set(TEXTS), play.sender.sent, fields) == {}


def words_of(it: Play) -> set[str]:
    """The fields for words of one's own that are kept."""
    return {form.plain(name) for form in it.known.values() for name in form.words if form.at not in NOT_KEPT}


def test_every_field_for_words_keeps_every_text(play: Play) -> None:
    assert len(words_of(play)) > 60
    assert missing(LINES, play.sender.taken, words_of(play)) == {}, play.sender.wrong


def test_every_text_of_every_field_stands_on_a_page(play: Play) -> None:
    shown: dict[str, set[int]] = {}
    for where, texts in play.ears.seen.items():
        for number, name in () if where.startswith("answer to") else texts:
            shown.setdefault(name, set()).add(number)
    assert missing(LINES, shown, words_of(play) - SHOWN_NOWHERE.keys()) == {}


SHOWN_NOWHERE = {
    "desk:discussion-hold: title": "the title of an event, as any other",
    "desk:discussion-hold: venue": "the place of an event, as any other",
    "desk:event-march: reason": "cut to what fits",
    **dict.fromkeys(
        ("desk:segment-new: name", "desk:segment: name"), "in a list of which the first page is opened"
    ),
}
"""Fields of which not every text is shown on the pages that are opened, and why."""


def test_every_page_shows_every_text(play: Play) -> None:
    seen = {where: {number for number, _ in texts} for where, texts in play.ears.seen.items()}
    assert missing(LINES, seen, {sight.route for sight in LATER} - SHOWS_NONE.keys()).keys() == set()


SHOWS_NONE = {
    "desk:sign-in": "nobody knows yet who is there",
    "desk:sign-in-link": "nobody knows yet who is there",
}
"""Pages on which nothing stands that somebody typed, and why."""


def test_every_kind_of_mail_was_read(play: Play) -> None:
    seen = {where: texts for where, texts in play.ears.seen.items() if where.startswith("mail, ")}
    read = {where.split(", ")[1] for where, texts in seen.items() if {number for number, _ in texts} >= LINES}
    assert len(read) > 4
    assert set(_renderers) - read <= UNREAD.keys()


TEXT_ALONE, AS_ANOTHER = "has no HTML", "the words of one that is read, at another time"
UNREAD = {
    **dict.fromkeys(("events.cohost.answered", "events.cohost.invited", "events.cohost.removed"), TEXT_ALONE),
    **{f"blocs.{what}": TEXT_ALONE for what in ("accepted", "asked", "declined", "left", "removed")},
    **{f"discussions.{what}": TEXT_ALONE for what in ("accepted", "asked", "declined", "ended", "left")},
    **{f"groups.affiliation_{what}": TEXT_ALONE for what in ("accepted", "ended", "offered")},
    **{f"groups.{what}": TEXT_ALONE for what in ("factors_changed", "invitation", "sign_in", "welcome")},
    **{f"groups.approval_{what}": TEXT_ALONE for what in ("answered", "asked", "stop")},
    **{f"groups.recovery_{what}": TEXT_ALONE for what in ("asked", "changed")},
    **dict.fromkeys(("mailings.trial", *(f"mailings.trial_{which}" for which in (2, 3, 4))), BRACES),
    **{f"attendances.notice.{what}": AS_ANOTHER for what in ("moved", "reminder", "thanks", "unsafe")},
    **dict.fromkeys(("attendances.moved_up", "attendances.reminder", "attendances.refused"), AS_ANOTHER),
}
"""Kinds of mails in which not every text was read, and why."""


def test_every_field_of_every_template_is_on_one_of_the_pages(play: Play) -> None:
    found = {form.plain(one["name"]).partition(": ")[2] for form in play.known.values() for one in form.fields}
    found |= {name.rpartition("-")[2] for name in found}
    named = {
        name for path in TEMPLATES.rglob("*.html") for name in sum(NAMED.findall(path.read_text()), ()) if name
    }
    assert named - found == ELSEWHERE.keys()


TEMPLATES = ROOT / "src/groundswell/web/templates"
NAMED = re.compile(
    r"""<(?:input|textarea|select)\b[^>]*?\bname="([\w-]+)"|"""
    r"""/(?:field|area|select).html" with [^%]*?\bname=(?:"([\w-]+)"|row.cells.(\w+).name)"""
)
"""How a template says what a field is called."""

ELSEWHERE = {
    **dict.fromkeys(("picture", "logo", "file"), "a file"),
    "credential": "a passkey, which a bare address does not take",
}
"""Fields that are on none of the pages that were opened, and why."""


def test_none_of_them_ran(play: Play) -> None:
    assert play.ears.pages > 700
    assert play.ears.ran == []


def test_the_policy_had_nothing_to_refuse(play: Play) -> None:
    assert play.ears.refused == []
    assert play.ears.faults == []
