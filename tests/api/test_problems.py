"""Errors: always a problem (RFC 9457), whoever answers, and never cached; pages stay pages."""

import asyncio
import json
from typing import Any

import pytest
from django.core.asgi import get_asgi_application
from django.db import OperationalError
from django.http import HttpResponse
from django.test import AsyncClient, Client

from groundswell.api import events as resource
from groundswell.api.problems import PROBLEM_JSON, below_api, problems
from groundswell.events import operations
from groundswell.front.addresses import Addresses
from groundswell.front.gate import LARGEST_BODY, Gate
from groundswell.front.languages import Languages
from groundswell.front.limits import Limits
from groundswell.front.messages import App, Message, Receive, Scope, Send, replay
from groundswell.front.refusals import Refusals
from groundswell.groups.models import Organisation
from tests import made_up


def assert_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == PROBLEM_JSON
    assert answer["Cache-Control"] == "no-store"
    said = json.loads(answer.content)
    assert said["status"] == status
    assert said["type"] == "about:blank"
    assert all(isinstance(said[name], str) and said[name] for name in ("title", "detail", "code"))


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v1/events/", "/api/v2/events"])
def test_an_address_that_does_not_exist(db: None, client: Client, path: str) -> None:
    assert_problem(client.get(path), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("delete", "/api/v1/events", {"GET", "POST"}),
        ("get", "/api/v1/events/1/publish", {"POST"}),
        ("put", "/api/v1/events/1/attendances", {"GET", "POST"}),
        ("put", "/api/v1/openapi.json", {"GET", "HEAD"}),
    ],
)
def test_a_method_that_is_not_taken(api: Client, method: str, path: str, allowed: set[str]) -> None:
    answer = getattr(api, method)(path)
    assert_problem(answer, 405)
    assert set(answer["Allow"].split(", ")) == allowed


def broken(*_: object) -> None:
    raise RuntimeError("ada@example.org")


def test_a_failure_of_ours_tells_nothing(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "events_for", broken)
    answer = api.get("/api/v1/events")
    assert_problem(answer, 500)
    assert b"ada" not in answer.content


def test_what_django_itself_refuses(db: None, client: Client) -> None:
    assert_problem(client.get("/api/v1/events", headers={"Host": "elsewhere.example.org"}), 400)


def test_an_answer_is_never_cached(api: Client) -> None:
    assert api.get("/api/v1/events")["Cache-Control"] == "no-store"
    assert api.get("/api/v1/openapi.json")["Cache-Control"] == "no-store"


def test_pages_are_no_ones_business_here(db: None, client: Client) -> None:
    answer = client.get("/e/nothing")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_wish_to_wait_is_passed_on() -> None:
    busy = HttpResponse(status=503, headers={"Retry-After": "10"})
    request = Client().get("/api/v1/openapi.json").wsgi_request
    answer = problems(lambda _: busy)(request)
    assert_problem(answer, 503)
    assert answer["Retry-After"] == "10"


def test_a_database_that_cannot_write_is_no_mistake_of_the_caller(
    api: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def announce(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(operations, "announce", announce)
    event = {"title": "Stand in unity", "day": made_up.in_days(7).isoformat(), "kind": "rally"}
    answer = api.post("/api/v1/events", event, content_type="application/json")
    assert_problem(answer, 503)
    assert answer["Retry-After"] == "10"


def test_the_same_holds_on_asgi(organisation: Organisation) -> None:
    assert_problem(asyncio.run(AsyncClient().get("/api/v1/nothing")), 404)


def ask(application: App, path: str, body: bytes = b"") -> dict[str, Any]:
    """What an ASGI application answers to a POST: status, headers and body."""
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    answer: dict[str, Any] = {"body": b""}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer["status"], answer["headers"] = message["status"], dict(message["headers"])
        else:
            answer["body"] += message["body"]

    asyncio.run(application({**scope, "client": ("127.0.0.1", 1)}, replay(body), send))
    return answer


def gate() -> App:
    """The gate before Django, as it is composed."""
    return Gate(
        get_asgi_application(),
        addresses=Addresses(()),
        limits=Limits(),
        refusals=Refusals(lambda *_: b"<!doctype html>", Languages(["en"])),
    )


def test_what_the_gate_refuses_is_a_problem_too() -> None:
    answer = ask(below_api(gate()), "/api/v1/events", b" " * (LARGEST_BODY + 1))
    assert (answer["status"], answer["headers"][b"content-type"]) == (413, PROBLEM_JSON.encode())
    assert int(answer["headers"][b"content-length"]) == len(answer["body"])
    assert answer["headers"][b"cache-control"] == b"no-store"
    assert json.loads(answer["body"])["code"] == "content-too-large"


def test_what_the_gate_refuses_elsewhere_is_a_page() -> None:
    answer = ask(below_api(gate()), "/e/rally", b" " * (LARGEST_BODY + 1))
    assert (answer["status"], answer["body"]) == (413, b"<!doctype html>")


def test_a_problem_is_passed_on_as_it_is(db: None) -> None:
    answer = ask(below_api(gate()), "/api/v1/nothing")
    assert (answer["status"], json.loads(answer["body"])["code"]) == (404, "not-found")


def test_an_answer_that_is_none_is_passed_on_as_it_is() -> None:
    async def well(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"well"})

    assert ask(below_api(well), "/api/v1/events")["body"] == b"well"
