"""Two roles on PostgreSQL: one owns the tables, the other may use them and nothing more."""

import os
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection

from groundswell.ops.owning import rights
from groundswell.ops.testing.environment import DATABASE
from tests.ops.conftest import Installation

on_postgresql = pytest.mark.skipif(not os.environ.get(DATABASE), reason="there are roles on PostgreSQL only")


def test_the_rights_are_printed_for_whoever_gives_them_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("database_role", "sql", 'a"b')
    printed = capsys.readouterr().out.splitlines()
    assert printed == [f"{statement};" for statement in rights('a"b')]
    assert all('"a""b"' in statement and "TRUNCATE" not in statement for statement in printed)


@on_postgresql
@pytest.mark.django_db
def test_the_role_of_the_application_passes_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("database_role", "check")
    assert capsys.readouterr().out.startswith("The role owns nothing")


@on_postgresql
@pytest.mark.django_db
@pytest.mark.owner
def test_the_owner_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    """The twin."""
    with pytest.raises(CommandError):
        call_command("database_role", "check")
    assert "groundswell_owner owns" in capsys.readouterr().out


@pytest.mark.skipif(bool(os.environ.get(DATABASE)), reason="about SQLite")
def test_on_sqlite_there_is_nothing_to_check() -> None:
    with pytest.raises(CommandError, match="PostgreSQL only"):
        call_command("database_role", "check")


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY people_person_own ON people_person",
        "TRUNCATE people_person CASCADE",
        "SET ROLE groundswell_owner",
        "CREATE TABLE beside (id int)",
    ],
)
def test_the_role_of_the_application_may_not_get_round_the_rules(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), connection.cursor() as cursor:
        cursor.execute(statement)


@on_postgresql
def test_a_start_lets_the_owner_make_the_tables_and_the_other_use_them(installation: Installation) -> None:
    installation.up()
    installation.wait_until_well()
    checked = installation.call("manage", "database_role", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    for name, process in installation.children().items():
        with open(f"/proc/{process}/environ", "rb") as file:
            assert urlsplit(installation.owner).username.encode() not in file.read(), name
    with psycopg.connect(installation.database) as connection:
        found = connection.execute("SELECT count(*) FROM groups_organisation").fetchone()
        assert found is not None
    assert installation.stop() == 0
