"""``./groundswell backup FILE``: everything that an installation keeps, in one file, while it is running."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from groundswell.config.environment import Environment
from groundswell.ops.archive import DATABASE_DUMP, DATABASES, Manifest, pack
from groundswell.ops.errors import BadArchive
from groundswell.ops.postgresql import dump
from groundswell.ops.remembered import FILE as SETTINGS
from groundswell.ops.sealing import recipients
from groundswell.ops.tables import Tables, still, tables_of_database, tables_of_files

LEFT_OUT = ("running.lock", SETTINGS, "restore.json", "imports")
"""What belongs to this machine and this run of it, and the lists of people that are to be gone after a week."""


def back_up(environment: Environment, file: Path, *, key_file: Path | None = None) -> Manifest:
    """Write the backup. It holds personal data and the installation's keys: only its owner can read it.

    With a key file it is encrypted; public keys in that are enough.

    :raises BadArchive: when there is nothing to back up, or the file cannot be written.
    :raises BadKey: when there is no key in the key file.
    :raises ProgramFailed: when pg_dump fails.
    """
    if file.exists():
        raise BadArchive(f"{file} exists already: name a new file, so that no older backup is lost.")
    if not (environment.data / "secrets.json").exists():
        raise BadArchive(f"There is no installation in {environment.data}: name its folder with --data.")
    readers = recipients(key_file) if key_file else None
    try:
        with tempfile.TemporaryDirectory(prefix="backing-up-", dir=environment.data) as name:
            folder = Path(name, "content")
            folder.mkdir()
            content = _copy_database(environment, folder)
            _copy_files(environment.data, folder)
            kind = "postgresql" if environment.on_postgresql else "sqlite"
            manifest = pack(folder, file, database=kind, content=content, readers=readers)
    except OSError as error:
        raise BadArchive(f"The backup could not be written: {error}.") from None
    sealed = f"It is encrypted; {key_file} or its secret half opens it" if readers else "It is not encrypted"
    print(f"Everything is in {file}. {sealed}: keep it safe, people's data and the installation's keys are in it.")
    return manifest


def _copy_database(environment: Environment, folder: Path) -> Tables:
    """Copy the database, and count what is in the copy."""
    if not environment.on_postgresql:
        _copy_files_of_database(environment.data, folder)
        return tables_of_files([folder / name for name in DATABASES])
    with still(environment.database) as connection:
        # The dump and the sums are of the same moment.
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        dump(environment.database, folder / DATABASE_DUMP, "--snapshot", snapshot)
        return tables_of_database(connection)


def _copy_files_of_database(data: Path, folder: Path) -> None:
    """Copy both files as of one moment each, the journal last.

    In this order an action that arrives between the two is settled after a restore. In the other order it
    would count as settled and be missing from the journal, which would then give its number to another one.
    """
    for name in DATABASES:
        if (data / name).exists():
            copy_sqlite(data / name, folder / name)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that is in use; what was erased from it does not come along in its free pages."""
    with closing(sqlite3.connect(f"file:{_quoted(source)}?mode=rw", uri=True, timeout=60)) as database:
        database.execute("VACUUM INTO ?", (str(target),))


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _copy_files(data: Path, folder: Path) -> None:
    for path in kept_files(data):
        target = folder / path.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            # It was sent, or erased, a moment ago.
            target.unlink(missing_ok=True)


def kept_files(data: Path) -> list[Path]:
    """Every file of an installation that is neither a database nor of this machine only."""
    return [
        path
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.is_symlink() and _is_kept(path.relative_to(data))
    ]


def _is_kept(name: Path) -> bool:
    top = name.parts[0]
    return not (
        top in LEFT_OUT
        or top.startswith((*DATABASES, "backing-up-", "restoring-", "before-restore-", "test-"))
        or name.suffix in {".draft", ".part"}
    )
