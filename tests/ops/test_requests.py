"""Every request that reaches Django is one line, which says neither who asked nor what for."""

import logging
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from groundswell.ops import requests
from tests import made_up

pytestmark = pytest.mark.django_db


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.facts for record in caplog.records if record.name == requests.__name__]  # type: ignore[attr-defined]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


def test_a_request_is_one_line_without_its_address(client: Client, log: pytest.LogCaptureFixture) -> None:
    client.get("/a/confirm/a-key?q=ada")
    (line,) = lines(log)
    assert line.pop("ms") >= 0
    assert line == {"method": "GET", "route": "/a/<slug:purpose>/<str:token>", "status": 404}


def test_what_nobody_planned_for_is_put_down_in_our_words(client: Client, log: pytest.LogCaptureFixture) -> None:
    client.generic("ADA", "/ada")
    (line,) = lines(log)
    assert (line["method"], line["route"]) == ("another", "an address that leads nowhere")


def test_health_is_put_down_only_where_it_is_bad(client: Client, log: pytest.LogCaptureFixture) -> None:
    answer = client.get("/health")
    assert answer.status_code == 503
    assert [line["status"] for line in lines(log)] == [503]
    log.clear()
    made_up_beat()
    assert client.get("/health").status_code == 200
    assert lines(log) == []


def made_up_beat() -> None:
    from groundswell.ops.heartbeat import beat

    beat("worker")


def test_an_answer_that_failed_names_its_request(client: Client) -> None:
    assert UUID(client.get("/health")[requests.ID])
    assert requests.ID not in client.get("/")


def test_the_asynchronous_way_does_the_same(log: pytest.LogCaptureFixture) -> None:
    answer = async_to_sync(AsyncClient().get)("/ada")
    assert answer.status_code == 404
    assert [line["route"] for line in lines(log)] == ["an address that leads nowhere"]


def test_the_organisation_is_noted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(requests, "_written", lambda _, answer, facts, __: seen.append(facts) or answer)
    organisation = made_up.organisation()
    secret = made_up.groups.make_api_token(
        made_up.SYSTEM, organisation=organisation, label="x", contact_data=False
    )
    client.get("/api/v1/events", headers={"Authorization": f"Bearer {secret}"})
    assert seen[0]["organisation"] == organisation.id
