"""The one file that a backup is: a compressed tar with a manifest in front.

The manifest names the version, the kind of database, its organisations, the rows and checksum of every table, and
the size and SHA-256 of every file that follows it. Format 1 had nothing about organisations and tables.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundswell import __version__
from groundswell.ops.errors import BadArchive
from groundswell.ops.sealing import is_sealed, seal, unseal
from groundswell.ops.tables import Table, Tables

FORMAT = 2
MANIFEST = "manifest.json"
DATABASE_DUMP = "postgresql.dump"
PLAIN = "decrypted.draft"
DATABASES = ("groundswell.sqlite3", "intake.sqlite3")
"""SQLite's two files, in the order in which they must be copied (:mod:`groundswell.ops.backup` says why)."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the manifest says about one file."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What is in a backup, and what made it."""

    database: str
    files: dict[str, Content]
    content: Tables | None = None
    version: str = __version__
    format: int = FORMAT
    made_at: str = ""

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """:raises BadArchive: when it is none that this version of Groundswell can read."""
        try:
            values = json.loads(text)
            files = {name: Content(**content) for name, content in values.pop("files").items()}
            manifest = cls(files=files, content=_tables(values.pop("content", None)), **values)
        except (ValueError, TypeError, AttributeError, KeyError):
            raise BadArchive("The file is no backup of Groundswell: its manifest cannot be read.") from None
        if manifest.format > FORMAT or _as_numbers(manifest.version) > _as_numbers(__version__):
            raise BadArchive(
                f"The backup was made by Groundswell {manifest.version}, this is {__version__}: update first."
            )
        return manifest


def _tables(values: dict[str, Any] | None) -> Tables | None:
    if values is None:
        return None
    tables = {name: Table(**table) for name, table in values["tables"].items()}
    return Tables(organisations=list(values["organisations"]), tables=tables)


def _as_numbers(version: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in str(version).split(".")]


def pack(
    folder: Path,
    file: Path,
    *,
    database: str,
    content: Tables | None = None,
    readers: list[Any] | None = None,
) -> Manifest:
    """Write everything in the folder into one new file for its owner only; it appears when it is whole.

    With readers it is encrypted for them; until then it lies beside the folder, which has all its content anyway.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    manifest = Manifest(
        database=database,
        content=content,
        files={name: _content(folder / name) for name in names},
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
    plain = folder.with_name(f"{folder.name}.plain.draft") if readers else draft
    try:
        _write(folder, plain, manifest)
        if readers:
            seal(plain, draft, readers)
        # A link, not a rename: it refuses to replace a backup that appeared meanwhile.
        os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
        plain.unlink(missing_ok=True)
    return manifest


def _write(folder: Path, file: Path, manifest: Manifest) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
            _add_manifest(archive, manifest)
            for name in manifest.files:
                archive.add(folder / name, arcname=name)
        raw.flush()
        os.fsync(raw.fileno())


def _add_manifest(archive: tarfile.TarFile, manifest: Manifest) -> None:
    text = manifest.to_json()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(text), 0o600
    archive.addfile(member, io.BytesIO(text))


def unpack(file: Path, folder: Path, *, key_file: Path | None = None) -> Manifest:
    """Write the archive's files into the folder, which need not exist, and hold them against the manifest.

    Whether it is encrypted is found out from the file itself.

    :raises BadArchive: for anything that is not what the manifest says; the folder is then to be thrown away.
    :raises BadKey: when it is encrypted and the key is missing or another one.
    """
    folder.mkdir(exist_ok=True)
    if not is_sealed(file):
        return _unpack(file, folder)
    plain = folder / PLAIN
    try:
        unseal(file, plain, key_file)
        return _unpack(plain, folder)
    finally:
        plain.unlink(missing_ok=True)


def _unpack(file: Path, folder: Path) -> Manifest:
    with _opened(file) as archive:
        first = archive.next()
        text = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
        if text is None:
            raise BadArchive(f"{file} is no backup of Groundswell.")
        manifest = Manifest.from_json(text.read())
        for member in archive:
            if member.name != MANIFEST:
                if not member.isfile() or member.name not in manifest.files:
                    raise BadArchive(f"The backup is damaged: {member.name} does not belong in it.")
                archive.extract(member, folder, filter="data")
    _for_its_owner_only(folder)
    for name, content in manifest.files.items():
        if not (folder / name).is_file() or _content(folder / name) != content:
            raise BadArchive(f"The backup is damaged: {name} is not what was put in.")
    return manifest


def _for_its_owner_only(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            yield archive
    except FileNotFoundError:
        raise BadArchive(f"There is no file {file}.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BadArchive(f"{file} is no backup of Groundswell, or a damaged one ({error}).") from None


def _content(path: Path) -> Content:
    with path.open("rb") as file:
        return Content(size=path.stat().st_size, sha256=hashlib.file_digest(file, "sha256").hexdigest())
