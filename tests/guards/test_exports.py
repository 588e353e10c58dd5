"""Every file for a spreadsheet: whatever was typed, no cell of it is run, however its cells are parted."""

import csv
import random
from collections.abc import Iterator
from io import StringIO
from unicodedata import normalize
from uuid import UUID

import pytest
from django.http import HttpResponse

from groundswell.attendances.models import Attendance
from groundswell.events.models import Event
from groundswell.kit import sheets
from groundswell.kit.ids import uuid7
from groundswell.people.models import Person
from tests import made_up
from tests.guards import world
from tests.guards.addresses import ADDRESSES, ask

pytestmark = pytest.mark.django_db

EXPORTS = {"desk/events/<uuid:event_id>/export", "desk/ours/<uuid:event_id>/export"}
"""The addresses that answer with such a file: a new one is put in here, and gets the texts below."""

ROWS = 500
FIELDS = 4
"""Texts in one row: name, address, sector and what led here. In all 2,000 texts."""

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "−")
BEFORE = ("", "\t", "\r", "\n", " ", '"', ";", ';"', "Ada;", "Ada;\t", "\u200b", "\ufeff", "\r\n;", "x,", '","')
AFTER = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("//x")', "SUM(A1)", '";=1', ";+1", "", ",\n-2", "٣")


def test_every_address_that_answers_with_a_table_is_known() -> None:
    made = world.build()
    answers = [
        (address.route, ask(made, address, address.url(made.own), method, address.asker(method)))
        for address in ADDRESSES
        # What is sent to a public page goes by the journal, which this test's transaction would lock.
        for method in (("GET", "POST") if address.route.startswith(("desk/", "api/")) else ("GET",))
    ]
    assert {route for route, answer in answers if _is_table(answer)} == EXPORTS


def _is_table(answer: HttpResponse) -> bool:
    kind = answer.get("Content-Type", "")
    return any(word in kind for word in ("csv", "spreadsheet", "excel", "tab-separated"))


@pytest.fixture
def rally() -> Event:
    """One to which people have answered whose every text would like to be a formula."""
    rally = made_up.event(made_up.root(made_up.organisation()))
    made_up.account(rally.group)
    _multiply(made_up.confirmed(rally, via="leaflet"), texts())
    return rally


def texts() -> Iterator[str]:
    """The same ones each time, as somebody could have got them past every form."""
    chance = random.Random(3)
    while True:
        yield chance.choice(BEFORE) + chance.choice(SIGNS) + chance.choice(AFTER)


def _multiply(one: Attendance, typed: Iterator[str]) -> None:
    people = [_copy(one.person, name=next(typed), email=next(typed), sector=next(typed)[:8]) for _ in range(ROWS)]
    for person in people:
        person.email_key = str(person.id)
    Person.objects.bulk_create(people)
    copies = [_copy(one, via=next(typed), person_id=person.id, action=uuid7()) for person in people]
    Attendance.objects.bulk_create(copies)


def _copy[M: (Attendance, Person)](one: M, **facts: str | UUID) -> M:
    own = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
    return type(one)(**{**own, "id": uuid7(), **facts})


def live(rally: Event, delimiter: str) -> tuple[int, list[str]]:
    """How many rows of the file there are, and its cells that a spreadsheet would run."""
    olu = made_up.browser(made_up.Account.objects.get(email="olu@example.org"))
    answer = olu.post(f"/desk/events/{rally.id}/export")
    file = StringIO(answer.content.decode("utf-8-sig"), newline="")
    rows = list(csv.reader(file, delimiter=delimiter))
    return len(rows), [cell for row in rows for cell in row if _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    seen = normalize("NFKC", cell.replace("−", "-")).lstrip(' "\u200b\ufeff\0')
    return cell.startswith(("\t", "\r", "\n", "\0")) or seen.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_two_thousand_texts_and_no_live_formula(rally: Event, delimiter: str) -> None:
    rows, formulae = live(rally, delimiter)
    assert formulae == []
    assert rows == ROWS + 2 or delimiter != ","


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_without_the_apostrophe_there_are_many(
    rally: Event, delimiter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(sheets, "neutral", lambda cell: cell)
    assert len(live(rally, delimiter)[1]) > ROWS
