"""What an import asks costs the same however many people there are: SQLite looks up, and reads nobody else."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Max

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.people import operations
from groundswell.people.imports import Agreed, import_people, open_table
from groundswell.people.models import Consent
from groundswell.people.taking_in import take_in
from tests.people import files

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("data"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts what there is, and plans by it."),
]

AGREED = Agreed(text="You may send me your news.", on=date(2025, 3, 1), where="the form on our old page", all=True)
HEADER = (
    "first_name",
    "last_name",
    "email",
    "zip_code",
    "can2_phone",
    "can2_user_tags",
    "can2_subscription_status",
)
THROUGH = re.compile(r"SCAN (people_|[TUV]\d)\w*|SEARCH \w+ USING .*\(organisation_id=\?\)")
"""All of a table, or all of an organisation's rows in it."""

FEW = {"people_erasure", "people_import", "people_tag", "people_wording"}
"""Of what an organisation has few rows however many people it has."""


def through(organisation: Organisation, folder: Path) -> list[str]:
    """What an import of four hundred people, some of whom want nothing, looks through."""
    found = []

    def watch(execute: Callable[..., object], sql: str, params: Any, many: bool, context: Any) -> object:
        if sql.startswith("SELECT") and not many:
            with connection.cursor() as cursor:
                plan = cursor.cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%s', '?')}", list(params))
                found.extend(f"{step[3]}: {sql[:120]}" for step in plan if THROUGH.match(step[3]))
        return execute(sql, params, many, context)

    states = ("subscribed", "unsubscribed", "bouncing")
    rows = [
        (
            f"Ada{number}",
            "Byron",
            f"ada-{number}@example.org",
            "M1 1AE",
            f"07700 9{number:05}",
            "Stall",
            states[number % 3],
        )
        for number in range(400)
    ]
    path = files.table(folder, HEADER, *rows)
    table = open_table(organisation.id, path, path.name, None)
    brought = import_people(SYSTEM, organisation=organisation, table=table, agreed=AGREED)
    with connection.execute_wrapper(watch):
        assert list(take_in(brought, path))[-1].new == 400
    return [one for one in found if not any(f" {few} " in one for few in FEW)]


def test_it_looks_up_whom_it_has_and_goes_through_nobody_else(organisation: Organisation, tmp_path: Path) -> None:
    assert through(organisation, tmp_path) == []


def test_asked_by_the_organisation_as_well_it_reads_all_that_was_ever_said(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the query as it was, whose cost grows with every batch."""

    def last_said(people: Iterable[UUID]) -> dict[UUID, datetime]:
        said = Consent.objects.filter(organisation_id=organisation.id, person_id__in=list(people))
        return dict(said.values_list("person_id").annotate(Max("at")))

    monkeypatch.setattr(operations, "_last_said", last_said)
    assert [one for one in through(organisation, tmp_path) if "people_consent" in one]
