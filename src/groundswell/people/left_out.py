"""The files of an import: the table that was sent to us, and the rows of it that were left out.

They lie in the data folder, readable by its owner only, and for a week.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from groundswell.kit.clock import now
from groundswell.kit.sheets import csv_file, csv_rows

STAY = timedelta(days=7)
LOOKED_AT = timedelta(days=1)
"""So long a file stays that was sent to be looked at, and nobody began with."""


def folder() -> Path:
    """Where they lie; made where it is not there yet."""
    path = Path(settings.DATA) / "imports"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def table_file(import_id: UUID) -> Path:
    """The table itself, of an import that was sent by a browser."""
    return folder() / f"{import_id}.table"


def upload_file(upload_id: UUID) -> Path:
    """A table that a browser sent, while somebody looks at what would become of it."""
    return folder() / f"{upload_id}.upload"


def left_out_file(import_id: UUID) -> Path:
    """The rows that were left out, with the reason in the last column."""
    return folder() / f"{import_id}.left-out.csv"


def keep(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read; it is on disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def append(import_id: UUID, at: int, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write rows that were left out behind the first ``at`` bytes; returns how many bytes there are then.

    What a process wrote behind them and did not live to commit is overwritten.
    """
    lines = list(rows)
    if not lines:
        return at
    content = csv_rows(lines) if at else csv_file([*header, _("Why this row was left out")], lines)
    descriptor = os.open(left_out_file(import_id), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.truncate(at)
        file.seek(at)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return at + len(content)


def sweep() -> int:
    """Delete what is older than a week, or a day where it was only looked at; returns how many files went."""
    old = [path for path in folder().iterdir() if path.stat().st_mtime < _kept_since(path)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _kept_since(path: Path) -> float:
    return (now() - (LOOKED_AT if path.suffix == ".upload" else STAY)).timestamp()
