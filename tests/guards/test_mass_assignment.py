"""What a form or a schema does not ask for changes nothing, whatever is sent under the names of our fields.

Each address is sent twice what it asks for, to know which columns differ by themselves, and a third time every
field of every model as well. A new address gets this by its line in :mod:`.addresses`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from django.apps import apps
from django.db import models, transaction
from django.http import HttpRequest

from groundswell.api.document import document
from groundswell.events.models import Series
from groundswell.kit.ids import uuid7
from groundswell.ops.heartbeat import beat
from groundswell.web.desk import series
from tests.guards import world
from tests.guards.addresses import ADDRESSES, by_route
from tests.guards.expected import Address
from tests.guards.personas import Persona
from tests.guards.world import World
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

MARK = "undeclared"
NOBODY = str(uuid7())
FAR_AWAY = date(2099, 1, 1).isoformat()

Row = Mapping[str, object]
Table = dict[tuple[str, object], Row]

TAKE = [
    address
    for address in ADDRESSES
    if address.route.startswith(("desk/", "api/"))
    and any(status < 400 for status in address.expect.get("POST", {}).values())
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
    return "987654" if isinstance(field, models.IntegerField | models.FloatField) else MARK


def declared(made: World, address: Address) -> set[str]:
    """What the page of this address asks for, or the schema of the API."""
    asked = set((address.json or address.form)(made.own) or {})
    if address.json:
        return asked | set(_of_schemas())
    page = made.client(Persona.OWNER).get(address.url(made.own))
    if "text/html" not in page.get("Content-Type", ""):
        return asked
    fields = [
        field
        for tag in ("input", "textarea", "select", "button")
        for field in Markup(page.content.decode()).all(tag)
    ]
    return asked | {str(field["name"]) for field in fields if "name" in field}


def _of_schemas() -> Iterator[str]:
    described = json.loads(document())
    for path in described["paths"].values():
        for content in path.get("post", {}).get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            yield from described["components"]["schemas"].get(name, {}).get("properties", {})


def everything() -> Table:
    """All rows, but those of sessions: they are sealed with the time, so every request changes them."""
    kept = [model for model in apps.get_models() if model._meta.label != "sessions.Session"]
    return {(model._meta.label, row["pk"]): row for model in kept for row in _rows(model)}


def _rows(model: type[models.Model]) -> Iterator[Row]:
    names = [field.attname for field in model._meta.concrete_fields]
    yield from ({**row, "pk": str(row["pk"])} for row in model._base_manager.values("pk", *names))


def moved(
    made: World, address: Address, before: Table, more: Mapping[str, str]
) -> dict[tuple[str, str], list[str]]:
    """The columns that change, or of which rows are new, with the values that they get."""
    secret = Persona.TOKEN if address.json else Persona.OWNER
    sent = {**more, **((address.json or address.form)(made.own) or {})}
    how = {"content_type": "application/json"} if address.json else {}
    with transaction.atomic():
        made.client(secret).post(address.url(made.own), sent, **how)
        after = everything()
        transaction.set_rollback(True)
    found: dict[tuple[str, str], list[str]] = {}
    for (label, key), row in after.items():
        was = before.get((label, key), {})
        for name, value in row.items():
            if name not in was or was[name] != value:
                found.setdefault((label, name), []).append(repr(value))
    return {column: sorted(values) for column, values in found.items()}


def taken(made: World, address: Address, before: Table) -> list[str]:
    """The columns that somebody moved by a name for which nobody had asked."""
    usual, again = moved(made, address, before, {}), moved(made, address, before, {})
    extra = {name: value for name, value in undeclared().items() if name not in declared(made, address)}
    found = moved(made, address, before, extra)
    if not found:
        return []  # Refused as a whole.
    steady = {column for column in usual if usual[column] == again.get(column)}
    return [
        f"{label}.{name}"
        for (label, name), values in found.items()
        if (label, name) not in usual
        or ((label, name) in steady and values != usual[label, name])
        or any(mark in value for value in values for mark in (MARK, NOBODY, "2099", "987654"))
    ]


def test_no_address_takes_what_it_did_not_ask_for() -> None:
    made = world.build()
    beat("worker")
    before = everything()
    assert len(TAKE) > 20
    assert {str(address): wrong for address in TAKE if (wrong := taken(made, address, before))} == {}


def test_a_form_that_takes_whatever_is_sent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""

    def take(request: HttpRequest, *_: object) -> None:
        Series.objects.filter(title="Another").update(slug=request.POST.get("slug", "another"))

    monkeypatch.setattr(series, "say", take)
    made = world.build()
    beat("worker")
    assert taken(made, by_route("desk/series/<uuid:series_id>"), everything()) == ["events.Series.slug"]
