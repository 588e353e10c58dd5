"""A list that was agreed to for one way makes a consent by that way, for what stands on it, and by no other."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.people import taking_in
from groundswell.people.imports import Agreed, import_people, open_table, preview
from groundswell.people.incoming import Incoming
from groundswell.people.models import Channel, Import, Person
from groundswell.people.queries import granted
from groundswell.people.reach import suppress
from groundswell.people.taking_in import take_in
from tests import made_up
from tests.people import files

pytestmark = pytest.mark.django_db

AGREED = Agreed(text="You may call me.", on=date(2025, 3, 1), where="a stall", channel=Channel.PHONE, all=True)
HEADER = "email,phone,postcode,sms opt in,do not contact"
ADA = "ada@example.org,0113 496 0000,M1 1AE,,"


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def bring(organisation: Organisation, tmp_path: Path, *rows: str, agreed: Agreed = AGREED) -> Import:
    path = files.written(tmp_path, "\n".join([HEADER, *rows]))
    columns = {
        "email": ["email"],
        "phone": ["phone"],
        "postcode": ["postcode"],
        "sms-state": ["sms opt in"],
        "no-contact": ["do not contact"],
    }
    table = open_table(organisation.id, path, path.name, columns)
    brought = import_people(SYSTEM, organisation=organisation, table=table, agreed=agreed)
    for taken in take_in(brought, path):
        brought = taken
    return brought


def by(channel: Channel, **more: object) -> Agreed:
    return replace(AGREED, channel=channel, **more)  # type: ignore[arg-type]


def allows(organisation: Organisation, email: str = "ada@example.org") -> set[str]:
    [person] = Person.objects.filter(email=email)
    return {channel for _purpose, channel in granted(organisation.id, [person.id]).get(person.id, set())}


@pytest.mark.parametrize("channel", Channel)
def test_what_was_agreed_to_holds_for_one_way(
    organisation: Organisation, tmp_path: Path, channel: Channel
) -> None:
    assert bring(organisation, tmp_path, ADA, agreed=by(channel)).agreed == 1
    assert allows(organisation) == {str(channel)}


def test_the_same_file_for_another_way_is_another_import(organisation: Organisation, tmp_path: Path) -> None:
    first = bring(organisation, tmp_path, ADA)
    assert bring(organisation, tmp_path, ADA, agreed=by(Channel.EMAIL)).id != first.id
    assert bring(organisation, tmp_path, ADA).id == first.id
    assert allows(organisation) == {"phone", "email"}


def test_a_list_without_a_number_allows_no_calls(organisation: Organisation, tmp_path: Path) -> None:
    assert bring(organisation, tmp_path, "ada@example.org,,,,").agreed == 0


@pytest.mark.parametrize(("typed", "agrees"), [("yes", True), ("no", False), ("", False)])
def test_of_text_messages_a_source_says_who_wants_them(
    organisation: Organisation, tmp_path: Path, typed: str, agrees: bool
) -> None:
    row = f"ada@example.org,0113 496 0000,,{typed},"
    assert bring(organisation, tmp_path, row, agreed=by(Channel.SMS, all=False)).agreed == agrees


@pytest.mark.parametrize("channel", Channel)
def test_who_wants_no_contact_has_agreed_to_none(
    organisation: Organisation, tmp_path: Path, channel: Channel
) -> None:
    row = "ada@example.org,0113 496 0000,M1 1AE,yes,yes"
    assert bring(organisation, tmp_path, row, agreed=by(channel)).agreed == 0


def test_nothing_opens_for_a_number_that_is_shut(organisation: Organisation, tmp_path: Path) -> None:
    suppress(organisation.id, "phone", {"+441134960000": "unsubscribed"})
    assert bring(organisation, tmp_path, ADA).agreed == 0
    assert bring(organisation, tmp_path, ADA, agreed=by(Channel.SMS)).agreed == 1


def another_number(organisation: Organisation, tmp_path: Path, channel: Channel) -> int:
    """How many agree by a list that has another number and area than they told us themselves."""
    made = made_up.person(organisation, "Ada")
    Person.objects.filter(id=made.id).update(phone="+441134960999", sector="LS1 1")
    return bring(organisation, tmp_path, ADA, agreed=by(channel)).agreed


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.SMS, Channel.POST])
def test_a_yes_is_for_what_stands_on_the_list(
    organisation: Organisation, tmp_path: Path, channel: Channel
) -> None:
    assert another_number(organisation, tmp_path, channel) == 0


def test_else_they_would_be_called_at_another_number(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever is known counts, by whatever they are reached."""
    monkeypatch.setattr(taking_in._Batch, "_is_theirs", lambda *_: True)
    assert another_number(organisation, tmp_path, Channel.PHONE) == 1


def test_of_two_rows_the_stricter_holds() -> None:
    plain = Incoming("k", "", "", "", "", "", (), None, {}, {"sms": True})
    for other, said in (({"sms": False}, False), ({"sms": True}, True), ({}, True)):
        assert plain.with_more(replace(plain, further=other)).said("sms") is said
        assert replace(plain, further=other).with_more(plain).said("sms") is said


def test_a_preview_counts_who_wants_messages(organisation: Organisation, tmp_path: Path) -> None:
    path = files.written(tmp_path, "\n".join([HEADER, "ada@example.org,0113 496 0000,,yes,"]))
    columns = {"email": ["email"], "phone": ["phone"], "sms-state": ["sms opt in"]}
    seen = preview(open_table(organisation.id, path, path.name, columns))
    assert seen.wanting == {"email": 0, "sms": 1, "phone": 0, "post": 0}
