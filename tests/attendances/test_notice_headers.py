"""Mail to those who are coming that can be done without ends with one click; all other mail has no such button."""

import re
from collections.abc import Iterator
from dataclasses import replace

import dkim
import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import timedelta
from pytest_django import Settings

from groundswell.attendances.models import Attendance, Notice
from groundswell.attendances.notices import mail_kind, send_notices, tell
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.scope import everywhere
from groundswell.outbox import delivery
from groundswell.outbox.dkim import make_key
from groundswell.outbox.models import Effect
from groundswell.people import choices
from groundswell.web.public import pages
from tests import made_up
from tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.door]


class SettledAtOnce:
    """Stands where the journal stands."""

    def append(self, action: Action) -> None:
        with everywhere("the worker settles, not the request"):
            assert kinds.named(action.kind).settle(action.organisation_id, [action]) == []


@pytest.fixture
def server(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(pages, "journal", SettledAtOnce)
    monkeypatch.setattr(delivery, "_closed_until", 0.0)
    settings.DATA = tmp_path
    with mail_server() as running:
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, smtp=running.url)
        yield running


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


@pytest.fixture
def ada(event: Event) -> Attendance:
    made = made_up.confirmed(event, boxes=("agree", "updates"))
    Effect.objects.all().delete()
    return made


def write(event: Event, kind: str) -> None:
    """Tell those who are coming, and deliver it by the server."""
    if kind == "thanks":
        Event.objects.filter(id=event.id).update(opens_at=now() - timedelta(hours=2), closes_at=now())
    elif kind == "moved":
        Event.objects.filter(id=event.id).update(former={"version": 0, "day": made_up.in_days(6).isoformat()})
    elif kind == "cancelled":
        Event.objects.filter(id=event.id).update(status="cancelled")
    event.refresh_from_db()
    tell(SYSTEM, event=event, kind=kind, subject="To all", text="Dear friends")
    Notice.objects.update(due_at=now())
    send_notices()
    made_up.send_mails()


@pytest.mark.parametrize("kind", ["note", "thanks", "reminder"])
def test_it_ends_with_one_click_and_without_a_cookie(
    server: MailServer, event: Event, ada: Attendance, kind: str
) -> None:
    write(event, kind)
    (mail,) = server.taken
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == f"<events.{event.organisation.slug}.127.0.0.1>"
    assert re.fullmatch(rf"[0-9a-f]{{12}}:{kind}:{event.organisation.slug}:groundswell", mail["Feedback-ID"])
    link = re.fullmatch(r"<http://[^/]+(/me/mute/[^>]+)>", mail["List-Unsubscribe"])
    assert link
    # A mail program reads the address as it stands: no word of it may be encoded or folded.
    raw = dict(mail.raw_items())["List-Unsubscribe"]
    assert raw.split() == [f"<{mail['List-Unsubscribe'][1:-1]}>"]
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body
        assert link[1] in body.get_content()
        assert "/me/" in body.get_content().replace(link[1], "")
    client = Client(enforce_csrf_checks=True)
    assert client.get(link[1]).status_code == 200
    write(event, kind)
    assert len(server.taken) == 2
    assert client.post(link[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not client.cookies
    write(event, kind)
    assert len(server.taken) == 2
    assert Effect.objects.filter(kind=mail_kind(kind), state="void").count() == 1
    ada.refresh_from_db()
    assert ada.status == "accepted"


def test_where_there_is_a_key_its_button_is_signed(server: MailServer, event: Event, ada: Attendance) -> None:
    record = make_key(settings.DATA, domain="example.org", selector="s1").partition("TXT ")[2].encode()
    write(event, "note")
    (raw,) = server.raw
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)
    for said in (b"List-Unsubscribe: <", b"List-Unsubscribe-Post: L"):
        assert said in raw
        assert not dkim.verify(raw.replace(said, said + b"x", 1), dnsfunc=lambda name, timeout=5: record)


def test_without_shutting_the_address_the_next_note_would_go(
    server: MailServer, event: Event, ada: Attendance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "shut", lambda *_args: None)
    made_up.act("mute", ada.organisation_id, ada.person_id, {})
    write(event, "note")
    assert len(server.taken) == 1


def test_what_must_be_told_has_no_such_button_and_still_comes(
    server: MailServer, event: Event, ada: Attendance
) -> None:
    made_up.act("mute", ada.organisation_id, ada.person_id, {})
    write(event, "cancelled")
    (mail,) = server.taken
    for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID"):
        assert mail[name] is None
    assert "/me/mute/" not in str(mail)


def test_the_mail_that_asks_for_a_confirmation_has_none(server: MailServer, event: Event) -> None:
    made_up.answer(event, "bea@example.org", "Bea")
    made_up.send_mails()
    (mail,) = server.taken
    assert mail["List-Unsubscribe"] is None


def test_it_takes_back_the_news_as_well_and_says_so(server: MailServer, event: Event, ada: Attendance) -> None:
    write(event, "note")
    link = re.search(r"/me/mute/[^>]+", server.taken[0]["List-Unsubscribe"])
    assert link
    assert "still reaches you" in Client().get(link[0]).content.decode()
    Client().post(link[0])
    said = ada.person.consents.filter(action="object").values_list("purpose", flat=True)
    assert list(said) == ["updates"]
