"""Reads of lists: once in ten minutes for each reader, list and part; never in the way of reading itself."""

import logging
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger import operations
from groundswell.ledger.checking import check_chain
from groundswell.ledger.models import Entry
from groundswell.ledger.operations import record_read, seal

pytestmark = pytest.mark.django_db

ONE, ADA, BO = UUID(int=1), uuid7(), uuid7()
EVENT = uuid7()


def read(actor: UUID = ADA, verb: str = "tests.see", people: int = 2, **more: object) -> None:
    record_read(organisation_id=ONE, actor=actor, verb=verb, people=people, object_id=EVENT, **more)  # type: ignore[arg-type]


def test_a_read_is_written_down_once() -> None:
    read()
    read(people=9)
    entry = Entry.objects.get()
    assert (entry.organisation_id, entry.actor, entry.verb, entry.object_id) == (ONE, ADA, "tests.see", EVENT)
    assert entry.detail == {"people": 2}


def test_another_reader_list_part_or_time_is_another() -> None:
    read()
    read(actor=BO)
    read(verb="tests.see_more")
    read(part="2")
    with time_machine.travel(now() + timedelta(minutes=10)):
        read()
    assert Entry.objects.count() == 5
    seal()
    assert check_chain(ONE).faults == []


def test_nobody_is_no_list() -> None:
    read(people=0)
    assert not Entry.objects.exists()


def test_reading_again_is_one_look(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(4):  # two of them a savepoint
        read()
    with django_assert_num_queries(1):
        read()


def test_of_two_requests_at_once_one_leaves_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_stands", lambda *_: False)
    read()
    read()
    assert Entry.objects.count() == 1


def test_where_nothing_can_be_written_reading_goes_on_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Entry.objects, "bulk_create", full)
    with caplog.at_level(logging.ERROR):
        read()
    assert "What somebody read was not written down: tests.see" in caplog.text
    assert not Entry.objects.exists()
