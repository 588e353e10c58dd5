"""What a form or a schema does not ask for changes nothing, whatever is sent under the names of our fields.

Each address is sent twice what it asks for, to know which columns differ by themselves, and in between every
field of every model as well. A new address gets this by its line in :mod:`.addresses`. What a supporter sends is
settled at once, so that it is rows that are compared there, too.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models, transaction
from django.http import HttpRequest
from pytest_django import Settings

from groundswell.api.document import document
from groundswell.attendances.answers import QUESTION
from groundswell.attendances.counting import code_digest, code_for
from groundswell.events.models import Event, Series
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.access import SYSTEM
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.ids import uuid7
from groundswell.kit.scope import everywhere
from groundswell.ops.heartbeat import beat
from groundswell.web.desk import series
from groundswell.web.public import coming, pages
from tests import made_up
from tests.guards import world
from tests.guards.addresses import ADDRESSES, by_route
from tests.guards.expected import Address
from tests.guards.world import World
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

MARK = "undeclared"
NOBODY = str(uuid7())
FAR_AWAY = date(2099, 1, 1).isoformat()
NUMBER = "987654"
# Never within a hash or the microseconds of a time, where any four digits stand sooner or later.
YEAR = r"(?<![\w-])2099(?!\w|, tzinfo)"
SENT = re.compile(rf"{MARK}|{NOBODY}|{YEAR}|(?<![0-9a-f]){NUMBER}(?![0-9a-f]|, tzinfo)")
"""What is sent under names that nobody asked for, in a value as Python writes it."""

Row = tuple[object, ...]
Table = dict[tuple[str, str], Row]


@pytest.fixture(autouse=True)
def room(settings: Settings) -> None:
    """More fields than a form may have: else all of them would be refused together, and nothing be found out."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2 * len(undeclared())


def sent_by(address: Address) -> str:
    """The method by which something is sent there; no address takes two."""
    return "PATCH" if "PATCH" in address.expect else "POST"


TAKE = [
    address
    for address in ADDRESSES
    if any(status < 400 for status in address.expect.get(sent_by(address), {}).values())
]


def undeclared() -> dict[str, str]:
    """Every field of ours that has a column, with something that would fit into it."""
    return {
        name: _fitting(field)
        for model in apps.get_models()
        if model.__module__.startswith("groundswell.")
        for field in model._meta.concrete_fields
        for name in {field.name, field.attname}
    }


def _fitting(field: models.Field) -> str:  # type: ignore[type-arg]
    if field.choices:
        return str(list(field.choices)[-1][0])
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return NOBODY
    if isinstance(field, models.DateField):
        return FAR_AWAY
    if isinstance(field, models.BooleanField):
        return "yes"
    return NUMBER if isinstance(field, models.IntegerField | models.FloatField) else MARK


def declared(made: World, address: Address) -> set[str]:
    """What the page of this address asks for, or the schema of the API."""
    asked = set((address.json or address.form)(made.own) or {})
    if address.json:
        return asked | set(_of_schema(address))
    with transaction.atomic():
        page = made.client(address.asker("GET")).get(address.url(made.own))
        # Also who looked at a page is a row.
        transaction.set_rollback(True)
    if "text/html" not in page.get("Content-Type", ""):
        return asked
    fields = [
        field
        for tag in ("input", "textarea", "select", "button")
        for field in Markup(page.content.decode()).all(tag)
    ]
    return asked | {str(field["name"]) for field in fields if "name" in field}


def _of_schema(address: Address) -> Iterator[str]:
    described = _described()
    path = f"/{address.route}".replace("<", "{").replace(">", "}")
    operation = described["paths"][path][sent_by(address).lower()]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"]["$ref"].rpartition("/")[2]
        yield from described["components"]["schemas"][name]["properties"]


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(document())
    return described


def everything() -> Table:
    """All rows, but those of sessions: they are sealed with the time, so every request changes them."""
    return {
        (label, str(row[0])): row
        for label, columns in COLUMNS.items()
        for row in apps.get_model(label)._base_manager.values_list(*columns)
    }


COLUMNS = {
    model._meta.label: ["pk", *(field.attname for field in model._meta.concrete_fields)]
    for model in apps.get_models()
    if model._meta.label != "sessions.Session"
}


def moved(
    made: World, address: Address, before: Table, more: Mapping[str, str]
) -> dict[tuple[str, str], list[str]]:
    """The columns that change, or of which rows are new, with the values that they get."""
    sent = {**more, **((address.json or address.form)(made.own) or {})}
    how = {"content_type": "application/json"} if address.json else {}
    with transaction.atomic():
        send = getattr(made.client(address.asker(sent_by(address))), sent_by(address).lower())
        send(address.url(made.own), sent, **how)
        after = everything()
        transaction.set_rollback(True)
    found: dict[tuple[str, str], list[str]] = {}
    for (label, key), row in after.items():
        was = before.get((label, key), ())
        if row != was:
            for at, name in enumerate(COLUMNS[label]):
                if not was or was[at] != row[at]:
                    found.setdefault((label, name), []).append(repr(row[at]))
    return {column: sorted(values) for column, values in found.items()}


def taken(made: World, address: Address, before: Table) -> list[str]:
    """The columns that somebody moved by a name for which nobody had asked."""
    asked = declared(made, address)
    extra = {name: value for name, value in undeclared().items() if name not in asked}
    # In between, so that what changes with the clock alone has changed in one of the other two as well.
    usual = moved(made, address, before, {})
    found = moved(made, address, before, extra)
    if not found:
        return []  # Refused as a whole.
    again = moved(made, address, before, {})
    steady = {column for column in usual if usual[column] == again.get(column)}
    return [
        f"{label}.{name}"
        for (label, name), values in found.items()
        if (label, name) not in usual
        or ((label, name) in steady and values != usual[label, name])
        or any(map(SENT.search, values))
    ]


@pytest.mark.parametrize(
    "value",
    [
        MARK,
        {"a": NOBODY},
        UUID(NOBODY),
        date(2099, 1, 1),
        datetime(2099, 1, 1, 12, tzinfo=UTC),
        f"{FAR_AWAY}T12:00",
        "1 January 2099",
        987654,
        987654.0,
        NUMBER,
        {"people": 987654},
    ],
)
def test_what_was_sent_is_known_again(value: object) -> None:
    assert SENT.search(repr(value))


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 27, 12, 4, 46, 209987, tzinfo=UTC),
        datetime(2026, 11, 27, 12, 4, 46, 987654, tzinfo=UTC),
        datetime(2026, 11, 27, 12, 4, 46, 2099, tzinfo=UTC),
        "01a21ce4cc4b78e5902099876544b3a4",
        UUID("01a21ce4-2099-78e5-9020-9e95edd85be8"),
    ],
)
def test_what_only_looks_like_it_is_not(value: object) -> None:
    assert not SENT.search(repr(value))


class SettledAtOnce:
    """Stands where the journal stands: what it is given are rows before the answer goes out."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()

    def append(self, action: Action) -> None:
        with everywhere("the worker settles, not the request"):
            refused = kinds.named(action.kind).settle(action.organisation_id, [action])
        if not refused:
            self.kinds.add(action.kind)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> SettledAtOnce:
    at_once = SettledAtOnce()
    monkeypatch.setattr(pages, "journal", lambda: at_once)
    return at_once


def parsed_otherwise(made: World) -> list[str]:
    """The kinds of action of which front, which hands over a form as it came, would make another action."""
    forms = {
        "join": {**by_route("b/<slug:slug>").form(made.own), "postcode": "M1 1AE", "needs": "A seat"},
        "attend": {**by_route("e/<slug:slug>").form(made.own), "postcode": "M1 1AE", "needs": "A seat"},
        "change": by_route("a/<slug:purpose>/<str:token>", "to change").form(made.own),
        **{kind: {"answer": str(made.own.attendance.action)} for kind in ("confirm", "cancel", "forget")},
    }
    asked = declared(made, by_route("e/<slug:slug>")) | {"answer"}
    extra = {name: value for name, value in undeclared().items() if name not in asked}
    parse = {kind: kinds.named(kind).parse for kind in forms}
    return [kind for kind, form in forms.items() if parse[kind]({**extra, **form}) != parse[kind](form)]


@pytest.mark.slow
def test_no_address_takes_what_it_did_not_ask_for(settled: SettledAtOnce) -> None:
    made = world.build()
    beat("worker")
    _count_somebody(made.own.event)
    before = everything()
    assert len(TAKE) > 30
    assert {str(address): wrong for address in TAKE if (wrong := taken(made, address, before))} == {}
    # A visit takes no form: its address says all.
    assert settled.kinds == set(kinds._kinds) - {"visit"}


def _count_somebody(at: Event) -> None:
    """By the token whose code the form "out of the count" sends."""
    form = {"people": "2", "token": str(at.id), "digest": code_digest(at.id, code_for(at.id))}
    assert made_up.act("count", at.organisation_id, at.id, form) == []


def test_front_hands_over_nothing_that_no_form_asks_for() -> None:
    assert parsed_otherwise(world.build()) == []


def test_an_answer_to_a_question_of_another_event_is_dropped(settled: SettledAtOnce) -> None:
    made = world.build()
    (foreign,) = set_questions(SYSTEM, event=made.other.event, questions=[Asking(text="Why?", purpose="So")])
    address, before = by_route("e/<slug:slug>"), everything()
    attend, usual = kinds.named("attend"), kinds.named("attend").parse
    found = moved(made, address, before, {})
    with pytest.MonkeyPatch.context() as patch:
        greedy = lambda form: usual({**form, f"{QUESTION}{foreign.id}": MARK})  # noqa: E731
        patch.setitem(kinds._kinds, "attend", replace(attend, parse=greedy))
        assert moved(made, address, before, {}).keys() == found.keys()


def test_a_public_form_that_takes_whatever_is_sent_is_found(
    settled: SettledAtOnce, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a name that no form asks for becomes part of the answer."""
    made = world.build()
    attend = kinds.named("attend")
    greedy = replace(attend, parse=lambda form: attend.parse({**form, "name": form.get("slug") or form["name"]}))
    monkeypatch.setitem(kinds._kinds, "attend", greedy)
    assert parsed_otherwise(made) == ["attend"]
    monkeypatch.setattr(coming, "FIELDS", (*coming.FIELDS, "slug"))
    assert any("people.Person" in column for column in taken(made, by_route("e/<slug:slug>"), everything()))


def test_a_form_that_takes_whatever_is_sent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""

    def take(request: HttpRequest, *_: object) -> None:
        Series.objects.filter(title="Another").update(slug=request.POST.get("slug", "another"))

    monkeypatch.setattr(series, "say", take)
    made = world.build()
    beat("worker")
    assert taken(made, by_route("desk/series/<uuid:series_id>"), everything()) == ["events.Series.slug"]
