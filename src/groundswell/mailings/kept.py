"""Where no mail server is set: copies are kept as files, where the desk shows the first of them."""

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from groundswell.mailings import leases
from groundswell.mailings.leases import SENT, Batch
from groundswell.mailings.sending import Write

AT_ONCE = 500
SHOWN = 20
"""So many copies of a mailing are kept; the others would only fill the disk."""


def keep(worker: UUID, home: UUID, write: Write) -> int:
    """Deal with one batch as if it were sent; returns how many copies that were."""
    batch = leases.acquire(worker, home, AT_ONCE)
    if batch is None:
        return 0
    while batch.waiting:
        recipient = batch.waiting.popleft()
        _sender, _to, body = write(batch, recipient)
        if recipient.number <= SHOWN:
            _keep(batch, recipient.number, body)
        batch.results[recipient.number] = (SENT, 0)
        batch.got.append(recipient.number)
    leases.settle(batch)
    batch.journal.close(delete=True)
    return len(batch.results)


def kept_path(organisation_id: UUID, mailing_id: UUID, number: int) -> Path:
    """Where a copy is, if it is kept."""
    return Path(settings.DATA) / "outbox" / str(organisation_id) / f"{mailing_id}-{number}.eml"


def _keep(batch: Batch, number: int, body: bytes) -> None:
    path = kept_path(batch.mailing.organisation_id, batch.mailing.id, number)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    draft.write_bytes(body)
    os.chmod(draft, 0o600)
    draft.replace(path)
