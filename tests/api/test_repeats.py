"""``Idempotency-Key``: a program that saw no answer sends its request again, and nothing is done twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from groundswell.attendances.models import Notice
from groundswell.events.models import Event
from groundswell.groups.models import Carried, Organisation
from groundswell.groups.repeats import REPEATS_COUNT
from tests import made_up
from tests.api.conftest import client_of

EVENTS = "/api/v1/events"


def announce(api: Client, key: str = "", **facts: Any) -> Any:
    body = {"title": "Stand in unity", "day": made_up.in_days(7).isoformat(), **facts}
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(EVENTS, body, content_type="application/json", headers=headers)


def test_the_same_request_is_carried_out_once(api: Client) -> None:
    first, second = announce(api, "one"), announce(api, "one")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert Event.objects.count() == 1


def test_without_a_key_it_is_carried_out_twice(api: Client) -> None:
    """The twin: what the key prevents."""
    assert announce(api).json()["id"] != announce(api).json()["id"]


def test_publishing_again_under_the_same_key_is_no_conflict(api: Client) -> None:
    path = f"{EVENTS}/{announce(api).json()['id']}/publish"
    answers = [api.post(path, headers={"Idempotency-Key": key}) for key in ("one", "one", "two")]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[0].content == answers[1].content


def test_calling_off_again_under_the_same_key_tells_people_once(api: Client) -> None:
    draft = announce(api).json()["id"]
    api.post(f"{EVENTS}/{draft}/publish")
    made_up.confirmed(Event.objects.get())
    answers = [
        api.post(f"{EVENTS}/{draft}/cancel", {}, content_type="application/json", headers={"Idempotency-Key": key})
        for key in ("a", "a", "b")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[0].content == answers[1].content
    assert Notice.objects.count() == 1


def test_a_key_stands_for_one_request(api: Client) -> None:
    draft = announce(api, "one").json()
    for answer in (
        announce(api, "one", text="Another."),
        api.post(f"{EVENTS}/{draft['id']}/publish", headers={"Idempotency-Key": "one"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "key-taken")
    assert [event.status for event in Event.objects.all()] == ["draft"]


def test_a_key_in_quotes_is_the_same(api: Client) -> None:
    assert announce(api, "one").json()["id"] == announce(api, '"one"').json()["id"]


def test_keys_of_another_token_are_other_keys(api: Client, organisation: Organisation) -> None:
    assert announce(api, "one").json()["id"] != announce(client_of(organisation), "one").json()["id"]


def test_what_was_refused_uses_no_key(api: Client) -> None:
    assert announce(api, "one", zone="Nowhere").status_code == 422
    assert announce(api, "one").status_code == 201


def test_after_a_day_a_key_is_new(api: Client) -> None:
    first = announce(api, "one").json()["id"]
    kept = Carried.objects.get()
    Carried.objects.update(created_at=kept.created_at - REPEATS_COUNT + timedelta(minutes=1))
    assert announce(api, "one").json()["id"] == first
    Carried.objects.update(created_at=kept.created_at - REPEATS_COUNT)
    assert announce(api, "one").json()["id"] != first


def test_only_hashes_of_the_key_and_the_request_are_stored(api: Client) -> None:
    announce(api, "one", contact_name="Olu")
    kept = Carried.objects.values().get()
    assert "Olu" not in str(kept)
    assert len(kept["key"]) == len(kept["sent"]) == 64


@pytest.mark.parametrize("key", ["a b", "é", "a" * 256])
def test_a_key_that_cannot_be_is_refused(api: Client, key: str) -> None:
    answer = announce(api, key)
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["Idempotency-Key"]
