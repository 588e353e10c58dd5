"""``./groundswell import people``: what would be, a question, and what came of it."""

import io
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from groundswell.groups.models import Organisation
from groundswell.ops import cli
from groundswell.ops.management.commands import import_people as command
from groundswell.people import taking_in
from groundswell.people.models import Belonging, Consent, Import, Person
from tests import made_up
from tests.people import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation(tmp_path: Path, settings: Any) -> Organisation:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    return made_up.organisation()


def run(*arguments: object) -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("import_people", *map(str, arguments), organisation="tenants-union", stdout=printed)
    return printed.getvalue()


def test_it_shows_what_would_be_and_writes_nothing(organisation: Organisation, tmp_path: Path) -> None:
    told = run(files.written(tmp_path, files.ACTION_NETWORK), "--dry-run")
    assert "Action Network" in told
    assert "Ada Byron · ada@example.org · +447700900123 · M1 1 · Can drive, Stall" in told
    assert "Not taken in, these columns: uuid, can2_user_address." in told
    assert "Nobody of them may be written to yet" in told
    assert not Person.objects.exists()


def test_it_takes_in_and_says_what_came_of_it(organisation: Organisation, tmp_path: Path) -> None:
    group = made_up.branch(made_up.root(organisation))
    words = files.written(tmp_path, "You may send me your news.", "words.txt")
    agreed = ("--agreed-wording", words, "--agreed-on", "2025-03-01", "--agreed-where", "our old page")
    path = files.written(tmp_path, files.ACTION_NETWORK)
    told = run(path, "--yes", "--group", group.slug, *agreed)
    assert "4 new people, 0 rows about people who were here already." in told
    assert "1 may be written to, by what was stated.\n3 will not be written to or called." in told
    assert Belonging.objects.count() == 4
    assert Consent.objects.count() == 1
    assert "Nothing was changed." in run(path, "--yes", "--group", group.slug, *agreed)
    assert Person.objects.count() == 4


def test_rows_that_were_left_out_are_an_exit_status(
    organisation: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(files.table(tmp_path, ["email"], ["ada@example.org"], ["nowhere"]), "--yes")
    assert left.value.code == 3
    assert Person.objects.count() == 1


def test_it_says_when_a_source_is_silent_about_consent(organisation: Organisation, tmp_path: Path) -> None:
    words = files.written(tmp_path, "You may send me your news.", "words.txt")
    agreed = ("--agreed-wording", words, "--agreed-on", "2025-03-01", "--agreed-where", "our old page")
    path = files.written(tmp_path, files.MOBILIZE)
    assert "add --agreed-by-all" in run(path, "--dry-run", *agreed)
    run(path, "--yes", "--agreed-by-all", *agreed)
    assert Consent.objects.count() == 2


def test_it_says_by_which_way_they_may_be_reached(organisation: Organisation, tmp_path: Path) -> None:
    words = files.written(tmp_path, "You may call me.", "words.txt")
    agreed = ("--agreed-wording", words, "--agreed-on", "2025-03-01", "--agreed-where", "a stall")
    path = files.written(tmp_path, files.MOBILIZE)
    told = run(path, "--yes", "--agreed-by-all", "--agreed-way", "phone", *agreed)
    assert "1 may be reached by telephone, by what was stated." in told
    assert Consent.objects.get().channel == "phone"


def test_columns_are_named_where_nobody_knows_them(organisation: Organisation, tmp_path: Path) -> None:
    path = files.table(tmp_path, ["Adresse", "Wer", "Was"], ["ada@example.org", "Ada", "stall"])
    with pytest.raises(CommandError, match="The columns: Adresse, Wer, Was"):
        run(path, "--dry-run")
    run(path, "--yes", "--map", "email=Adresse", "--map", "name=Wer", "--map", "tags=Was")
    assert Person.objects.get().name == "Ada"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--map", "shoes=Was"), "write WHAT=COLUMN"),
        (("--map", "email"), "write WHAT=COLUMN"),
        (("--agreed-where", "there"), "Say all three"),
        (("--group", "no-such"), "no such group"),
        ((), "Add --yes"),
    ],
)
def test_what_is_not_done_says_why(
    organisation: Organisation, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    path = files.written(tmp_path, files.MOBILIZE)
    with pytest.raises(CommandError, match=sentence):
        run(path, *arguments)
    assert not Person.objects.exists()


def test_a_group_of_others_is_none_of_theirs(organisation: Organisation, tmp_path: Path) -> None:
    other = made_up.root(made_up.organisation("others", "Others"))
    with pytest.raises(CommandError, match="no such group"):
        run(files.written(tmp_path, files.MOBILIZE), "--yes", "--group", other.slug)


def test_a_statement_that_is_not_whole_is_refused(organisation: Organisation, tmp_path: Path) -> None:
    words = files.written(tmp_path, " ", "words.txt")
    agreed = ("--agreed-wording", words, "--agreed-on", "2999-03-01", "--agreed-where", "our old page")
    with pytest.raises(CommandError, match="exact words"):
        run(files.written(tmp_path, files.MOBILIZE), "--yes", *agreed)


def test_a_file_that_stops_being_a_table_says_how_far_it_came(organisation: Organisation, tmp_path: Path) -> None:
    rows = "\n".join(f"a{n}@example.org" for n in range(2 * taking_in.AT_ONCE))
    path = files.written(tmp_path, f"email\n{rows}\n{'x' * 1_000_010}")
    with pytest.raises(CommandError, match=f"{2 * taking_in.AT_ONCE} new people"):
        run(path, "--yes")


@pytest.mark.parametrize(("typed", "there"), [("y\n", 2), ("\n", 0)])
def test_somebody_at_a_terminal_is_asked(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, there: int
) -> None:
    terminal = io.StringIO(typed)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    try:
        run(files.written(tmp_path, files.MOBILIZE))
    except CommandError:
        assert not there
    assert Person.objects.count() == there


def test_what_takes_long_says_how_far_it_is(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PROGRESS_AFTER", -1)
    told = StringIO()
    path = files.written(tmp_path, files.MOBILIZE)
    call_command("import_people", path, "--yes", organisation="tenants-union", stdout=StringIO(), stderr=told)
    assert "2 of about 3 rows, 2 new people" in told.getvalue()
    book = files.workbook(tmp_path, ["email"], ["bo@example.org"])
    told = StringIO()
    call_command("import_people", book, "--yes", organisation="tenants-union", stdout=StringIO(), stderr=told)
    assert "1 rows" in told.getvalue()
    assert Import.objects.count() == 2


def test_the_command_line_knows_people_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "events"]) == 2
    assert "import people" in capsys.readouterr().err
