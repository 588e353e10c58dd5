"""The mails about an answer, as they arrive."""

import re
from datetime import time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
import time_machine
from django.urls import get_script_prefix
from icalendar import Calendar
from pytest_django import Settings

from groundswell.attendances import upkeep
from groundswell.attendances.links import opened
from groundswell.attendances.models import Attendance
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.models import Organisation
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.crypto import BadLink, sign
from groundswell.kit.ids import uuid7
from groundswell.outbox import delivery
from groundswell.outbox.models import Effect
from groundswell.people.languages import offer_languages
from groundswell.people.models import Person
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(delivery, "_closed_until", 0.0)


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation(
        contact_email="office@example.org", postal_address="1 Mill Lane, Riverside", accent="#004d40"
    )


@pytest.fixture
def event(organisation: Organisation) -> Event:
    return made_up.event(made_up.root(organisation), title="Stand in unity", starts=time(18, 30), ends=time(20))


def sent(settings: Settings) -> list[EmailMessage]:
    """What was delivered now, the oldest first."""
    before = set((settings.DATA / "outbox").rglob("*.eml"))
    while delivery.deliver():
        pass
    new = sorted(set((settings.DATA / "outbox").rglob("*.eml")) - before, key=lambda path: path.stat().st_mtime_ns)
    return [cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=default)) for path in new]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return cast(str, body.get_content())


def html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return cast(str, body.get_content())


def links(mail: EmailMessage) -> dict[str, str]:
    return dict(re.findall(r"http://\S+/a/(\w+)/(\S+)", text(mail)))


def test_the_mail_asks_whether_the_answer_is_its_owners(event: Event, settings: Settings) -> None:
    attendance = made_up.answer(event, name="Ada <b>Lovelace</b>", guests=2)
    (mail,) = sent(settings)
    assert mail["Subject"] == "Please confirm: Stand in unity"
    assert mail["From"].addresses[0].display_name == "Tenants’ Union"
    assert mail["Reply-To"].addresses[0].addr_spec == "office@example.org"
    assert "Hello Ada <b>Lovelace</b>," in text(mail)
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in html(mail)
    assert "1 Mill Lane, Riverside" in text(mail)
    assert "Riverside Hall" in text(mail)
    assert opened("confirm", links(mail)["confirm"]) == (event.organisation_id, attendance.id)
    assert opened("cancel", links(mail)["cancel"]) == (event.organisation_id, attendance.id)
    assert opened("forget", links(mail)["forget"]) == (event.organisation_id, attendance.person_id)
    assert all(token in html(mail) for token in links(mail).values())


def test_the_date_comes_along_for_the_calendar(event: Event, settings: Settings) -> None:
    made_up.answer(event)
    (mail,) = sent(settings)
    file = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    entry = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")[0]
    assert entry["SUMMARY"] == "Stand in unity"
    assert entry["DTSTART"].dt.isoformat().startswith(f"{event.day}T18:30:00")
    assert entry["DTEND"].dt.isoformat().startswith(f"{event.day}T20:00:00")
    assert entry["UID"] == f"{event.id}@groundswell"
    assert entry["URL"].endswith("/e/stand-in-unity")
    assert entry["LOCATION"] == "Riverside Hall"


def test_a_day_without_a_time_lasts_all_day_and_says_what_is_to_be_announced(
    organisation: Organisation, settings: Settings
) -> None:
    event = made_up.event(made_up.root(organisation), starts=None, venue_name="")
    made_up.answer(event)
    (mail,) = sent(settings)
    file = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    entry = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")[0]
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (event.day, event.day + timedelta(days=1))
    assert entry["LOCATION"] == "Place to be announced"
    assert "to be announced" in text(mail)


def test_a_demonstration_says_so_in_every_mail(settings: Settings) -> None:
    note = "Demonstration, after events of July 2016"
    event = made_up.event(made_up.root(made_up.organisation(demonstration_note=note)))
    made_up.answer(event)
    (mail,) = sent(settings)
    assert note in text(mail)
    assert note in html(mail)
    file = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert note in Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")[0]["DESCRIPTION"]


def test_where_the_law_asks_for_an_imprint_every_mail_has_it(settings: Settings) -> None:
    imprint = "Promoted by Ada <b>\n1 Mill Lane"
    made_up.answer(made_up.event(made_up.root(made_up.organisation(imprint=imprint))))
    (mail,) = sent(settings)
    assert imprint in text(mail).replace("\r\n", "\n")
    assert "Promoted by Ada &lt;b&gt;<br>1 Mill Lane" in html(mail)


def test_the_reminder_says_that_it_is_the_only_one(event: Event, settings: Settings) -> None:
    made_up.answer(event)
    sent(settings)
    with time_machine.travel(now() + timedelta(hours=25)):
        upkeep.remind_unconfirmed()
        (mail,) = sent(settings)
    assert mail["Subject"] == "Still to confirm: Stand in unity"
    assert "the only reminder" in text(mail)
    assert set(links(mail)) == {"confirm", "forget"}


def test_a_mail_shows_what_was_typed_last(event: Event, settings: Settings) -> None:
    made_up.answer(event, name="Ada")
    made_up.answer(event, "ADA@example.org", name="Ada Lovelace")
    (mail,) = sent(settings)
    assert "Hello Ada Lovelace," in text(mail)


MAYBE = {
    "en": (
        "you may come to: Stand in unity",
        "told us that you may come:",
        "Confirm that I may come",
        "your “maybe”",
    ),
    "fr": (
        "vous viendrez peut-être à",
        "que vous viendrez peut-être",
        "Confirmer que je viendrai peut-être",
        "votre «\N{NO-BREAK SPACE}peut-être\N{NO-BREAK SPACE}»",
    ),
}
SURE = ("you are coming", "I’m coming", "vous venez", "je viens")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_may_come_is_asked_whether_they_may(event: Event, settings: Settings, language: str) -> None:
    to_text, to_html, button, still = MAYBE[language]
    offer_languages(made_up.SYSTEM, organisation=event.organisation, languages=["en", "fr"])
    made_up.answer(event, answer="tentative", language=language)
    (mail,) = sent(settings)
    assert to_text in text(mail)
    assert to_html in html(mail)
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        upkeep.remind_unconfirmed()
        (again,) = sent(settings)
    assert still in text(again)
    assert still in html(again)
    for each in (mail, again):
        assert button in html(each)
        assert not [word for word in SURE if word in text(each) + html(each)]


@pytest.mark.parametrize("then", ["confirmed", "declined", "gone", "cancelled"])
def test_who_needs_no_mail_any_more_gets_none(event: Event, settings: Settings, then: str) -> None:
    attendance = made_up.answer(event)
    if then == "confirmed":
        made_up.confirm(attendance)
    elif then == "declined":
        made_up.cancel(attendance)
    elif then == "gone":
        attendance.delete()
    else:
        events.cancel(made_up.SYSTEM, event=event)
    assert sent(settings) == []
    assert Effect.objects.get().state == Effect.State.VOID


def late(event: Event, **more: str) -> None:
    form = {"name": "Ada", "email": "ada@example.org", "agree": "yes", **more}
    payload = kinds.named("attend").parse(form)
    action = Action(uuid7(), "attend", event.organisation_id, event.id, payload, event.closes_at)
    kinds.named("attend").settle(event.organisation_id, [action])
    Effect.objects.update(due_at=now())


def test_who_came_too_late_is_told_that_nothing_is_kept(event: Event, settings: Settings) -> None:
    late(event)
    (mail,) = sent(settings)
    assert mail["To"] == "ada@example.org"
    assert mail["Subject"] == "Not possible any more: Stand in unity"
    assert "It took no more answers when yours arrived." in text(mail)
    assert "We have kept nothing about you." in text(mail)
    assert links(mail) == {}
    assert Effect.objects.get().address == ""


def test_who_came_too_late_is_told_in_the_language_of_the_page(event: Event, settings: Settings) -> None:
    offer_languages(made_up.SYSTEM, organisation=event.organisation, languages=["en", "fr"])
    late(event, language="fr")
    assert Effect.objects.get().language == "fr"
    (mail,) = sent(settings)
    assert mail["Subject"] == "Plus possible\N{NO-BREAK SPACE}: Stand in unity"
    assert "/fr/e/stand-in-unity" in text(mail)
    assert Effect.objects.get().language == ""


def test_who_answered_what_was_cancelled_is_told_why(event: Event, settings: Settings) -> None:
    events.cancel(made_up.SYSTEM, event=event)
    late(event)
    (mail,) = sent(settings)
    assert "It was cancelled just before your answer arrived." in text(mail)


@pytest.mark.parametrize("then", ["gone", "no address"])
def test_without_an_event_or_an_address_nobody_is_told(event: Event, settings: Settings, then: str) -> None:
    late(event)
    if then == "gone":
        event.delete()
    else:
        Effect.objects.update(address="")
    assert sent(settings) == []


def test_a_link_is_good_for_what_it_was_made_for(settings: Settings) -> None:
    one, two = uuid7(), uuid7()
    token = sign(settings.SECRETS.links, "attendance:confirm", one, two)
    assert opened("confirm", token) == (one, two)
    for purpose, wrong in [
        ("cancel", token),
        ("confirm", sign(settings.SECRETS.links, "attendance:confirm", one)),
    ]:
        with pytest.raises(BadLink):
            opened(purpose, wrong)


def test_names_cannot_add_a_header(event: Event, settings: Settings) -> None:
    with pytest.raises(kinds.Invalid):
        made_up.answer(event, name="Ada\r\nBcc: eve@example.org")
    events.change(made_up.SYSTEM, event=event, details=made_up.details(title="Unity\u00a0=?utf-8?q?Bcc:_eve?="))
    made_up.answer(event, name="=?utf-8?q?=0ABcc:_eve@example.org?=")
    (mail,) = sent(settings)
    assert mail["Bcc"] is None
    assert str(mail["To"]) == "ada@example.org"
    assert Attendance.objects.count() == 1


def test_a_mail_speaks_the_language_of_the_answer(event: Event, settings: Settings) -> None:
    offer_languages(made_up.SYSTEM, organisation=event.organisation, languages=["en", "fr"])
    form = {"name": "Ada", "email": "ada@example.org", "agree": "yes", "language": "fr"}
    assert not made_up.act("attend", event.organisation_id, event.id, form)
    (mail,) = sent(settings)
    assert mail["Subject"] == "À confirmer\N{NO-BREAK SPACE}: Stand in unity"
    assert "de 18 h 30 à 20 h" in text(mail)
    assert "/fr/a/confirm/" in text(mail)
    assert get_script_prefix() == "/"


def test_a_mail_speaks_the_organisations_language_where_it_has_no_other(event: Event, settings: Settings) -> None:
    made_up.answer(event)
    Person.objects.update(language="fr")
    (mail,) = sent(settings)
    assert mail["Subject"] == "Please confirm: Stand in unity"
    assert "0/a/confirm/" in text(mail)
