"""Every file for a spreadsheet: whatever was typed, no cell of it is run, however its cells are parted."""

import csv
import random
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from unicodedata import normalize
from uuid import UUID

import pytest
from django.http import HttpResponse

from groundswell.attendances.models import Attendance, Response
from groundswell.events.models import Question
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.access import SYSTEM, actor_for
from groundswell.groups.approvals import approve
from groundswell.groups.models import Approval
from groundswell.kit import sheets
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.people.models import Consent, Person, Tag, Tagged
from groundswell.people.saved import save_segment
from groundswell.people.segments import Segmentation
from tests import made_up
from tests.guards import world
from tests.guards.addresses import ADDRESSES, ask

pytestmark = pytest.mark.django_db

OF_SEGMENT = "desk/people/segments/<uuid:segment_id>/export"
EXPORTS = {"desk/events/<uuid:event_id>/export", "desk/ours/<uuid:event_id>/export", OF_SEGMENT}
"""The addresses that answer with such a file: a new one is put in here, and gets the texts below."""

HANDED_BACK = {"desk/people/imports/<uuid:import_id>/left-out"}
"""Rows of a file that somebody brought; ``tests/people/test_imports.py`` looks at their cells."""

ROWS = 500
FIELDS = 5
"""Texts in one row: name, address, sector, what led here and what was answered. 2,500 texts, and a heading.

Of a segment's people those are three, and one tag."""

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "−")
BEFORE = ("", "\t", "\r", "\n", " ", '"', ";", ';"', "Ada;", "Ada;\t", "\u200b", "\ufeff", "\r\n;", "x,", '","')
AFTER = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("//x")', "SUM(A1)", '";=1', ";+1", "", ",\n-2", "٣")


@pytest.mark.slow
def test_every_address_that_answers_with_a_table_is_known() -> None:
    made = world.build()
    answers = [
        (address.route, ask(made, address, address.url(made.own), method, address.asker(method)))
        for address in ADDRESSES
        # What is sent to a public page goes by the journal, which this test's transaction would lock.
        for method in (("GET", "POST") if address.route.startswith(("desk/", "api/")) else ("GET",))
    ]
    assert {route for route, answer in answers if _is_table(answer)} == EXPORTS | HANDED_BACK


def _is_table(answer: HttpResponse) -> bool:
    kind = answer.get("Content-Type", "")
    return any(word in kind for word in ("csv", "spreadsheet", "excel", "tab-separated"))


@pytest.fixture(params=sorted(EXPORTS))
def export(request: pytest.FixtureRequest) -> str:
    """Where a file is fetched to which people have answered whose every text would like to be a formula."""
    own = made_up.organisation()
    ours = "ours" in request.param
    host = made_up.organisation("hosts", "Hosts") if ours else own
    rally = made_up.event(made_up.root(host))
    asked = Asking(text="=1+1", purpose="To know")
    (question,) = set_questions(made_up.SYSTEM, event=rally, questions=[asked])
    made_up.account(made_up.root(own))
    if ours:
        made_up.cohost(rally, own)
    one = made_up.confirmed(rally, via="leaflet", by=own, boxes=("agree", "updates"))
    _multiply(one, question, texts())
    segment = save_segment(SYSTEM, organisation=own, name="=1+1", segmentation=Segmentation())
    where = str(request.param).replace("<uuid:event_id>", str(rally.id))
    return "/" + where.replace("<uuid:segment_id>", str(segment.id))


def texts() -> Iterator[str]:
    """The same ones each time, as somebody could have got them past every form."""
    chance = random.Random(3)
    while True:
        yield chance.choice(BEFORE) + chance.choice(SIGNS) + chance.choice(AFTER)


def _multiply(one: Attendance, question: Question, typed: Iterator[str]) -> None:
    people = [_copy(one.person, name=next(typed), email=next(typed), sector=next(typed)[:8]) for _ in range(ROWS)]
    for person in people:
        person.email_key = str(person.id)
    Person.objects.bulk_create(people)
    copies = [_copy(one, via=next(typed), person_id=person.id, action=uuid7()) for person in people]
    Attendance.objects.bulk_create(copies)
    _consent(one.person, people, texts())
    Response.objects.bulk_create(
        Response(organisation_id=one.organisation_id, attendance_id=each.id, question=question, text=next(typed))
        for each in copies
    )


def _consent(one: Person, people: list[Person], typed: Iterator[str]) -> None:
    """Let them allow what the first one does, and have a tag."""
    said = Consent.objects.filter(person=one)
    Consent.objects.bulk_create(
        Consent(
            organisation_id=each.organisation_id,
            id=uuid7(),
            person=person,
            purpose=each.purpose,
            action=each.action,
            source=each.source,
            asked_at=each.asked_at,
        )
        for each in said
        for person in people
    )
    tag = Tag.objects.create(organisation_id=one.organisation_id, name=next(typed), key="x")
    Tagged.objects.bulk_create(
        Tagged(organisation_id=one.organisation_id, tag=tag, person=person) for person in people
    )


def _copy[M: (Attendance, Person)](one: M, **facts: str | UUID) -> M:
    own = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
    return type(one)(**{**own, "id": uuid7(), **facts})


def live(export: str, delimiter: str) -> tuple[int, list[str]]:
    """How many rows of the file there are, and its cells that a spreadsheet would run."""
    olu = made_up.browser(made_up.Account.objects.get(email="olu@example.org"))
    assert olu.post(export, {"ask": "yes"}).status_code == 303
    asked = Approval.objects.get()
    second = made_up.account(asked.group, made_up.OWNER, "winnie@example.org")
    made_up.held_for_long(asked.group)
    approve(actor_for(second), approval=asked, fresh_until=now() + timedelta(minutes=1))
    answer = olu.post(f"/desk/approvals/{asked.id}", {"then": "use"})
    assert _is_table(answer)
    file = StringIO(answer.getvalue().decode("utf-8-sig"), newline="")
    rows = list(csv.reader(file, delimiter=delimiter))
    return len(rows), [cell for row in rows for cell in row if _is_formula(cell)]


def _is_formula(cell: str) -> bool:
    seen = normalize("NFKC", cell.replace("−", "-")).lstrip(' "\u200b\ufeff\0')
    return cell.startswith(("\t", "\r", "\n", "\0")) or seen.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_two_thousand_texts_and_no_live_formula(export: str, delimiter: str) -> None:
    rows, formulae = live(export, delimiter)
    assert formulae == []
    assert rows == ROWS + 2 or delimiter != ","


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_without_the_apostrophe_there_are_many(
    export: str, delimiter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(sheets, "neutral", lambda cell: cell)
    assert len(live(export, delimiter)[1]) > ROWS
