"""Every text that somebody sees is given to gettext: in a language that nobody speaks, nothing else is left.

What an organisation or a supporter typed is not translated; a text that stands in the database is taken for such.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from groundswell.attendances import mails
from groundswell.attendances.before import Before
from groundswell.attendances.bloc_notices import ready_for_bloc
from groundswell.attendances.models import Attendance, Notice
from groundswell.attendances.notices import Kind, ready_words, tell
from groundswell.attendances.reminders import ready_to_remind, set_reminder, words_of_reminder
from groundswell.blocs.access import calling_for
from groundswell.config.catalogues import PSEUDO
from groundswell.events import operations as events
from groundswell.events.details import details_of
from groundswell.events.models import Event
from groundswell.events.timing import zones
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.intake.models import Entry
from groundswell.ops.testing.pseudo import CLOSES, OPENS
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect
from groundswell.web.desk.event_share import WAYS
from tests import made_up
from tests.guards.addresses import ADDRESSES, Address
from tests.guards.house import SOURCE
from tests.guards.world import World, build
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

TEMPLATES = sorted(path for path in SOURCE.rglob("templates/**/*.*") if path.suffix in {".html", ".txt"})
SAID_BY_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "data-confirm", "hx-confirm"}
NAMES = {
    "Groundswell",
    "A4",
    "A5",
    "ico.org.uk/make-a-complaint",
    *(name for _, name in settings.LANGUAGES),
    *WAYS,
}
"""The same in every language; the names of ways stand in addresses."""

UNSAID = NAMES | {"Subject:"}
"""What stands in a template and is no text: how a mail's file begins."""

ON_A_MAP = re.compile(r"[A-Z]{2}\s[0-9]{3}\s[0-9]{3}|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9]|500 m")
"""Squares of the National Grid, postcodes and the length of a scale: the same in every language."""

HERE = settings.PUBLIC_URL.partition("//")[2]

ON_A_CALENDAR = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December|a\.?m\.?|p\.?m\.?"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(day)?\b\.?"
)
"""What Django itself translates, and has no catalogue of this language for."""


class Words(Markup):
    """The texts of a page one by one, those of attributes that are read out among them."""

    def __init__(self, html: str) -> None:
        self.said: list[str] = []
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        self.said += [value for name, value in attrs if name in SAID_BY_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self._open[-1:] not in (["script"], ["style"], ["code"], ["pre"]):
            self.said.append(data)


def literal(template: str) -> list[str]:
    """What a template says by itself, outside of what it translates."""
    bare = re.sub(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", "", template, flags=re.DOTALL)
    bare = re.sub(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", "", bare, flags=re.DOTALL)
    bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", bare)
    said = [line.strip() for text in Words(bare).said for line in text.splitlines()]
    return [text for text in said if re.search(r"[^\W\d_]", text) and text not in UNSAID]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_but_what_it_translates(path: Path) -> None:
    assert literal(path.read_text()) == []


def test_the_twin_finds_a_literal_text() -> None:
    template = '<p title="Look">{% translate "Yes" %} No</p>{# Nothing #}<b>{{ title }}</b>'
    assert literal(template) == ["Look", "No"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Organisations whose pages are offered in the language that nobody speaks, for all tests here."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            made = build()
            for organisation in Organisation.objects.all():
                made_up.speak(organisation, PSEUDO)
            yield made
            transaction.set_rollback(True)
        # The journal's writer has a connection of its own: what it wrote is not taken back with the rest.
        Entry.objects.all().delete()


@pytest.fixture
def _django_db_helper(world: World) -> None:
    """In place of a transaction for each test: the world's own."""


def stored() -> str:
    """Every text in the database."""
    fields = [
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"CharField", "TextField", "EmailField", "SlugField", "JSONField"}
    ]
    values = (value for model, name in fields for value in model._default_manager.values_list(name, flat=True))
    return "\n".join(" ".join(str(value).split()) for value in values)


def ready_in_english(world: World) -> str:
    """The words that are ready in English: an organiser sees those of every language that is offered."""
    calling = calling_for(SYSTEM, world.own.bloc.id)
    of_a_bloc = [ready_for_bloc(calling, kind)["en"] for kind in (Kind.CANCELLED, Kind.MOVED, Kind.NOTE)]
    with override("en"):
        words = [
            *(ready_words(world.own.event, kind) for kind in Notice.Kind),
            *(ready_to_remind(world.own.event, before) for before in Before),
            *(one.values() for one in of_a_bloc),
        ]
    return "\n".join("\n".join(each) for each in words)


def untranslated(html: str, data: str) -> list[str]:
    """The texts of a page that are neither in this language nor somebody's own words."""
    return [text for text in _texts(html) if text not in data and text not in NAMES]


def _texts(html: str) -> Iterator[str]:
    for said in Words(html).said:
        if OPENS in said or CLOSES in said or HERE in said or said.replace(" ", "_") in zones():
            continue
        # A list of names, a date with its time: each part has its own origin.
        for part in re.split(r"[,:\n·]", ON_A_MAP.sub("", ON_A_CALENDAR.sub("", said))):
            if re.search(r"[^\W\d_]{2}", part):
                yield " ".join(part.split()).strip(" .")


def answers(world: World, address: Address) -> Iterator[str]:
    """An address as its owner sees it, and what it says where nothing was filled in."""
    client: Client = world.client(address.asker("GET"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = PSEUDO
    url = address.url(world.own)
    for method, sent in ((client.get, None), (client.post, {})):
        with transaction.atomic():
            response = method(url, sent)
            transaction.set_rollback(True)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            yield response.content.decode()


PAGES = [address for address in ADDRESSES if not address.route.startswith(("api/", "static/", "desk/outbox"))]
"""All but the outbox: it shows mails as their readers get them."""


@pytest.mark.drawn
@pytest.mark.parametrize("address", PAGES, ids=str)
def test_every_page_speaks_the_language_that_was_asked_for(world: World, address: Address) -> None:
    for html in answers(world, address):
        assert untranslated(html, f"{stored()}\n{ready_in_english(world)}") == []
        assert Markup(html).all("html") in ([], [{"lang": PSEUDO, "dir": "rtl"}])


def test_the_twin_finds_a_text_that_was_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With gettext taken out of one module, its texts are found."""
    monkeypatch.setattr("groundswell.web.public.privacy._", str)
    (html, *_) = answers(world, next(each for each in PAGES if each.route == "privacy/<slug:slug>"))
    assert untranslated(html, stored())[0] == "How many people came"


Write = Callable[[Effect], Mail | None]


def read_aloud(mail: Mail | None) -> Iterator[str]:
    """Subject and text of a mail, and its page."""
    assert mail
    yield "".join(f"<p>{escape(line)}</p>" for line in (mail.subject, *mail.text.splitlines()))
    yield mail.html


@pytest.mark.parametrize("write", [mails.confirm, mails.reminder], ids=lambda write: write.__name__)
def test_a_mail_speaks_the_language_of_the_answer(world: World, write: Write) -> None:
    event = world.own.event
    with transaction.atomic():
        form = {"name": "Zoë", "email": "zoe@example.org", "agree": "yes", "language": PSEUDO}
        assert not made_up.act("attend", event.organisation_id, event.id, form)
        attendance = Attendance.objects.get(person__email="zoe@example.org")
        mail = write(Effect.objects.get(subject=attendance.id))
        data = stored()
        transaction.set_rollback(True)
    for read in read_aloud(mail):
        assert untranslated(read, data) == []


def told(world: World, kind: str) -> Mail | None:
    """A notice to somebody who answered in the language that nobody speaks."""
    event = world.own.event
    said = tell(SYSTEM, event=event, kind=kind, subject="To all", text="Dear friends")
    return mails.notice(Effect(subject=coming(event).id, about=said.id))


def coming(event: Event) -> Attendance:
    """Somebody who confirmed what they said in the language that nobody speaks, with all that a mail can show."""
    events.change(SYSTEM, event=event, details=replace(details_of(event), online_url=ONLINE))
    attendance = made_up.answer(event, "zoe@example.org", "Zoë", guests=2, language=PSEUDO)
    return made_up.confirm(attendance)


ONLINE = "https://meet.example.org/zoe"


def placed(world: World, kind: str = "placed") -> Mail | None:
    """That there is a place."""
    attendance = coming(world.own.event)
    return mails.placed(Effect(subject=attendance.id, kind=f"attendances.{kind}"))


def waiting(world: World) -> Mail | None:
    """That there is no place: others bring people too, so the host could not make the room so small by itself."""
    Event.objects.filter(id=world.own.event.id).update(capacity=1)
    attendance = coming(Event.objects.select_related("group", "organisation").get(id=world.own.event.id))
    return mails.placed(Effect(subject=attendance.id, kind="attendances.placed"))


def refused(world: World, status: str) -> Mail | None:
    """That an answer came too late."""
    event = world.own.event
    Event.objects.filter(id=event.id).update(status=status)
    return mails.refused(
        Effect(organisation_id=event.organisation_id, subject=event.id, address="zoe@example.org", language=PSEUDO)
    )


def reminded(world: World) -> Mail | None:
    """A reminder that goes out by itself, in the ready words of each language."""
    event = Event.objects.select_related("organisation").get(id=world.own.event.id)
    words = {**words_of_reminder(event, Before.DAY, None), "en": {"subject": "Tomorrow", "text": "Come."}}
    said = set_reminder(SYSTEM, event=event, before=Before.DAY, words=words)
    mail = mails.notice(Effect(subject=coming(event).id, about=said.id))
    assert mail
    assert OPENS in mail.subject
    return mail


LATER_MAILS: dict[str, Callable[[World], Mail | None]] = {
    **{f"notice, {kind}": partial(told, kind=kind) for kind in Kind.values},
    "reminder by itself": reminded,
    "placed": placed,
    "waiting": waiting,
    "moved up": partial(placed, kind="moved_up"),
    "refused, over": partial(refused, status="over"),
    "refused, cancelled": partial(refused, status="cancelled"),
}


@pytest.mark.parametrize("name", LATER_MAILS)
def test_what_comes_later_by_mail_speaks_it_as_well(world: World, name: str) -> None:
    with transaction.atomic():
        mail = LATER_MAILS[name](world)
        data = stored()
        transaction.set_rollback(True)
    for read in read_aloud(mail):
        assert OPENS in read
        assert untranslated(read, data) == []


def test_the_twin_finds_a_mail_in_another_language(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the outbox did not keep the language, a late answer is explained in the organisation's own."""
    speaking = mails._speaking
    monkeypatch.setattr(mails, "_speaking", lambda event, _language: speaking(event, ""))
    with transaction.atomic():
        mail = refused(world, "over")
        data = stored()
        transaction.set_rollback(True)
    assert any(untranslated(read, data) for read in read_aloud(mail))
