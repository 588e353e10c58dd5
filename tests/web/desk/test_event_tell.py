"""Words to those who are coming, and calling an event off with them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from groundswell.attendances.models import Notice
from groundswell.events.models import Event
from groundswell.events.operations import change
from groundswell.groups import approvals
from groundswell.groups.freshness import FRESH
from groundswell.groups.models import Approval, Group
from groundswell.kit.clock import now
from groundswell.people.languages import offer_languages
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def rally(group: Group) -> Event:
    return made_up.event(group)


def path(rally: Event, more: str = "/tell") -> str:
    return f"/desk/events/{rally.id}{more}"


def text(response: object) -> str:
    return " ".join(Markup(response.content.decode()).text.split())  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["cancelled", "moved", "unsafe", "reminder", "note", "thanks"])
def test_there_are_ready_words_for_each(organiser: Client, rally: Event, kind: str) -> None:
    shown = Markup(organiser.get(path(rally, f"/tell?kind={kind}")).content.decode())
    subject = next(field["value"] for field in shown.all("input") if field["name"] == "subject")
    assert "Stand in unity" in subject


def test_what_is_written_goes_out_and_can_be_taken_back(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally)
    form = {"kind": "note", "subject": "To all", "text": "Dear friends", "date": "", "time": ""}
    assert organiser.post(path(rally), form).status_code == 303
    page = organiser.get(path(rally))
    assert "To all" in text(page)
    back = re.search(r'action="([^"]+/back)"', page.content.decode())[1]
    organiser.post(back)
    assert Notice.objects.get().withdrawn_at is not None
    assert "Taken back" in text(organiser.get(path(rally)))
    organiser.post(back)
    assert "Too late" in text(organiser.get(path(rally)))


def test_to_many_a_second_person_agrees_on_the_page_of_requests(
    group: Group, rally: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.attendances.by_two.MANY", 0)
    made_up.confirmed(rally)
    with time_machine.travel(now() - approvals.HELD):
        accounts = [made_up.account(group, email=f"{name}@example.org") for name in ("first", "second")]
    asker, second = (made_up.browser(account) for account in accounts)
    form = {"kind": "note", "subject": "To all", "text": "Dear friends", "date": "", "time": ""}
    assert asker.post(path(rally), form).status_code == 303
    page = asker.get(path(rally))
    assert "so a second person agrees first" in text(page)
    assert "Waits for a second person, since it reaches so many." in text(page)
    back = re.search(r'action="([^"]+/back)"', page.content.decode())[1]
    asker.post(back, {"then": "ask"})
    earlier, asked = Approval.objects.order_by("asked_at")
    assert earlier.stopped_at
    assert "“To all” to about 1 people who are coming to “Stand in unity" in text(second.get("/desk/approvals"))
    second.post(f"/desk/approvals/{asked.id}", {"then": "approve"})
    asker.post(f"/desk/approvals/{asked.id}", {"then": "use"})
    assert "It goes out in two minutes" in text(asker.get("/desk/approvals"))
    assert not Notice.objects.get().waits_for_two
    asker.post(back, {"then": "ask"})
    assert "Waits for a second person" not in text(asker.get(path(rally)))


def test_a_reminder_is_ready_for_the_day_before(organiser: Client, rally: Event) -> None:
    page = Markup(organiser.get(path(rally)).content.decode())
    fields = {field["name"]: field.get("value", "") for field in page.all("input")}
    assert fields["date"] == made_up.in_days(6).isoformat()
    form = {"kind": "reminder", "subject": "x", "text": "y", "date": fields["date"], "time": "10:00"}
    assert organiser.post(path(rally), form).status_code == 303
    assert Notice.objects.get().due_at.date() == made_up.in_days(6)


def test_a_warning_takes_one_person_with_a_fresh_sign_in(organiser: Client, rally: Event) -> None:
    form = {"kind": "unsafe", "subject": "Safety", "text": "Do not go", "date": "", "time": ""}
    later = organiser.post(path(rally), {**form, "date": made_up.in_days(6).isoformat(), "time": "10:00"})
    assert (later.status_code, Notice.objects.count()) == (422, 0)
    for _again in range(2):
        assert organiser.post(path(rally), form).status_code == 303
    with time_machine.travel(now() + FRESH + timedelta(minutes=1)):
        assert organiser.post(path(rally), form).status_code == 403
    assert [notice.kind for notice in Notice.objects.all()] == ["unsafe", "unsafe"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"subject": ""}, 422), ({"date": "tomorrow"}, 422), ({"date": "2020-01-01", "time": "10:00"}, 422)],
)
def test_what_was_typed_stays(organiser: Client, rally: Event, wrong: dict[str, str], status: int) -> None:
    form = {"kind": "note", "subject": "To all", "text": "Dear <b>friends", "date": "", "time": "", **wrong}
    response = organiser.post(path(rally), form)
    assert response.status_code == status
    assert "Dear <b>friends" in Markup(response.content.decode()).text
    assert not Notice.objects.exists()


def test_of_a_move_they_are_told_once_and_the_page_asks_for_it(
    organiser: Client, rally: Event, group: Group
) -> None:
    moved = change(made_up.SYSTEM, event=rally, details=made_up.details(venue_name="Town Hall"))
    assert "were not told" not in text(organiser.get(path(rally, ""))), "nobody is coming"
    made_up.confirmed(rally)
    assert "were not told" in text(organiser.get(path(rally, "")))
    form = {"kind": "moved", "subject": "Changed", "text": "See below", "date": "", "time": ""}
    assert organiser.post(path(rally), form).status_code == 303
    assert "were not told" not in text(organiser.get(path(rally, "")))
    assert organiser.post(path(rally), form).status_code == 409
    # A word that is mended later is no other move.
    mended = made_up.details(venue_name="Town Hall", text="Bring two friends.")
    change(made_up.SYSTEM, event=moved, details=mended)
    assert "were not told" not in text(organiser.get(path(rally, "")))
    assert organiser.post(path(rally), form).status_code == 409


def test_nobody_needs_to_be_told(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally)
    change(made_up.SYSTEM, event=rally, details=made_up.details(venue_name="Town Hall"))
    assert "Nobody needs to be told" in text(organiser.get(path(rally)))
    assert organiser.post(path(rally), {"then": "nobody"}).status_code == 303
    assert "were not told" not in text(organiser.get(path(rally, "")))
    assert "Nobody needs to be told" not in text(organiser.get(path(rally)))
    assert not Notice.objects.exists()
    organiser.post(path(rally, "/cancel"), {"tell": ""})
    assert "It is cancelled, and those who are coming were not told." in text(organiser.get(path(rally, "")))
    organiser.post(path(rally), {"then": "nobody"})
    assert "were not told" not in text(organiser.get(path(rally, "")))


def test_every_language_has_its_words(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally)
    offer_languages(made_up.SYSTEM, organisation=rally.organisation, languages=["en", "fr"])
    for more in ("/tell?kind=moved", "/cancel"):
        shown = Markup(organiser.get(path(rally, more)).content.decode())
        fields = {field["name"]: field.get("value", "") for field in shown.all("input")}
        assert fields["subject"].endswith("Stand in unity")
        assert fields["subject_fr"].endswith("Stand in unity")
        assert fields["subject_fr"] != fields["subject"]
    words = {"subject": "Off", "text": "It is off.", "subject_fr": "", "text_fr": "C’est annulé."}
    wrong = organiser.post(path(rally, "/cancel"), {"tell": "yes", **words})
    assert wrong.status_code == 422
    assert "C’est annulé." in text(wrong)
    assert (
        organiser.post(path(rally, "/cancel"), {"tell": "yes", **words, "subject_fr": "Annulé"}).status_code == 303
    )
    assert Notice.objects.get().said_in("fr") == ("Annulé", "C’est annulé.")
    shown = organiser.get(path(rally)).content.decode()
    assert ': <b><bdi lang="fr">Annulé</bdi></b>' in shown
    assert '<p class="letter" lang="fr">C’est annulé.</p>' in shown


def test_an_event_is_called_off_with_words(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally, guests=1)
    page = organiser.get(path(rally, "/cancel"))
    assert "2 people are coming" in text(page)
    wrong = organiser.post(path(rally, "/cancel"), {"tell": "yes", "subject": "", "text": "Sorry"})
    assert wrong.status_code == 422
    rally.refresh_from_db()
    assert rally.status == "published"
    organiser.post(path(rally, "/cancel"), {"tell": "yes", "subject": "Off", "text": "Sorry"})
    rally.refresh_from_db()
    notice = Notice.objects.get()
    assert (rally.status, notice.kind, notice.text) == ("cancelled", "cancelled", "Sorry")
    organiser.post(path(rally, "/cancel"), {"tell": "yes", "subject": "Off", "text": "Sorry"})
    assert Notice.objects.count() == 1


def test_an_event_is_called_off_in_silence(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally, "/cancel"), {"subject": "", "text": ""})
    rally.refresh_from_db()
    assert (rally.status, Notice.objects.count()) == ("cancelled", 0)
