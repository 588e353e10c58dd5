"""``./groundswell restore FILE``: everything back as it was, except what people have had erased since."""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from groundswell.config.environment import Environment
from groundswell.ops.archive import DATABASE_DUMP, DATABASES, Manifest, unpack
from groundswell.ops.backup import LEFT_OUT
from groundswell.ops.claims import claim_data
from groundswell.ops.errors import BadArchive, Occupied
from groundswell.ops.postgresql import dump, load
from groundswell.ops.tables import Tables, still, tables_of_database, tables_of_files

ERASURES = "erasures.jsonl"
"""The separate list of erasures: no restore may shorten it."""

MARK = "restore.json"
"""Lies in the data folder while files are being exchanged: such an installation must not be started."""


def restore(
    environment: Environment, file: Path, *, key_file: Path | None = None, replace: bool = False
) -> Manifest:
    """Say what the backup holds and what it would replace, then put it in place; on any failure all is as it was.

    :raises Occupied: where an installation is already, unless it may be replaced.
    :raises Taken: while the installation is running.
    :raises BadArchive: when the backup is damaged or does not fit; nothing has been touched then.
    :raises BadKey: when it is encrypted and this is not its key; nothing has been touched then.
    :raises ProgramFailed: when PostgreSQL's programs fail; the database is then as it was.
    """
    data = environment.data
    claim = claim_data(data, patience=0.0)
    try:
        undo(environment)
        with tempfile.TemporaryDirectory(prefix="restoring-", dir=data) as name:
            folder = Path(name)
            manifest = unpack(file, folder, key_file=key_file)
            _refuse_other_database(manifest, environment)
            erasures = _newer(data / ERASURES, folder / ERASURES)
            present = _present(environment)
            say_what_comes(manifest, environment, present=present, erasures=len(erasures))
            if present and not replace:
                raise Occupied(
                    f"Nothing was changed: there is an installation in {data}; --replace puts this in its place."
                )
            merge_erasures(data / ERASURES, folder / ERASURES)
            with exchanged(environment, folder):
                if environment.on_postgresql:
                    load(environment.database, folder / DATABASE_DUMP)
                _refuse_other_content(manifest, environment)
                erased = _bring_up_to_date(environment)
    finally:
        os.close(claim)
    print(f"Everything is back as of {manifest.made_at}; {erased} erasures made since were applied again.")
    return manifest


def _present(environment: Environment) -> str:
    """What is there already, in words; empty where no installation is."""
    kept = [environment.data / name for name in ("secrets.json", *DATABASES)]
    try:
        content = content_of(environment)
    except sqlite3.DatabaseError:
        # The very reason for a restore, perhaps.
        return "an installation whose database cannot be read"
    return _told(content) if content.tables or any(file.exists() for file in kept) else ""


def content_of(environment: Environment) -> Tables:
    """Every table of an installation as of one moment, nothing where none is.

    :raises sqlite3.DatabaseError: when a database is damaged.
    :raises ProgramFailed: when PostgreSQL cannot be reached.
    """
    if environment.on_postgresql:
        with still(environment.database) as connection:
            return tables_of_database(connection)
    return tables_of_files([environment.data / name for name in DATABASES])


def say_what_comes(manifest: Manifest, environment: Environment, *, present: str, erasures: int) -> None:
    """Print what would be restored over what, for whoever must decide whether that is what they want."""
    print(f"The backup is of {_moment(manifest.made_at)}, made by Groundswell {manifest.version}.")
    print(f"It holds {_told(manifest.content)}.")
    print(f"In {environment.data} is {present or 'no installation yet'}.")
    print(f"Erasures that were made since, and that will be applied again: {erasures}.", flush=True)


def _moment(made_at: str) -> str:
    try:
        return f"{datetime.fromisoformat(made_at).astimezone(UTC):%-d %B %Y, %H:%M} UTC"
    except ValueError:
        return "an unknown date"


def _told(content: Tables | None) -> str:
    if content is None:
        return "no word about its organisations, since it was made before backups said so"
    names = ", ".join(content.organisations) or "no organisation"
    return f"{names}: {content.people:,} people, {content.rows:,} rows in {len(content.tables)} tables"


def _refuse_other_content(manifest: Manifest, environment: Environment) -> None:
    """What was loaded is what was backed up, row by row: PostgreSQL's programs could have left something out."""
    if manifest.content is None:
        return
    found = content_of(environment).tables
    expected = manifest.content.tables
    other = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    if other:
        raise BadArchive(f"What came back is not what was backed up: {', '.join(other)} differ.")


def _refuse_other_database(manifest: Manifest, environment: Environment) -> None:
    here = "postgresql" if environment.on_postgresql else "sqlite"
    if manifest.database != here:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        raise BadArchive(
            f"The backup is of an installation on {names[manifest.database]}, and --database names "
            f"{names[here]}: restore it to the same kind."
        )


def merge_erasures(present: Path, restored: Path) -> None:
    """Give the list that is here, and what only the backup's one has, to what is about to be put in place."""
    lines = dict.fromkeys([*_lines(present), *_lines(restored)])
    if lines:
        restored.write_text("".join(f"{line}\n" for line in lines))
        restored.chmod(0o600)


def _newer(present: Path, restored: Path) -> list[str]:
    """The erasures that the backup does not know of."""
    known = set(_lines(restored))
    return [line for line in _lines(present) if line not in known]


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@contextmanager
def exchanged(environment: Environment, restored: Path) -> Iterator[None]:
    """Put what is there aside and what was restored in its place; back again if the body fails.

    All that is there: a write-ahead log that stayed behind would be played into the restored database.
    """
    data = environment.data
    aside = data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    if environment.on_postgresql:
        dump(environment.database, aside / DATABASE_DUMP)
    try:
        _mark(data, aside, "putting aside")
        _move(_entries(data), aside)
        _mark(data, aside, "putting in place")
        _move((entry for entry in restored.iterdir() if entry.name != DATABASE_DUMP), data)
        yield
    except BaseException:
        undo(environment)
        raise
    (data / MARK).unlink()
    shutil.rmtree(aside)


def undo(environment: Environment) -> bool:
    """Take an exchange back that did not come to its end; return whether there was one.

    It can itself be interrupted anywhere: nothing that was put aside is lost before it is back.
    """
    data = environment.data
    mark = data / MARK
    if not mark.exists():
        return False
    state = json.loads(mark.read_text())
    aside = data / state["aside"]
    if state["step"] == "putting in place":
        if (aside / DATABASE_DUMP).exists():
            load(environment.database, aside / DATABASE_DUMP)
        for entry in _entries(data):
            _remove(entry)
        _mark(data, aside, "putting aside")
    _move((entry for entry in aside.iterdir() if entry.name != DATABASE_DUMP), data)
    mark.unlink()
    shutil.rmtree(aside)
    return True


def _mark(data: Path, aside: Path, step: str) -> None:
    draft = data / f"{MARK}.draft"
    with draft.open("w") as file:
        json.dump({"aside": aside.name, "step": step}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(data / MARK)


def _entries(data: Path) -> list[Path]:
    """What in the data folder belongs to the installation, not to the machine or to a restore under way."""
    return [
        entry
        for entry in data.iterdir()
        if not entry.name.startswith((*LEFT_OUT, "restoring-", "before-restore-"))
    ]


def _move(entries: Iterable[Path], folder: Path) -> None:
    for entry in list(entries):
        entry.rename(folder / entry.name)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()


def _bring_up_to_date(environment: Environment) -> int:
    """Migrate what an older version wrote, erase again who was erased since; return how many that were."""
    os.environ.update(environment.as_variables())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.config.settings")
    import django

    django.setup()
    from django.db import connections

    from groundswell.attendances.erasing import reapply_erasures
    from groundswell.kit.scope import everywhere
    from groundswell.ops.prepare import migrate

    try:
        migrate()
        with everywhere("erasures are of every organisation"):
            return reapply_erasures(environment.data / ERASURES)
    finally:
        connections.close_all()
