"""Backup and restore of a real installation, on whichever database this run is about."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from groundswell import __version__
from groundswell.config.environment import Environment, variable
from groundswell.ops.archive import pack, unpack
from groundswell.ops.restore import content_of
from groundswell.ops.tables import Table, Tables
from tests.ops.conftest import Installation, empty_database, variables
from tests.tables import lay_tables

BEGIN = """
import json
import django
django.setup()
from groundswell.kit import scope
from groundswell.ops.prepare import migrate
scope._scope.set(scope.ALL)
from groundswell.attendances.models import Attendance
from groundswell.events.models import Event
from groundswell.people.models import Person
from tests import made_up
"""
BUILD = """
migrate()
rally = made_up.event(made_up.root(made_up.organisation()), title="Stand in unity")
made_up.confirmed(rally, email="anna@example.org")
made_up.confirmed(rally, email="bert@example.org")
"""
CHANGE = """
made_up.forget(Attendance.objects.get(person__email="anna@example.org"))
made_up.confirmed(Event.objects.get(), email="carla@example.org")
"""
MORE = """
made_up.confirmed(Event.objects.get(), email="carla@example.org")
"""
LOOK = """
print(json.dumps(sorted(Person.objects.values_list("email", flat=True))))
"""
CLI = [sys.executable, "-P", "-m", "groundswell.ops.cli"]
COUNT = """
from groundswell.attendances.queries import coming
print(coming(Event.objects.get().id))
"""


def in_the_house(installation: Installation, code: str) -> str:
    """Run lines of Python in a process of their own, with this installation's settings."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "groundswell.config.settings",
        variable("data"): str(installation.data),
        variable("database"): installation.owner or installation.database,
    }
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        env={**variables(), **settings},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def people(installation: Installation) -> list[str]:
    found: list[str] = json.loads(in_the_house(installation, LOOK))
    return found


def test_all_comes_back_but_who_was_forgotten_since(installation: Installation, tmp_path: Path) -> None:
    in_the_house(installation, BUILD)
    keys = (installation.data / "secrets.json").read_bytes()

    assert installation.call("backup", str(tmp_path / "backup")).returncode == 0
    in_the_house(installation, CHANGE)
    assert people(installation) == ["bert@example.org", "carla@example.org"]

    restored = installation.call("restore", str(tmp_path / "backup"), "--replace")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "1 erasures made since were applied again" in restored.stdout
    assert people(installation) == ["bert@example.org"]
    assert json.loads(in_the_house(installation, COUNT)) == 1
    assert not [path for path in installation.data.rglob("*") if path.is_file() and b"anna@" in path.read_bytes()]
    assert (installation.data / "secrets.json").read_bytes() == keys
    assert (installation.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert not list(installation.data.glob("*restor*"))


def test_a_damaged_backup_changes_nothing(installation: Installation, tmp_path: Path) -> None:
    installation.data.mkdir(exist_ok=True)
    (installation.data / "secrets.json").write_text("{}")
    (tmp_path / "backup").write_bytes(b"\x1f\x8b and then nothing sensible")
    before = sorted(path.name for path in installation.data.iterdir())
    refused = installation.call("restore", str(tmp_path / "backup"))
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"groundswell: {tmp_path}/backup is no backup of Groundswell")
    assert sorted(path.name for path in installation.data.iterdir()) == sorted([*before, "running.lock"])


def test_a_restore_says_what_it_would_do_and_overwrites_nothing_unasked(
    installation: Installation, tmp_path: Path
) -> None:
    in_the_house(installation, BUILD)
    assert installation.call("backup", str(tmp_path / "backup")).returncode == 0
    in_the_house(installation, CHANGE)
    before = tables(installation)
    refused = installation.call("restore", str(tmp_path / "backup"))
    assert refused.returncode == 2
    assert "--replace puts this in its place" in refused.stderr
    made, held, there, erasures = refused.stdout.splitlines()
    assert f"made by Groundswell {__version__}" in made
    assert re.fullmatch(r"It holds Tenants’ Union: 2 people, \d+ rows in \d+ tables\.", held)
    assert re.search(r"is Tenants’ Union: 2 people, \d+ rows in \d+ tables\.", there)
    assert erasures.endswith("applied again: 1.")
    assert tables(installation) == before


def tables(installation: Installation) -> Tables:
    """Every table's rows and checksum."""
    return content_of(Environment(data=installation.data, database=installation.owner or installation.database))


def test_every_row_of_every_table_comes_back(installation: Installation, tmp_path: Path) -> None:
    in_the_house(installation, BUILD)
    before = tables(installation)
    assert before.rows > 50
    assert installation.call("backup", str(tmp_path / "backup")).returncode == 0
    manifest = unpack(tmp_path / "backup", tmp_path / "out")
    assert manifest.content == before

    in_the_house(installation, MORE)
    assert tables(installation) != before
    assert installation.call("restore", str(tmp_path / "backup"), "--replace").returncode == 0
    assert tables(installation) == before


def test_a_new_folder_needs_no_leave(installation: Installation, tmp_path: Path) -> None:
    in_the_house(installation, BUILD)
    assert installation.call("backup", str(tmp_path / "backup")).returncode == 0
    before = tables(installation)
    with empty_database() as database:
        other = Installation(tmp_path / "other", database)
        restored = other.call("restore", str(tmp_path / "backup"))
        assert (restored.returncode, restored.stderr) == (0, "")
        assert "is no installation yet." in restored.stdout
        assert tables(other) == before


def test_what_does_not_come_back_as_it_was_is_undone(installation: Installation, tmp_path: Path) -> None:
    """A row that went missing on the way, after the file's own checks."""
    in_the_house(installation, BUILD)
    before = tables(installation)
    assert installation.call("backup", str(tmp_path / "backup")).returncode == 0
    manifest = unpack(tmp_path / "backup", tmp_path / "out")
    assert manifest.content is not None
    name = next(name for name in manifest.content.tables if name.endswith("people_person"))
    lost = {**manifest.content.tables, name: Table(rows=3, checksum="0" * 16)}
    content = Tables(organisations=manifest.content.organisations, tables=lost)
    pack(tmp_path / "out", tmp_path / "lossy", database=manifest.database, content=content)
    refused = installation.call("restore", str(tmp_path / "lossy"), "--replace")
    assert refused.returncode == 2
    assert f"not what was backed up: {name} differ" in refused.stderr
    assert tables(installation) == before


def test_a_broken_database_can_be_replaced(tmp_path: Path) -> None:
    it = Installation(tmp_path / "data", "")
    lay_tables(it.data)
    in_the_house(it, BUILD)
    assert it.call("backup", str(tmp_path / "backup")).returncode == 0
    before = tables(it)
    (it.data / "groundswell.sqlite3").write_bytes(b"rust " * 1000)
    for name in ("groundswell.sqlite3-wal", "groundswell.sqlite3-shm"):
        (it.data / name).unlink(missing_ok=True)
    refused = it.call("restore", str(tmp_path / "backup"))
    assert "an installation whose database cannot be read" in refused.stdout
    assert it.call("restore", str(tmp_path / "backup"), "--replace").returncode == 0
    assert tables(it) == before


def test_an_encrypted_backup_comes_back_by_its_key_only(installation: Installation, tmp_path: Path) -> None:
    in_the_house(installation, BUILD)
    for name in ("key", "other key"):
        assert subprocess.run([*CLI, "new-key", str(tmp_path / name)], capture_output=True).returncode == 0
    by_key = ("--key-file", str(tmp_path / "key"))
    done = installation.call("backup", str(tmp_path / "backup"), *by_key)
    assert (done.returncode, done.stderr) == (0, "")
    assert "It is encrypted" in done.stdout
    assert not list(installation.data.glob("backing-up-*"))
    in_the_house(installation, CHANGE)

    for wrong in ((), ("--key-file", str(tmp_path / "other key"))):
        refused = installation.call("restore", str(tmp_path / "backup"), "--replace", *wrong)
        assert refused.returncode == 2
        assert people(installation) == ["bert@example.org", "carla@example.org"]
    assert installation.call("restore", str(tmp_path / "backup"), "--replace", *by_key).returncode == 0
    assert people(installation) == ["bert@example.org"]


def test_it_is_backed_up_while_it_runs_and_not_restored(running: Installation, tmp_path: Path) -> None:
    assert running.call("backup", str(tmp_path / "backup")).returncode == 0
    manifest = unpack(tmp_path / "backup", tmp_path / "out")
    assert "secrets.json" in manifest.files
    assert "up.json" not in manifest.files
    refused = running.call("restore", str(tmp_path / "backup"))
    assert refused.returncode == 2
    assert "already running on the data folder" in refused.stderr
    assert running.health()[0] == 200


def test_a_backup_is_of_one_kind_of_database(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    pack(tmp_path / "folder", tmp_path / "backup", database="sqlite" if installation.database else "postgresql")
    refused = installation.call("restore", str(tmp_path / "backup"))
    assert refused.returncode == 2
    assert "restore it to the same kind" in refused.stderr


@pytest.mark.parametrize("there", [True, False])
def test_what_cannot_be_backed_up_is_one_plain_sentence(
    installation: Installation, tmp_path: Path, there: bool
) -> None:
    (tmp_path / "backup").write_text("an older one")
    refused = installation.call("backup", str(tmp_path / ("backup" if there else "new")))
    assert refused.returncode == 2
    sentence = "exists already" if there else "There is no installation in"
    assert sentence in refused.stderr
    assert (tmp_path / "backup").read_text() == "an older one"
