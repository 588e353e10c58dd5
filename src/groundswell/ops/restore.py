"""``./groundswell restore FILE``: everything back as it was, except what people have had erased since."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from groundswell.config.environment import Environment
from groundswell.ops.archive import DATABASE_DUMP, Manifest, unpack
from groundswell.ops.backup import LEFT_OUT
from groundswell.ops.claims import claim_data
from groundswell.ops.errors import BadArchive
from groundswell.ops.postgresql import dump, load

ERASURES = "erasures.jsonl"
"""The separate list of erasures: no restore may shorten it."""

MARK = "restore.json"
"""Lies in the data folder while files are being exchanged: such an installation must not be started."""


def restore(environment: Environment, file: Path, *, key_file: Path | None = None) -> Manifest:
    """Replace the installation by the backup; on any failure it is as it was.

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
            merge_erasures(data / ERASURES, folder / ERASURES)
            with exchanged(environment, folder):
                if environment.on_postgresql:
                    load(environment.database, folder / DATABASE_DUMP)
                erased = _bring_up_to_date(environment)
    finally:
        os.close(claim)
    print(f"Everything is back as of {manifest.made_at}; {erased} erasures made since were applied again.")
    return manifest


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
    from groundswell.ops.prepare import migrate

    try:
        migrate()
        return reapply_erasures(environment.data / ERASURES)
    finally:
        connections.close_all()
