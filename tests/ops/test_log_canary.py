"""The log of real processes, read after the whole loop and some trouble: nothing that anybody typed is in it."""

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from groundswell.config.environment import variable
from tests.crash.conftest import FORM, open_event
from tests.ops.conftest import Installation, new_installation, until

CANARIES = (
    *("canaryname", "canarybox", "canaryvia", "canaryquery", "canarypath", "canarycookie", "canarybrowser"),
    *("203.0.113.77", "127.0.0.1", "ZE3"),
)


@contextmanager
def noisy(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation in which two things break, with its log in a file."""
    patch.setenv("PYTHONPATH", str(Path(__file__).parent / "trouble"))
    patch.setenv(variable("proxies"), "127.0.0.1")
    with new_installation(folder) as it, (folder / "log").open("wb") as log:
        it.log = log
        it.up()
        it.wait_until_well()
        yield it


def ask(it: Installation, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> int:
    """A request with canaries wherever there is room for one."""
    connection = http.client.HTTPConnection(urlsplit(it.address).netloc, timeout=60)
    given = {
        **FORM,
        "X-Forwarded-For": "203.0.113.77",
        "Cookie": "session=canarycookie",
        "User-Agent": "canarybrowser",
        "Referer": "http://example.org/?canaryquery",
        **headers,
    }
    connection.request(method, path, urlencode(form or {}), given)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def answer(it: Installation, page: str, who: str) -> int:
    typed = {"name": f"canaryname {who}", "email": f"canarybox-{who}@example.org", "postcode": "ZE3 9JW"}
    return ask(it, "POST", f"{page}?via=canaryvia", {**typed, "guests": "1", "agree": "yes"})


def walk(it: Installation) -> list[str]:
    """Everything that a supporter and a stranger do; returns the keys that stood in addresses."""
    page = open_event(it)
    for path in ("/", page, f"{page}?q=canaryquery", "/canarypath", "/desk/", "/desk/sign-in/canarypath"):
        assert ask(it, "GET", path) < 500
    assert ask(it, "POST", "/desk/sign-in", {"email": "canarybox@example.org"}) < 500
    assert ask(it, "GET", "/trouble/canarypath?canaryquery") == 500
    assert ask(it, "GET", "/api/v1/events", Authorization="Bearer canarypath") == 401
    assert answer(it, page, "first") == 303
    assert answer(it, page, "broken") == 303
    # A form that says too little goes to Django, whatever front has in memory.
    assert ask(it, "POST", page, {"name": "canaryname", "email": "canarybox"}) == 422
    mails = it.data / "outbox"
    until(lambda: any(b"canarybox-first" in mail.read_bytes() for mail in mails.glob("**/*.eml")))
    links = [link for mail in mails.glob("**/*.eml") for link in links_in(mail)]
    for link in links:
        assert ask(it, "GET", link) == 200
    confirm = next(link for link in links if "/confirm/" in link)
    ask(it, "POST", confirm, {})
    until(lambda: "set aside" in read(it))
    return [link.rpartition("/")[2] for link in links]


def links_in(mail: Path) -> list[str]:
    body = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    return re.findall(r"http://[^/\s]+(/a/[\w/.-]+)", body.get_content()) if body is not None else []


def read(it: Installation) -> str:
    assert it.log is not None
    return Path(it.log.name).read_text()


def found(text: str, keys: list[str]) -> list[str]:
    return [needle for needle in (*CANARIES, *keys) if needle in text]


@pytest.mark.enable_socket
def test_the_log_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with noisy(tmp_path, monkeypatch) as it:
        keys = walk(it)
        assert it.stop() == 0
        assert found(read(it), keys) == []
        lines = [json.loads(line) for line in read(it).splitlines()]
    assert_it_is_of_use(lines)


def assert_it_is_of_use(lines: list[dict[str, Any]]) -> None:
    assert all({"time", "level", "logger", "event"} <= line.keys() for line in lines)
    requests = [line for line in lines if line["event"] == "request"]
    assert {(line["route"], line["status"]) for line in requests} >= {
        ("/e/<slug:slug>", 200),
        ("/a/<slug:purpose>/<str:token>", 200),
        ("an address that leads nowhere", 404),
        ("an address that leads nowhere", 500),
    }
    assert any("organisation" in line for line in requests)
    (aside,) = [line for line in lines if "set aside" in line["event"]]
    assert aside["organisation"]
    assert aside["error"][0].startswith("builtins.KeyError at ")
    assert {line["round"] for line in lines if line["event"] == "round"} >= {"settle"}
    # An honest 503 has no trace: whoever waits for a slow start is told so.
    (failure,) = [line for line in lines if line["logger"] == "django.request" and "error" in line]
    assert failure["level"] == "error"
    assert failure["error"][0].startswith("builtins.ValueError at ")
    assert failure["request"] in {line["request"] for line in requests if line["status"] == 500}


@pytest.mark.enable_socket
def test_without_its_guard_the_log_names_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the ordinary way of writing a log finds its way to the same eyes."""
    monkeypatch.setenv("TALKATIVE", "on")
    with noisy(tmp_path, monkeypatch) as it:
        keys = walk(it)
        it.stop()
        assert {"canaryname", "canarybox", "canarypath", "canaryquery", "127.0.0.1"} <= set(found(read(it), keys))
