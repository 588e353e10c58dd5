"""Taking in people who are brought from elsewhere: once, as far as they agreed, and whatever is cut off when."""

import csv
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import GroupRetired, InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.people import taking_in
from groundswell.people.access import import_for, require_import
from groundswell.people.errors import ColumnsUnknown, NotATable
from groundswell.people.finding import people_like
from groundswell.people.imports import Agreed, import_people, open_table, preview, table_of
from groundswell.people.left_out import left_out_file, sweep, table_file
from groundswell.people.merging import merge
from groundswell.people.models import (
    Belonging,
    Consent,
    Import,
    NameWord,
    Person,
    Purpose,
    Reach,
    Suppression,
    Tagged,
    Wording,
)
from groundswell.people.operations import Granted, Typed, confirm, erase, grant, recognise
from groundswell.people.queries import current_wordings, granted, wordings
from groundswell.people.reach import BITS, SUPPRESSED, suppress, suppressed
from groundswell.people.taking_in import take_in, take_in_waiting
from tests import made_up
from tests.people import files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]

AGREED = Agreed(text="You may send me your news.", on=date(2025, 3, 1), where="the form on our old page")
NEWS = (Purpose.UPDATES, "email")


def bring(organisation: Organisation, path: Path, **more: Any) -> Import:
    """Import a file to its end."""
    columns = more.pop("columns", None)
    table = open_table(organisation.id, path, path.name, columns)
    brought = import_people(SYSTEM, organisation=organisation, table=table, **more)
    return list(take_in(brought, path))[-1] if brought.state == Import.State.WAITING else brought


def counts(brought: Import) -> tuple[int, int, int, int, int]:
    return brought.new, brought.known, brought.left_out, brought.shut, brought.agreed


def person(email: str) -> Person:
    return Person.objects.get(email_key=email)


def allowed(organisation: Organisation, email: str) -> set[tuple[str, str]]:
    someone = person(email)
    return granted(organisation.id, [someone.id]).get(someone.id, set())


def test_people_are_there_with_all_that_is_taken_in_of_them(organisation: Organisation, tmp_path: Path) -> None:
    group = made_up.branch(made_up.root(organisation))
    brought = bring(organisation, files.written(tmp_path, files.ACTION_NETWORK), group=group)
    assert brought.state == "done"
    assert counts(brought) == (4, 0, 0, 3, 0)
    ada = person("ada@example.org")
    assert (ada.name, ada.phone, ada.sector, ada.language) == ("Ada Byron", "+447700900123", "M1 1", "en")
    assert ada.confirmed_at is None
    assert people_like(organisation.id, "byr") == ([ada.id], True)
    assert sorted(Tagged.objects.values_list("tag__name", flat=True)) == ["Can drive", "Stall"]
    assert Belonging.objects.filter(group=group).count() == 4
    assert Reach.objects.get(person=ada).allows == SUPPRESSED["sms"]
    assert suppressed(organisation.id, "email", ["ada@example.org", "bo@example.org", "cy@example.org"]) == {
        "bo@example.org",
        "cy@example.org",
    }
    assert not Consent.objects.exists()
    verbs = Entry.objects.order_by("id").values_list("verb", flat=True)
    assert [verb for verb in verbs if "import" in verb] == ["people.import", "people.imported"]


def test_the_same_file_twice_changes_nothing(organisation: Organisation, tmp_path: Path) -> None:
    path = files.written(tmp_path, files.ACTION_NETWORK)
    before = bring(organisation, path, agreed=AGREED)
    there = _all_rows()
    after = bring(organisation, path, agreed=AGREED)
    assert after == before
    assert _all_rows() == there
    # Also where it is another file of the same people, such as the same one saved anew.
    again = bring(organisation, files.written(tmp_path, files.ACTION_NETWORK + "\n"), agreed=AGREED)
    assert counts(again) == (0, 4, 0, 3, 0)
    assert _all_rows() == there


def _all_rows() -> list[list[Any]]:
    tables = (Person, NameWord, Tagged, Belonging, Consent, Suppression, Reach, Wording)
    return [sorted(model.objects.values_list(), key=str) for model in tables]


def test_rows_about_the_same_person_make_one(organisation: Organisation, tmp_path: Path) -> None:
    rows = ["email,name,tags", "ada@example.org,,a", "ADA@example.org,Ada,b", "bo@example.org,Bo,a"]
    brought = bring(organisation, files.written(tmp_path, "\n".join(rows)))
    assert counts(brought) == (2, 1, 0, 0, 0)
    assert person("ada@example.org").name == "Ada"
    assert Tagged.objects.count() == 3


def test_without_a_statement_nobody_may_be_written_to(organisation: Organisation, tmp_path: Path) -> None:
    path = files.written(tmp_path, files.ACTION_NETWORK)
    assert bring(organisation, path).agreed == 0
    assert allowed(organisation, "ada@example.org") == set()
    assert bring(organisation, path, agreed=AGREED).agreed == 1
    assert allowed(organisation, "ada@example.org") == {NEWS}
    entry = Consent.objects.get()
    assert entry.wording
    assert (entry.wording.text, entry.wording.elsewhere) == (AGREED.text, AGREED.where)
    assert entry.asked_at.date() == AGREED.on
    for email in ("bo@example.org", "cy@example.org", "di@example.org"):
        assert allowed(organisation, email) == set()


def test_a_statement_for_all_holds_for_those_of_whom_nothing_is_said(
    organisation: Organisation, tmp_path: Path
) -> None:
    path = files.written(tmp_path, files.MOBILIZE)
    assert bring(organisation, path, agreed=AGREED).agreed == 0
    everybody = Agreed(text=AGREED.text, on=AGREED.on, where=AGREED.where, all=True)
    assert bring(organisation, path, agreed=everybody).agreed == 2
    assert Wording.objects.exclude(elsewhere=None).count() == 1


def test_the_words_of_elsewhere_are_asked_of_nobody_here(organisation: Organisation, tmp_path: Path) -> None:
    ours = current_wordings(organisation.id)[Purpose.UPDATES]
    today = Agreed(text=AGREED.text, on=now().date(), where=AGREED.where, all=True)
    bring(organisation, files.written(tmp_path, files.MOBILIZE), agreed=today)
    assert current_wordings(organisation.id)[Purpose.UPDATES] == ours
    assert [wording.elsewhere for wording in wordings(organisation.id)] == [None] * len(wordings(organisation.id))


@pytest.mark.parametrize(
    ("agreed", "field"),
    [
        (Agreed(text=" ", on=date(2025, 1, 1), where="there"), "text"),
        (Agreed(text="words", on=date(2025, 1, 1), where=""), "where"),
        (Agreed(text="words", on=date(2025, 1, 1), where="x" * 201), "where"),
        (Agreed(text="words", on=date(2999, 1, 1), where="there"), "on"),
    ],
)
def test_a_statement_that_is_not_whole(
    organisation: Organisation, tmp_path: Path, agreed: Agreed, field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        bring(organisation, files.written(tmp_path, files.MOBILIZE), agreed=agreed)
    assert field in refused.value.errors
    assert not Import.objects.exists()


def test_nothing_that_somebody_said_themselves_is_written_over(organisation: Organisation, tmp_path: Path) -> None:
    [ada] = recognise(organisation.id, [Typed(name="A.", email="ada@example.org")]).values()
    confirm({ada: Typed(name="Ada Lovelace", email="ada@example.org", sector="N1 1")})
    brought = bring(organisation, files.written(tmp_path, files.ACTION_NETWORK))
    assert counts(brought)[:2] == (3, 1)
    found = person("ada@example.org")
    assert (found.id, found.name, found.sector) == (ada, "Ada Lovelace", "N1 1")
    assert found.phone == "+447700900123"
    assert Tagged.objects.filter(person=ada).count() == 2
    assert Reach.objects.get(person=ada).allows == SUPPRESSED["sms"]


def said(organisation: Organisation, email: str, action: str) -> None:
    """Somebody says yes to news here, or takes it back."""
    [someone] = recognise(organisation.id, [Typed(name="Ada", email=email)]).values()
    wording = current_wordings(organisation.id)[Purpose.UPDATES]
    values = {"organisation_id": organisation.id, "person_id": someone, "purpose": Purpose.UPDATES}
    Consent.objects.create(**values, action=action, wording=wording, source=uuid7(), asked_at=now())


@pytest.mark.parametrize("action", ["withdraw", "object"])
def test_no_list_says_yes_for_somebody_who_said_no(
    organisation: Organisation, tmp_path: Path, action: str
) -> None:
    said(organisation, "ada@example.org", action)
    brought = bring(organisation, files.written(tmp_path, files.ACTION_NETWORK), agreed=AGREED)
    assert brought.agreed == 0
    assert allowed(organisation, "ada@example.org") == set()


def test_whoever_said_yes_here_is_asked_for_no_second_time(organisation: Organisation, tmp_path: Path) -> None:
    said(organisation, "ada@example.org", "grant")
    assert bring(organisation, files.written(tmp_path, files.ACTION_NETWORK), agreed=AGREED).agreed == 0
    assert Consent.objects.count() == 1


def test_suppressed_addresses_stay_suppressed(organisation: Organisation, tmp_path: Path) -> None:
    suppress(organisation.id, "email", {"ada@example.org": "complained"})
    suppress(organisation.id, "phone", {"+447700900123": "unsubscribed"})
    brought = bring(organisation, files.written(tmp_path, files.ACTION_NETWORK), agreed=AGREED)
    assert brought.agreed == 0
    assert allowed(organisation, "ada@example.org") == set()
    bits = Reach.objects.get(person=person("ada@example.org")).allows
    assert bits == SUPPRESSED["email"] | SUPPRESSED["phone"] | SUPPRESSED["sms"]
    assert Suppression.objects.filter(channel="email", reason="complained").count() == 1


def test_an_import_that_grants_as_a_confirmed_mail_does_would_lift_it(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: by the way of those who confirmed it themselves, the address would be written to again."""

    def as_confirmed(organisation_id: Any, people: Any, wording: Wording, source: Any) -> int:
        made = {"purpose": wording.purpose, "asked_at": wording.valid_from, "source": source}
        ours = current_wordings(organisation.id)[Purpose.UPDATES]
        return len(grant(organisation_id, [Granted(person=one, wording=ours.id, **made) for one in people]))

    monkeypatch.setattr(taking_in, "grant_elsewhere", as_confirmed)
    monkeypatch.setattr(taking_in, "suppressed", lambda *_: set())
    suppress(organisation.id, "email", {"ada@example.org": "complained"})
    recognise(organisation.id, [Typed(name="Ada", email="ada@example.org")])
    bring(organisation, files.written(tmp_path, files.ACTION_NETWORK), agreed=AGREED)
    assert Reach.objects.get(person=person("ada@example.org")).allows & BITS[NEWS]
    assert not suppressed(organisation.id, "email", ["ada@example.org"])


def test_whoever_asked_to_be_forgotten_comes_back_by_themselves_only(
    organisation: Organisation, tmp_path: Path
) -> None:
    [ada] = recognise(organisation.id, [Typed(name="Ada", email="ada@example.org")]).values()
    erase(organisation.id, [ada], {ada: now()})
    brought = bring(organisation, files.written(tmp_path, files.ACTION_NETWORK))
    assert counts(brought)[:3] == (3, 0, 1)
    assert not Person.objects.filter(email_key="ada@example.org").exists()
    assert "forgotten" in handed_back(brought)[1][-1]


def handed_back(brought: Import) -> list[list[str]]:
    with left_out_file(brought.id).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_bad_rows_are_handed_back_with_the_reason(organisation: Organisation, tmp_path: Path) -> None:
    rows = [
        ["email", "name", "note"],
        ["ada@example.org", "Ada", ""],
        ["nowhere", "Bo", "=HYPERLINK(A1)"],
        ["", "Cy", "@cmd"],
        ["di@example.org", "D\ufffd", ""],
        ["ed@example.org", "Ed", "", "too much"],
    ]
    brought = bring(organisation, files.table(tmp_path, *rows))
    assert counts(brought) == (1, 0, 4, 0, 0)
    header, *found = handed_back(brought)
    assert header == ["email", "name", "note", "Why this row was left out"]
    assert [row[0] for row in found] == ["nowhere", "", "di@example.org", "ed@example.org"]
    assert [row[2] for row in found[:2]] == ["'=HYPERLINK(A1)", "'@cmd"]
    assert all(row[-1].endswith(".") for row in found)
    path = left_out_file(brought.id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert brought.bytes_left_out == path.stat().st_size


def test_rows_handed_back_can_be_mended_and_brought_again(organisation: Organisation, tmp_path: Path) -> None:
    brought = bring(organisation, files.table(tmp_path, ["email", "phone"], ["ada@", "+447700900123"]))
    mended = left_out_file(brought.id).read_text(encoding="utf-8-sig").replace("ada@", "ada@example.org")
    bring(organisation, files.written(tmp_path, mended, "mended.csv"))
    assert person("ada@example.org").phone == "+447700900123"


def test_files_go_after_a_week(organisation: Organisation, tmp_path: Path) -> None:
    brought = bring(organisation, files.table(tmp_path, ["email"], ["ada"]))
    assert sweep() == 0
    with time_machine.travel(now() + timedelta(days=7, minutes=1), tick=False):
        assert sweep() == 1
    assert not left_out_file(brought.id).exists()


def test_people_without_a_mailbox_are_known_by_their_number(organisation: Organisation, tmp_path: Path) -> None:
    path = files.table(tmp_path, ["name", "phone"], ["Ada", "07700900123"], ["Bo", "07700900124"])
    everybody = Agreed(text=AGREED.text, on=AGREED.on, where=AGREED.where, all=True)
    assert counts(bring(organisation, path, agreed=everybody)) == (2, 0, 0, 0, 0)
    again = files.table(tmp_path, ["name", "phone"], ["Ada", "+44 7700 900123"])
    assert counts(bring(organisation, again)) == (0, 1, 0, 0, 0)


def test_columns_that_somebody_named_are_remembered(organisation: Organisation, tmp_path: Path) -> None:
    path = files.table(tmp_path, ["Adresse", "Wer"], ["ada@example.org", "Ada"])
    with pytest.raises(ColumnsUnknown):
        bring(organisation, path)
    bring(organisation, path, columns={"email": ["Adresse"], "name": ["Wer"], "tags": []})
    assert person("ada@example.org").name == "Ada"
    again = files.table(tmp_path, ["Wer", "Adresse"], ["Bo", "bo@example.org"])
    bring(organisation, again)
    assert person("bo@example.org").name == "Bo"
    with pytest.raises(ColumnsUnknown):
        bring(made_up.organisation("others", "Others"), again)


def test_a_preview_writes_nothing(
    organisation: Organisation, tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    table = open_table(organisation.id, files.written(tmp_path, files.NATIONBUILDER), "people.csv")
    with django_assert_num_queries(0):
        seen = preview(table)
    assert table.label == "NationBuilder"
    assert [one.name for one in seen.people] == ["Ada Byron", "Bo Lund", "Cy Ray", "Di Fox"]
    assert (seen.counted, seen.wanting["email"], seen.shut, seen.goes_on) == (4, 1, 3, False)
    assert seen.says_who_wants_mail
    assert "support_level" in seen.unused
    long = files.table(tmp_path, ["email"], *(["bad"] if n == 1 else [f"a{n}@example.org"] for n in range(1500)))
    seen = preview(open_table(organisation.id, long, "long.csv"))
    assert (len(seen.people), seen.counted, seen.goes_on) == (10, 1000, True)
    assert [number for number, _why in seen.left_out] == [3]


def test_who_may_bring_people(organisation: Organisation, tmp_path: Path) -> None:
    root = made_up.root(organisation)
    branch = made_up.branch(root)
    table = open_table(organisation.id, files.written(tmp_path, files.MOBILIZE), "people.csv")

    def ask(who: Any, group: Group | None = None, agreed: Agreed | None = None) -> Import:
        return import_people(who, organisation=organisation, table=table, group=group, agreed=agreed)

    below = made_up.actor(branch, email="bea@example.org")
    with pytest.raises(NotFound):
        ask(below)
    brought = ask(below, branch)
    assert import_for(below, brought.id) == brought
    with pytest.raises(NotFound):
        ask(below, branch, AGREED)
    with pytest.raises(NotAllowed):
        ask(made_up.actor(root, made_up.MAILER, email="mia@example.org"))
    organiser = made_up.actor(root, made_up.ORGANISER, email="olu@example.org")
    with pytest.raises(NotAllowed):
        ask(organiser, agreed=AGREED)
    everywhere = ask(organiser)
    assert everywhere != brought
    with pytest.raises(NotFound):
        import_for(below, everywhere.id)
    with pytest.raises(NotFound):
        import_for(organiser, uuid7())
    owner = made_up.actor(root, made_up.OWNER, email="ova@example.org")
    assert ask(owner, agreed=AGREED).wording
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="sam@example.org")
    with pytest.raises(NotFound):
        ask(stranger)


def test_people_come_into_a_living_group_of_their_organisation_only(
    organisation: Organisation, tmp_path: Path
) -> None:
    path = files.written(tmp_path, files.MOBILIZE)
    other = made_up.root(made_up.organisation("others", "Others"))
    theirs = made_up.actor(other, made_up.OWNER, email="sam@example.org")
    table = open_table(organisation.id, path, path.name)
    for who in (theirs, SYSTEM):
        with pytest.raises(NotFound):
            import_people(who, organisation=organisation, table=table, group=other)
    branch = made_up.branch(made_up.root(organisation))
    Group.objects.filter(id=branch.id).update(retired_at=now())
    branch.refresh_from_db()
    with pytest.raises(GroupRetired):
        import_people(SYSTEM, organisation=organisation, table=table, group=branch)
    assert not Import.objects.exists()


def test_a_token_without_contact_data_brings_nobody(organisation: Organisation) -> None:
    organiser = replace(made_up.actor(made_up.root(organisation)), contact_data=False)
    with pytest.raises(NotAllowed):
        require_import(organiser, organisation)


def test_a_file_that_stops_being_a_table_ends_the_import(organisation: Organisation, tmp_path: Path) -> None:
    path = files.written(tmp_path, "email\nada@example.org\n" + "x" * 1_000_010)
    brought = bring(organisation, path)
    assert brought.state == "refused"
    assert "million" in brought.reason
    # Whoever brings it again goes on with the same import, so that it is known where everybody comes from.
    assert bring(organisation, path) == brought
    assert Import.objects.count() == 1


def test_it_goes_on_with_the_same_file_only(organisation: Organisation, tmp_path: Path) -> None:
    path = files.written(tmp_path, files.MOBILIZE)
    table = open_table(organisation.id, path, "people.csv")
    brought = import_people(SYSTEM, organisation=organisation, table=table)
    path.write_text(files.MOBILIZE + "\n")
    with pytest.raises(NotATable, match="another file"):
        table_of(brought, path)
    with pytest.raises(NotATable, match="not there"):
        table_of(brought)


def test_the_worker_takes_in_what_was_kept(organisation: Organisation, tmp_path: Path, monkeypatch: Any) -> None:
    path = files.written(tmp_path, files.MOBILIZE)
    table = open_table(organisation.id, path, "people.csv")
    brought = import_people(SYSTEM, organisation=organisation, table=table, keep_file=True)
    assert stat.S_IMODE(table_file(brought.id).stat().st_mode) == 0o600
    monkeypatch.setattr(taking_in, "LONGEST_TURN", -1)
    monkeypatch.setattr(taking_in, "AT_ONCE", 1)
    assert take_in_waiting() == 1
    assert Person.objects.count() == 1
    monkeypatch.undo()
    assert take_in_waiting() == 2
    assert take_in_waiting() == 0
    brought.refresh_from_db()
    assert (brought.state, brought.new) == ("done", 2)


def test_the_worker_says_that_a_file_is_gone(organisation: Organisation, tmp_path: Path) -> None:
    table = open_table(organisation.id, files.written(tmp_path, files.MOBILIZE), "people.csv")
    brought = import_people(SYSTEM, organisation=organisation, table=table, keep_file=True)
    table_file(brought.id).unlink()
    assert take_in_waiting() == 0
    brought.refresh_from_db()
    assert brought.state == "refused"
    again = import_people(SYSTEM, organisation=organisation, table=table, keep_file=True)
    assert again == brought
    assert take_in_waiting() == 2
    again.refresh_from_db()
    assert (again.state, again.reason, again.new) == ("done", "", 2)


def test_two_at_once_do_each_row_once(organisation: Organisation, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(taking_in, "AT_ONCE", 1)
    path = files.written(tmp_path, files.MOBILIZE)
    table = open_table(organisation.id, path, "people.csv")
    brought = import_people(SYSTEM, organisation=organisation, table=table)
    one, other = take_in(brought, path), take_in(brought, path)
    next(one)
    assert list(other) == []
    assert [each.read for each in one] == [3, 3]
    assert list(take_in(brought, path)) == []
    brought.refresh_from_db()
    assert counts(brought) == (2, 0, 0, 0, 0)


def test_an_answer_that_settles_in_the_same_moment_stays(
    organisation: Organisation, tmp_path: Path, monkeypatch: Any
) -> None:
    plain = taking_in._forgotten

    def meanwhile(*arguments: Any) -> Any:
        recognise(organisation.id, [Typed(name="Ada herself", email="ada@example.org")])
        return plain(*arguments)

    monkeypatch.setattr(taking_in, "_forgotten", meanwhile)
    brought = bring(organisation, files.written(tmp_path, files.MOBILIZE))
    assert counts(brought)[:2] == (1, 1)
    assert person("ada@example.org").name == "Ada herself"


def test_what_a_batch_costs(
    organisation: Organisation, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    rows = [[f"a{n}@example.org", f"0770090{n:04}", "yes", "a,b"] for n in range(900)]
    path = files.table(tmp_path, ["email", "phone", "consent", "tags"], *rows)
    table = open_table(organisation.id, path, path.name)
    brought = import_people(SYSTEM, organisation=organisation, table=table, agreed=AGREED)
    with django_assert_max_num_queries(30):
        list(take_in(brought, path))


def test_a_list_that_names_the_other_address_reaches_whoever_stands_for_it(
    organisation: Organisation, tmp_path: Path
) -> None:
    ada, other = (made_up.person(organisation, name) for name in ("Ada Byron", "Augusta Byron"))
    merge(SYSTEM, kept=ada, away=other)
    path = files.written(tmp_path, "email,phone,tags\naugusta@example.org,+44 113 496 0000,Stall\n")
    assert counts(bring(organisation, path, agreed=AGREED)) == (0, 1, 0, 0, 0)
    assert person("ada@example.org").phone == "+441134960000"
    assert Tagged.objects.get(tag__name="Stall").person_id == ada.id
    # What they agreed to there is for the address on that list.
    assert allowed(organisation, "ada@example.org") == set()
    path = files.written(tmp_path, "email,subscribed\naugusta@example.org,unsubscribed\n")
    bring(organisation, path)
    assert suppressed(organisation.id, "email", ["ada@example.org"]) == {"ada@example.org"}
