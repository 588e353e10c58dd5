"""The log says what happened and where, and names nobody."""

import json
import logging
import sys
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import resolve

from groundswell.kit.logs import Log, NamesNobody, OneObject, about, note, without_values


def record(message: str, *arguments: object, name: str = "django.request", **more: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "", 0, message, arguments, None)
    made.__dict__.update(more)
    return made


def for_people(it: logging.LogRecord) -> str:
    return NamesNobody().format(it)


def for_programs(it: logging.LogRecord) -> dict[str, Any]:
    line = OneObject().format(it)
    assert "\n" not in line
    return dict(json.loads(line))


def failed() -> logging.LogRecord:
    """An error with people's data in its message and in that of its cause."""

    def settle() -> None:
        try:
            raise KeyError("ada@example.org")
        except KeyError as error:
            raise ValueError("ada@example.org is twice there") from error

    with pytest.raises(ValueError, match="ada") as raised:
        settle()
    return record("It failed", exc_info=(raised.type, raised.value, raised.tb))


def test_an_error_is_put_down_without_its_message() -> None:
    lines = for_people(failed()).splitlines()
    assert lines[0] == "ERROR django.request: It failed"
    assert lines[1].startswith("builtins.ValueError at ")
    assert lines[2].startswith("builtins.KeyError at test_logs.py:")
    assert lines[2].endswith(" in settle")
    assert for_programs(failed())["error"] == lines[1:]
    assert "ada" not in "".join(lines)


def test_a_request_is_put_down_by_the_pattern_of_its_address() -> None:
    request = RequestFactory().get("/a/confirm/the-key-to-somebody?via=ada")
    request.resolver_match = resolve(request.path)
    it = record("Internal Server Error: %s", request.path, request=request)
    assert for_people(it) == "ERROR django.request: Internal Server Error: /a/<slug:purpose>/<str:token>"
    assert for_programs(it)["route"] == "/a/<slug:purpose>/<str:token>"
    assert "somebody" not in OneObject().format(it)


def test_an_address_that_leads_nowhere_is_not_put_down() -> None:
    request = RequestFactory().get("/ada@example.org")
    it = record("Internal Server Error: %s", request.path, request=request)
    assert for_people(it) == "ERROR django.request: Internal Server Error: an address that leads nowhere"
    assert for_programs(it)["route"] == "an address that leads nowhere"


def test_of_what_libraries_say_only_the_pattern_is_put_down() -> None:
    told = record("no connection for %r\nfuture: ada", "ada", name="psycopg.pool")
    assert for_people(told) == "ERROR psycopg.pool: no connection for %r"
    assert for_programs(told)["event"] == "no connection for %r"
    assert for_people(record("", name="asyncio")) == "ERROR asyncio: "


def test_an_ordinary_line_of_ours_is_whole() -> None:
    it = record("%s of %s", 1, 2, name="groundswell.intake")
    assert for_people(it) == "ERROR groundswell.intake: 1 of 2"
    assert for_programs(it)["event"] == "1 of 2"


def test_a_line_for_programs_says_when_where_and_how_bad() -> None:
    told = for_programs(record("round", name="groundswell.ops.worker", facts={"done": 3, "ms": 1.5}))
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "error", "logger": "groundswell.ops.worker", "event": "round", "done": 3, "ms": 1.5}


def test_what_is_noted_stands_in_the_lines_of_this_work_only() -> None:
    note(organisation="nobody listens")
    with about(request="1"):
        note(organisation="2")
        told = for_programs(record("inside"))
        assert (told["request"], told["organisation"]) == ("1", "2")
        with about(organisation="3"):
            assert for_programs(record("further inside"))["organisation"] == "3"
        assert for_programs(record("inside again"))["organisation"] == "2"
    assert "organisation" not in for_programs(record("outside"))


def test_where_something_went_wrong_is_in_one_line() -> None:
    try:
        raise KeyError("ada@example.org")
    except KeyError:
        line = without_values(sys.exc_info()[1])
    assert line.startswith("builtins.KeyError at test_logs.py:")
    assert "ada" not in line


@pytest.mark.parametrize(
    ("at_terminal", "formatter", "level"), [(True, NamesNobody, logging.WARNING), (False, OneObject, logging.INFO)]
)
def test_people_get_lines_and_programs_get_objects(
    monkeypatch: pytest.MonkeyPatch, at_terminal: bool, formatter: type[logging.Formatter], level: int
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: at_terminal, raising=False)
    log = Log()
    assert type(log.formatter) is formatter
    assert log.level == level


def test_this_is_how_an_installation_writes_its_log(client: Client) -> None:
    assert settings.LOGGING["handlers"] == {"stderr": {"class": "groundswell.kit.logs.Log"}}
    assert any(isinstance(handler, Log) for handler in logging.getLogger().handlers)
