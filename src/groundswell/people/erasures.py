"""Who was forgotten, as keyed hashes: rows, and a file beside the database that no restore takes back.

A backup still holds those who were forgotten after it was made. The file outlives the restore, and from it they
are forgotten again (:func:`groundswell.attendances.erasing.reapply_erasures`).
"""

import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from groundswell.kit.crypto import keyed_hash
from groundswell.people.models import Erasure, Person

FILE = "erasures.jsonl"


@dataclass(frozen=True)
class Erased:
    """That somebody of an organisation asked to be forgotten, and when."""

    organisation_id: UUID
    id: UUID
    digest: str
    at: datetime

    def to_line(self) -> str:
        """One line of the file, always the same for the same erasure."""
        values = {
            "organisation": str(self.organisation_id),
            "id": str(self.id),
            "digest": self.digest,
            "at": self.at.isoformat(),
        }
        return f"{json.dumps(values)}\n"


def erasure_digest(organisation_id: UUID, email_key: str) -> str:
    """The keyed hash by which an erasure is remembered."""
    return keyed_hash(settings.SECRETS.erasures, str(organisation_id), email_key)


def remember(erased: Iterable[Erased]) -> None:
    """Store erasures in the caller's transaction, those that are not there yet; after it in the file (1 query)."""
    remembered = list(erased)
    if remembered:
        rows = [
            Erasure(organisation_id=one.organisation_id, id=one.id, digest=one.digest, at=one.at)
            for one in remembered
        ]
        Erasure.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(lambda: append(settings.DATA / FILE, remembered))


def append(path: Path, erased: Iterable[Erased]) -> None:
    """Add erasures to the file; they are on disk when this returns."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(_end_of_torn_line(file.fileno()) + "".join(one.to_line() for one in erased).encode())
        file.flush()
        os.fsync(file.fileno())


def _end_of_torn_line(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""


def read(path: Path) -> list[Erased]:
    """The erasures in the file, each once; a line that a power cut tore is left out (its row is written again)."""
    if not path.exists():
        return []
    found = (_from_line(line) for line in path.read_text(errors="replace").splitlines())
    return list(dict.fromkeys(one for one in found if one))


def _from_line(line: str) -> Erased | None:
    try:
        values = json.loads(line)
        at = datetime.fromisoformat(values["at"])
        return Erased(UUID(values["organisation"]), UUID(values["id"]), values["digest"], at)
    except (ValueError, KeyError, TypeError):
        return None


def write_missing() -> int:
    """Add to the file what only the rows have: a kill came between the commit and the file (1 query)."""
    path = settings.DATA / FILE
    there = {one.id for one in read(path)}
    rows = Erasure.objects.values_list("organisation_id", "id", "digest", "at")
    missing = [Erased(*row) for row in rows if row[1] not in there]
    if missing:
        append(path, missing)
    return len(missing)


def forgotten_people(
    organisation_id: UUID, digests: Mapping[str, datetime]
) -> dict[UUID, tuple[datetime, datetime]]:
    """Who in the records was forgotten by one of these hashes: when their row was made, and when they asked.

    Queries: 1, over everybody in the organisation.
    """
    people = Person.objects.filter(organisation_id=organisation_id).values_list("id", "email_key", "created_at")
    found = {}
    for person, email_key, made in people.iterator(chunk_size=2000):
        asked = digests.get(erasure_digest(organisation_id, email_key))
        if asked is not None:
            found[person] = (made, asked)
    return found
