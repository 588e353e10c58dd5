"""Mails about an event that several organisations hold: each speaks to its own people, as itself."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from groundswell.attendances.links import link
from groundswell.attendances.models import Attendance
from groundswell.attendances.notices import send_notices, tell
from groundswell.events import cohosts
from groundswell.events.models import CoHost, Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.outbox import delivery
from groundswell.outbox.models import Effect
from groundswell.outbox.queries import Kept, kept_mail
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(delivery, "_closed_until", 0.0)


@pytest.fixture
def event() -> Event:
    host = made_up.organisation(contact_email="office@host.example.org")
    return made_up.event(made_up.root(host), title="Stand in unity", capacity=9)


@pytest.fixture
def ally() -> Organisation:
    return made_up.organisation("allies", "Allies", contact_email="office@allies.example.org")


@pytest.fixture
def cohost(event: Event, ally: Organisation) -> CoHost:
    return made_up.cohost(event, ally)


def newest(to: Organisation) -> Kept:
    made_up.send_mails()
    kept = kept_mail(Effect.objects.filter(organisation_id=to.id).latest("id"))
    assert kept is not None
    return kept


def page(mail: Kept) -> str:
    return re.findall(r"http://\S+(/e/\S+)", mail.text)[-1]


def told(event: Event, kind: str) -> set[str]:
    tell(SYSTEM, event=event, kind=kind, subject="To all", text="Dear friends")
    with time_machine.travel(now() + timedelta(minutes=3)):
        send_notices()
    copies = Effect.objects.filter(kind=f"attendances.notice.{kind}")
    whose = dict(Attendance.objects.values_list("id", "organisation_id"))
    assert all(copy.organisation_id == whose[copy.subject] for copy in copies)
    names = dict(Attendance.objects.values_list("id", "person__name"))
    return {names[copy.subject] for copy in copies}


def test_each_mail_speaks_as_the_organisation_whose_people_it_is(
    event: Event, ally: Organisation, cohost: CoHost
) -> None:
    theirs = made_up.answer(event, "bo@example.org", "Bo", by=ally)
    asked = newest(ally)
    made_up.confirm(theirs)
    for mail in (asked, newest(ally)):
        assert mail.sender.startswith("Allies <")
        assert mail.attachments == ["event.ics"]
        assert mail.text.rstrip().endswith("/privacy/allies")
        assert "Tenants" not in mail.text


def test_links_lead_to_the_organisations_own_page(event: Event, ally: Organisation, cohost: CoHost) -> None:
    made_up.confirmed(event)
    made_up.confirmed(event, by=ally)
    told(event, "cancelled")
    with time_machine.travel(now() + timedelta(minutes=4)):
        assert page(newest(ally)) == f"/e/{event.slug}/allies"
        assert page(newest(event.organisation)) == f"/e/{event.slug}"


def test_once_an_organisation_has_left_links_lead_to_the_host(
    event: Event, ally: Organisation, cohost: CoHost
) -> None:
    made_up.confirmed(event, "bo@example.org", "Bo", by=ally)
    cohosts.leave(SYSTEM, cohost=cohost)
    assert told(event, "cancelled") == {"Bo"}
    with time_machine.travel(now() + timedelta(minutes=4)):
        mail = newest(ally)
    assert (mail.sender.startswith("Allies <"), page(mail)) == (True, f"/e/{event.slug}")


def test_what_came_too_late_is_answered_by_whose_page_it_was(
    event: Event, ally: Organisation, cohost: CoHost
) -> None:
    kind = kinds.named("attend")
    form = {"name": "Bo", "email": "bo@example.org", "agree": "yes"}
    late = Action(
        id=uuid7(),
        kind="attend",
        organisation_id=ally.id,
        subject=event.id,
        payload=kind.parse(form),
        received_at=event.closes_at,
    )
    with transaction.atomic():
        assert [refused.code for refused in kind.settle(ally.id, [late])] == ["event-closed"]
    Effect.objects.update(due_at=now())
    assert newest(ally).sender.startswith("Allies <")


@pytest.mark.parametrize(
    ("kind", "to"),
    [
        ("cancelled", {"Ada", "Bo"}),
        ("moved", {"Ada", "Bo"}),
        ("unsafe", {"Ada", "Bo"}),
        ("reminder", {"Ada", "Bo"}),
        ("note", {"Ada"}),
        ("thanks", {"Ada"}),
    ],
)
def test_what_everybody_must_know_goes_to_everybody(
    event: Event, ally: Organisation, cohost: CoHost, kind: str, to: set[str]
) -> None:
    made_up.confirmed(event)
    made_up.confirmed(event, "bo@example.org", "Bo", by=ally)
    assert told(event, kind) == to


def test_pages_behind_links_speak_as_the_organisation_as_well(
    event: Event, ally: Organisation, cohost: CoHost, client: made_up.Client
) -> None:
    theirs = made_up.confirmed(event, by=ally)
    for purpose in ("confirm", "change", "cancel"):
        response = client.get("/a/" + link(purpose, ally.id, theirs.id).partition("/a/")[2])
        assert response.context["organisation"] == ally
