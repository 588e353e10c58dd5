"""What each organisation sees of the tables about people: by the database's own rules, and by the access layer.

On PostgreSQL the role of the application asks for everything, without a condition; what comes must be what
the access layer shows. On SQLite, which has no rules for rows, the access layer alone is held against the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction

from groundswell.attendances.answers import QUESTION
from groundswell.attendances.models import Assignment, Attendance
from groundswell.attendances.queries import answers_of
from groundswell.attendances.sharing import shared_with
from groundswell.blocs.details import Looks
from groundswell.blocs.queries import stewards_of
from groundswell.events import cohosts
from groundswell.events.models import CoHost, Event
from groundswell.events.questions import Asking, set_questions
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Membership, Organisation
from groundswell.intake.models import Entry
from groundswell.kit import privacy
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.scope import ALL, confine, everywhere, nobody_yet, told, within
from groundswell.mailings.models import Return
from groundswell.ops import owning
from groundswell.outbox.delivery import deliver
from groundswell.people.merging import merge
from groundswell.people.models import Erasure, Person
from groundswell.people.reach import suppress
from groundswell.people.sorting import put_into_group, tag_people
from tests import made_up
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no rules for rows")

TAKEN_FROM_ANYBODY = {"intake_entry", "outbox_effect"}
"""Into these, rows are put for other organisations too; nobody reads them there."""

SHOWN_TO_OTHERS = {"attendances_attendance", "people_person", "attendances_shared", "blocs_steward"}

MEAL = Asking(text="Do you eat meat?", kind="yes-no", purpose="To cook")

TABLES = sorted({*privacy.guarded_tables(), "attendances_eventkey"})


@dataclass
class Allies:
    """An event of one organisation that another one holds too, and a third held; all have people there."""

    event: Event
    host: Organisation
    partner: Organisation
    former: Organisation

    @property
    def all(self) -> tuple[Organisation, ...]:
        return (self.host, self.partner, self.former)

    def seen_by(self, organisation: Organisation) -> set[UUID]:
        """Whose answers the access layer shows to an organisation."""
        own = answers_of(self.event, organisation.id)
        holds = organisation in cohosts.holders_of(self.event)
        others = shared_with(self.event, organisation.id) if holds else Attendance.objects.none()
        return {row.id for row in [*own, *others]}


@pytest.fixture
def allies() -> Allies:
    host, partner, former = (made_up.organisation(slug, slug.title()) for slug in ("host", "partner", "former"))
    event = made_up.event(made_up.root(host), day=made_up.in_days(20))
    sides = [made_up.cohost(event, one) for one in (partner, former)]
    boxes = {f"ally-{one.id}": "yes" for one in (host, partner, former)}
    for side in (host, partner, former):
        others = {box: said for box, said in boxes.items() if box != f"ally-{side.id}"}
        made_up.confirmed(event, f"open@{side.slug}.example.org", "Olu", by=side, needs="A seat", **others)
        made_up.confirmed(event, f"closed@{side.slug}.example.org", "Cy", by=side)
        made_up.answer(event, f"unsure@{side.slug}.example.org", "Una", by=side, **others)
        made_up.cancel(made_up.confirmed(event, f"off@{side.slug}.example.org", "Ola", by=side, **others))
        group = made_up.root(side)
        there = made_up.event(group, title=f"At {side.slug}", day=made_up.in_days(9))
        made_up.bloc_in_march(group, there, stewards=(Looks(name="Dee"),))
        [question] = set_questions(SYSTEM, event=there, questions=[MEAL])
        made_up.confirmed(there, f"asked@{side.slug}.example.org", "Ask", **{f"{QUESTION}{question.id}": "yes"})
        Assignment.objects.create(
            organisation=side,
            event=there,
            attendance=Attendance.objects.get(event=there),
            membership=Membership.objects.get(
                account=made_up.account(group, email=f"vol@{side.slug}.example.org")
            ),
        )
        Erasure.objects.create(organisation_id=side.id, digest="x")
        own = list(Person.objects.filter(organisation=side).values_list("id", flat=True))
        tag_people(SYSTEM, organisation=side, people=own, name="Stall")
        put_into_group(SYSTEM, group=group, people=own)
        sent = made_up.mailing(group, list(Person.objects.filter(organisation=side)))
        Return.objects.create(organisation_id=side.id, mailing_id=sent.id, number=2, kind=Return.Kind.HARD)
        twice = [made_up.confirmed(there, f"{name}@{side.slug}.example.org", "Two") for name in ("two", "t.wo")]
        merge(SYSTEM, kept=twice[0].person, away=twice[1].person)
        suppress(side.id, "email", {"gone@example.org": "bounced"})
        made_up.complaint(side)
        Entry.objects.create(
            organisation_id=side.id, id=uuid7(), writer=uuid7(), sequence=1, kind="attend", subject=event.id,
            payload=b"{}", received_at=now(), via="", patience=0,
        )  # fmt: skip
    made_up.snapshot()
    deliver()
    cohosts.remove(SYSTEM, cohost=sides[1])
    return Allies(event, host, partner, former)


def rows(table: str) -> list[dict[str, Any]]:
    """All that a table shows to whom is asked for."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def affected(statement: str, values: list[object]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@contextmanager
def without_rules(table: str) -> Iterator[None]:
    """The twin: the table's rules are off, as only its owner can switch them."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def own_only(table: str, organisation: Organisation) -> None:
    with within(organisation.id):
        found = rows(table)
    owners = {row["organisation_id"] for row in found} | {row["whose"] for row in found if "whose" in row}
    if table not in SHOWN_TO_OTHERS:
        assert owners <= {organisation.id}, table
    assert {repr(row) for row in rows(table) if row["organisation_id"] == organisation.id} <= set(map(repr, found))
    with nobody_yet():
        assert rows(table) == [], table


@on_postgresql
def test_the_applications_role_owns_nothing_and_every_rule_holds_for_it() -> None:
    assert owning.faults() == []


@on_postgresql
def test_a_table_without_a_rule_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a table that somebody adds tomorrow has none."""
    monkeypatch.setattr(owning, "guarded_tables", lambda: ["groups_campaign"])
    assert owning.faults() == ["groups_campaign has no rule for rows."]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_owner_is_told_apart() -> None:
    with as_owner(connection):
        assert [fault for fault in owning.faults() if fault.startswith("groundswell_owner owns ")]


def test_every_table_without_rules_has_a_reason() -> None:
    for table in privacy.tables():
        assert table.is_guarded or privacy.SEEN_BY_ALL[table.about], table.model


@on_postgresql
@pytest.mark.parametrize("table", TABLES)
def test_nobody_reads_changes_or_adds_what_is_another_ones(allies: Allies, table: str) -> None:
    for organisation in allies.all:
        own_only(table, organisation)
    theirs = [row for row in rows(table) if row["organisation_id"] == allies.host.id and belongs(row, allies)]
    assert theirs
    with within(allies.former.id):
        column = "event_id" if "event_id" in theirs[0] else "organisation_id"
        where = f"WHERE organisation_id = '{allies.host.id}'"
        if "whose" in theirs[0]:
            where += f" AND whose <> '{allies.former.id}'"
        assert affected(f"UPDATE {table} SET {column} = {column} {where}", []) == 0
        assert affected(f"DELETE FROM {table} {where}", []) == 0
        copy = ", ".join(theirs[0])
        places = ", ".join(["%s"] * len(theirs[0]))
        if table not in TAKEN_FROM_ANYBODY:
            with pytest.raises(ProgrammingError, match="row-level security"):
                affected(f"INSERT INTO {table} ({copy}) VALUES ({places})", list(theirs[0].values()))


def belongs(row: dict[str, Any], allies: Allies) -> bool:
    return row.get("whose") != allies.former.id


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["people_consent", "outbox_effect", "attendances_response"])
def test_without_its_rules_a_table_shows_all(allies: Allies, table: str) -> None:
    """The twin."""
    own_only(table, allies.host)
    with without_rules(table), pytest.raises(AssertionError, match=table):
        own_only(table, allies.host)


def test_who_held_the_event_sees_no_more_than_their_own(allies: Allies) -> None:
    seen = {one.slug: names_of(allies.seen_by(one)) for one in allies.all}
    own = {side: {f"{who}@{side}.example.org" for who in ("open", "closed", "unsure", "off")} for side in seen}
    assert seen["host"] == own["host"] | {"open@partner.example.org", "open@former.example.org"}
    assert seen["partner"] == own["partner"] | {"open@host.example.org", "open@former.example.org"}
    assert seen["former"] == own["former"]


def names_of(ids: set[UUID]) -> set[str]:
    return set(Attendance.objects.filter(id__in=ids).values_list("person__email", flat=True))


@on_postgresql
def test_the_database_shows_what_the_access_layer_shows(allies: Allies) -> None:
    for organisation in allies.all:
        with everywhere("what the access layer says by itself"):
            seen = allies.seen_by(organisation)
            people = set(Attendance.objects.filter(id__in=seen).values_list("person_id", flat=True))
        with within(organisation.id):
            found = [row for row in rows("attendances_attendance") if row["event_id"] == allies.event.id]
            assert {row["id"] for row in found} == seen
            assert allies.seen_by(organisation) == seen
            others = set(Person.objects.exclude(organisation=organisation).values_list("id", flat=True))
        assert others <= people


@on_postgresql
def test_others_answers_are_shown_and_not_changed(allies: Allies) -> None:
    with within(allies.partner.id):
        assert Attendance.objects.filter(event=allies.event, organisation=allies.host).count() == 1
        assert Attendance.objects.filter(event=allies.event, organisation=allies.host).update(guests=9) == 0
        assert Person.objects.filter(organisation=allies.host).update(name="Mallory") == 0


@on_postgresql
def test_what_an_organisation_leaves_it_sees_no_more(allies: Allies) -> None:
    with within(allies.partner.id):
        assert Attendance.objects.filter(organisation=allies.host).exists()
    cohosts.remove(SYSTEM, cohost=CoHost.objects.get(organisation=allies.partner))
    with within(allies.partner.id):
        assert not Attendance.objects.filter(organisation=allies.host).exists()
        assert not Person.objects.filter(organisation=allies.host).exists()


@on_postgresql
def test_stewards_are_known_to_all_that_call(allies: Allies) -> None:
    bloc = made_up.bloc_in_march(
        made_up.root(allies.host), allies.event, name="Both", stewards=(Looks(name="Sam"),)
    )
    with within(allies.partner.id):
        assert not stewards_of(bloc.id)
    made_up.call_together(bloc, allies.partner)
    with within(allies.partner.id):
        assert [one.name for one in stewards_of(bloc.id)] == ["Sam"]


@on_postgresql
def test_several_organisations_are_asked_for_together(allies: Allies) -> None:
    with within(allies.host.id, allies.partner.id):
        assert {row["organisation_id"] for row in rows("people_consent")} == {allies.host.id, allies.partner.id}


def test_for_whom_is_asked_ends_with_the_block() -> None:
    with nobody_yet():
        assert told() == ""
        with everywhere("a test"):
            assert told() == ALL
            confine([UUID(int=7)])
            assert told() == f"{{{UUID(int=7).hex}}}"
        assert told() == ""
