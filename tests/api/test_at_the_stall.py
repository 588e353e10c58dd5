"""Writing somebody down by a program, and checking them off at the door."""

from typing import Any

import pytest
from django.test import Client

from groundswell.attendances.models import Attendance
from groundswell.events.models import Event
from groundswell.events.operations import switch_door_list
from groundswell.groups.models import Organisation
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.people.models import Consent, Person
from tests import made_up
from tests.api.conftest import client_of

ADA = {"name": "Ada", "email": "ada@example.org", "agree": True}


@pytest.fixture
def event(organisation: Organisation) -> Event:
    """A rally in a room."""
    return made_up.event(made_up.root(organisation), capacity=4)


def url(event: Event, attendance: Attendance | None = None) -> str:
    answers = f"/api/v1/events/{event.id}/attendances"
    return f"{answers}/{attendance.id}" if attendance else answers


def add(api: Client, event: Event, *, key: str = "", **facts: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(url(event), {**ADA, **facts}, content_type="application/json", headers=headers)


def check_off(api: Client, event: Event, attendance: Attendance, here: object) -> Any:
    return api.patch(url(event, attendance), {"attended": here}, content_type="application/json")


def test_somebody_is_written_down_and_counts_when_their_mailbox_says_so(
    api: Client, organisation: Organisation, event: Event
) -> None:
    answer = add(api, event, postcode="M1 1AE", guests=2, status="tentative", updates=True, language="en")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert shown["person"] == {"name": "Ada", "email": "ada@example.org"}
    assert (shown["status"], shown["guests"], shown["confirmed"], shown["via"]) == ("tentative", 2, False, "stall")
    assert Effect.objects.get().subject == Attendance.objects.get().id
    made_up.confirm(Attendance.objects.get())
    assert sorted(Consent.objects.values_list("purpose", flat=True)) == ["event", "updates"]
    confirmed = api.get(f"{url(event)}/{shown['id']}").json()
    assert confirmed == {**shown, "confirmed": True} == api.get(url(event)).json()["items"][0]
    assert Entry.objects.get(verb="attendances.add_by_hand").actor == organisation.api_tokens.get().id


def test_under_one_key_one_person_is_written_down_and_gets_one_mail(api: Client, event: Event) -> None:
    first, second = (add(api, event, key="one") for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert (Attendance.objects.count(), Effect.objects.count()) == (1, 1)


def test_who_has_confirmed_before_stays_as_they_said(api: Client, event: Event) -> None:
    before = made_up.confirmed(event, name="Ada", guests=1)
    shown = add(api, event, name="Mallory", guests=9).json()
    assert (shown["id"], shown["person"]["name"], shown["guests"]) == (str(before.id), "Ada", 1)


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"email": "nobody"}, "#/email"),
        ({"name": " "}, "#/name"),
        ({"postcode": "ZZ9"}, "#/postcode"),
        ({"guests": 10}, "#/guests"),
        ({"agree": False}, "#/agree"),
        ({"status": "declined"}, "#/status"),
        ({"language": "tlh"}, "#/language"),
        ({"confirmed": True}, "#/confirmed"),
        ({"attended": True}, "#/attended"),
        ({"via": "mine"}, "#/via"),
    ],
)
def test_what_cannot_be_is_refused(api: Client, event: Event, facts: dict[str, Any], pointer: str) -> None:
    answer = add(api, event, **facts)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert not Person.objects.exists()


def test_without_words_in_a_language_nobody_can_have_agreed(api: Client, event: Event) -> None:
    answer = add(api, event, language="fr")
    assert (answer.status_code, answer.json()["code"]) == (422, "not-agreed")
    assert not Person.objects.exists()


def test_a_draft_takes_nobody(api: Client, organisation: Organisation) -> None:
    answer = add(api, made_up.draft(made_up.root(organisation)))
    assert (answer.status_code, answer.json()["code"]) == (409, "event-closed")


def test_a_token_without_contact_data_writes_nobody_down_and_checks_nobody_off(
    organisation: Organisation, event: Event
) -> None:
    known = made_up.confirmed(event)
    switch_door_list(made_up.SYSTEM, event=event, on=True)
    bare = client_of(organisation, contact_data=False)
    for answer in (
        add(bare, event),
        add(bare, event, email="new@example.org"),
        check_off(bare, event, known, True),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    shown = bare.get(url(event, known)).json()
    assert (shown["person"], shown["responses"], shown["attended"]) == ({"name": None, "email": None}, None, None)
    assert Attendance.objects.count() == 1


def test_somebody_is_checked_off_and_it_is_taken_back(api: Client, event: Event) -> None:
    known = made_up.confirmed(event)
    refused = check_off(api, event, known, True)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-door-list")
    switch_door_list(made_up.SYSTEM, event=event, on=True)
    assert check_off(api, event, known, True).json()["attended"] is True
    assert check_off(api, event, known, False).json()["attended"] is None
    assert check_off(api, event, known, "yes").status_code == 422


def test_who_has_no_place_is_not_checked_off(api: Client, event: Event) -> None:
    switch_door_list(made_up.SYSTEM, event=event, on=True)
    unconfirmed = made_up.answer(event)
    assert check_off(api, event, unconfirmed, True).status_code == 404


def test_another_organisations_answers_are_not_there(api: Client, other: Organisation) -> None:
    theirs = made_up.event(made_up.root(other), capacity=4)
    known = made_up.confirmed(theirs)
    switch_door_list(made_up.SYSTEM, event=theirs, on=True)
    answers = [add(api, theirs), api.get(url(theirs, known)), check_off(api, theirs, known, True)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    known.refresh_from_db()
    assert (known.attended, Attendance.objects.count()) == (None, 1)


def test_an_answer_to_another_event_is_not_this_ones(
    api: Client, organisation: Organisation, event: Event
) -> None:
    elsewhere = made_up.confirmed(made_up.event(made_up.root(organisation), title="Another"))
    assert api.get(url(event, elsewhere)).status_code == 404
