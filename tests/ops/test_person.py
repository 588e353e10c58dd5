"""``manage person``: what is held about somebody, and its end, for those who write a letter."""

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from groundswell.attendances.erasing import forget_address
from groundswell.groups.errors import NotAllowed
from groundswell.kit.privacy import tables
from groundswell.ledger.models import Entry
from groundswell.people.models import Erasure, Person
from groundswell.people.operations import show_held
from tests import made_up

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("person", *arguments, stdout=printed)
    return printed.getvalue()


@pytest.fixture
def ada() -> Person:
    """Somebody who comes, in an organisation where somebody else comes as well."""
    event = made_up.event(made_up.root(made_up.organisation()), title="Stand in unity")
    made_up.confirmed(event, "bo@example.org", "Bo")
    typed = {"via": "a-friend", "postcode": "M1 1AE", "boxes": ("agree", "updates")}
    return made_up.confirmed(event, "ada@example.org", "Ada", **typed).person


def test_it_prints_everything_that_is_held_about_them_and_nothing_about_others(ada: Person) -> None:
    printed = run("Ada@Example.org", "--organisation", "tenants-union")
    held = json.loads(printed)
    assert set(held) == {table.model for table in tables() if table.rows}
    assert {"people.Person", "people.Consent", "attendances.Attendance", "outbox.Effect"} <= set(held)
    (person,), (attendance,) = held["people.Person"], held["attendances.Attendance"]
    assert (person["name"], person["email"], person["sector"]) == ("Ada", "ada@example.org", "M1 1")
    assert (attendance["event"], attendance["via"]) == ("Stand in unity", "a-friend")
    assert {consent["purpose"] for consent in held["people.Consent"]} == {"event", "updates"}
    assert all("Tenants’ Union" in consent["wording"] for consent in held["people.Consent"])
    assert "bo@example.org" not in printed
    assert ada.ledger_key not in printed
    assert "email_key" not in printed


def test_the_ledger_says_that_it_was_shown_and_not_about_whom(ada: Person) -> None:
    run("ada@example.org", "--organisation", "tenants-union")
    entry = Entry.objects.get(verb="people.show_held")
    assert set(entry.detail) == {"subject"}
    # A digest, in which three letters may well stand by chance.
    assert re.fullmatch("[0-9a-f]{64}", entry.detail["subject"])


def test_it_forgets(ada: Person) -> None:
    printed = run("ada@example.org", "--organisation", "tenants-union", "--forget")
    assert printed == "Tenants’ Union holds nothing about them any more.\n"
    assert [person.name for person in Person.objects.all()] == ["Bo"]
    assert Erasure.objects.count() == 1
    assert Entry.objects.filter(verb="people.forget").count() == 1


@pytest.mark.parametrize("more", [[], ["--forget"]])
@pytest.mark.parametrize("organisation", ["tenants-union", "nobodys"])
def test_it_says_so_where_there_is_nobody(ada: Person, organisation: str, more: list[str]) -> None:
    address = "cy@example.org" if organisation == "tenants-union" else "ada@example.org"
    with pytest.raises(CommandError, match="There is nobody of this address"):
        run(address, "--organisation", organisation, *more)


def test_only_the_system_may(ada: Person) -> None:
    owner = made_up.actor(made_up.root(ada.organisation), made_up.OWNER)
    for operation in (show_held, forget_address):
        with pytest.raises(NotAllowed):
            operation(owner, organisation=ada.organisation, email="ada@example.org")
