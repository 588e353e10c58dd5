"""The log says what happened and where, and names nobody."""

import logging
import sys

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import resolve

from groundswell.kit.logs import NamesNobody, without_values


def written(record: logging.LogRecord) -> str:
    """What stands in the log."""
    return NamesNobody("{levelname} {name}: {message}", style="{").format(record)


def record(message: str, *arguments: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("django.request", logging.ERROR, "", 0, message, arguments, None)
    made.__dict__.update(more)
    return made


def test_an_error_is_put_down_without_its_message() -> None:
    def settle() -> None:
        try:
            raise KeyError("ada@example.org")
        except KeyError as error:
            raise ValueError("ada@example.org is twice there") from error

    with pytest.raises(ValueError, match="ada") as raised:
        settle()
    text = written(record("It failed", exc_info=(raised.type, raised.value, raised.tb)))
    lines = text.splitlines()
    assert lines[0] == "ERROR django.request: It failed"
    assert lines[1].startswith("builtins.ValueError at ")
    assert lines[2].startswith("builtins.KeyError at test_logs.py:")
    assert lines[2].endswith(" in settle")
    assert "ada" not in text


def test_a_request_is_put_down_by_the_pattern_of_its_address() -> None:
    request = RequestFactory().get("/a/confirm/the-key-to-somebody")
    request.resolver_match = resolve(request.path)
    text = written(record("Internal Server Error: %s", request.path, request=request))
    assert text == "ERROR django.request: Internal Server Error: /a/<slug:purpose>/<str:token>"


def test_an_address_that_leads_nowhere_is_not_put_down() -> None:
    request = RequestFactory().get("/ada@example.org")
    text = written(record("Internal Server Error: %s", request.path, request=request))
    assert text == "ERROR django.request: Internal Server Error: an address that leads nowhere"


def test_an_ordinary_line_stays_as_it_is() -> None:
    assert written(record("%s of %s", 1, 2)) == "ERROR django.request: 1 of 2"


def test_where_something_went_wrong_is_in_one_line() -> None:
    try:
        raise KeyError("ada@example.org")
    except KeyError:
        line = without_values(sys.exc_info()[1])
    assert line.startswith("builtins.KeyError at test_logs.py:")
    assert "ada" not in line


def test_this_is_how_an_installation_writes_its_log(client: Client) -> None:
    assert settings.LOGGING["formatters"]["plain"]["()"] == "groundswell.kit.logs.NamesNobody"
    root = logging.getLogger()
    assert any(isinstance(handler.formatter, NamesNobody) for handler in root.handlers)
