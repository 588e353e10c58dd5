"""One tap in an invitation and one button."""

import pytest
from django.test import Client

from groundswell.attendances.models import Attendance
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.intake.journal import NotKept
from groundswell.intake.kinds import Action
from groundswell.kit.ids import uuid7
from groundswell.mailings.links import invitations
from groundswell.mailings.subjects import mark, via
from groundswell.people.models import Person
from groundswell.web.public import pages
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = [pytest.mark.django_db, pytest.mark.door]


class Full:
    """A journal on a full disk."""

    def append(self, _action: Action) -> None:
        raise NotKept


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()), title="A rally")


@pytest.fixture
def ada(event: Event) -> Person:
    return made_up.subscriber(event.organisation, "Ada")


def path(event: Event, person: Person) -> str:
    return f"/me/come/{invitations(event.organisation_id, event.id)(person.id)}"


def pressed(client: Client, page: str) -> dict[str, str]:
    """What the form on a page sends."""
    markup = Markup(client.get(page).content.decode())
    assert faults(markup) == []
    return {one["name"]: one.get("value", "") for one in markup.all("input") if one.get("type") == "hidden"}


def test_one_button_and_they_are_coming(client: Client, event: Event, ada: Person) -> None:
    page = client.get(path(event, ada)).content.decode()
    assert "A rally" in page
    assert "Yes, I’m coming" in page
    assert "What you agree to" in page
    assert not Attendance.objects.exists()
    answer = client.post(path(event, ada), pressed(client, path(event, ada)))
    assert answer.status_code == 200
    assert "You are coming" in answer.content.decode()
    assert Attendance.objects.get().person == ada


def test_a_scanner_that_opens_it_changes_nothing(client: Client, event: Event, ada: Person) -> None:
    assert client.get(path(event, ada)).status_code == client.head(path(event, ada)).status_code == 200
    assert not Attendance.objects.exists()


def test_what_names_no_words_is_asked_again(client: Client, event: Event, ada: Person) -> None:
    answer = client.post(path(event, ada), {"wording": "none"})
    assert "Press the button" in answer.content.decode()
    assert not Attendance.objects.exists()


def test_what_is_full_is_said(client: Client, event: Event, ada: Person) -> None:
    Event.objects.update(capacity=1)
    answer = client.post(path(event, ada), pressed(client, path(event, ada)))
    assert "waiting list" in answer.content.decode()


def test_what_cannot_be_kept_is_asked_again(
    client: Client, event: Event, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = pressed(client, path(event, ada))
    monkeypatch.setattr(pages, "journal", Full)
    answer = client.post(path(event, ada), form)
    assert answer.status_code == 503
    assert "Yes, I’m coming" in answer.content.decode()


def test_an_event_that_is_off_and_people_who_are_gone(client: Client, event: Event, ada: Person) -> None:
    link = path(event, ada)
    events.cancel(SYSTEM, event=event)
    assert client.get(link).status_code == 409
    ada.delete()
    assert "nothing here any more" in client.get(link).content.decode()


def test_a_link_of_somebody_else_opens_nothing(client: Client, event: Event, ada: Person) -> None:
    link = path(event, ada)
    assert client.get(link[:-4] + "AAAA").status_code == 404
    assert client.get("/me/come/none").status_code == 404


def test_a_link_from_a_test_of_subjects_says_which_it_was(client: Client, event: Event, ada: Person) -> None:
    mailing = uuid7()
    page = f"/me/come/{invitations(event.organisation_id, event.id, mark(mailing, 2))(ada.id)}"
    client.post(page, pressed(client, page))
    assert Attendance.objects.get().via == f"mailing:{mailing.hex[-12:]}:3"


def test_nobody_can_say_so_without_that_link(client: Client, event: Event, ada: Person) -> None:
    """What stands in an address never has a colon."""
    page = f"{path(event, ada)}?via={via(mark(uuid7(), 2))}"
    client.post(page, pressed(client, page))
    assert Attendance.objects.get().via == ""
