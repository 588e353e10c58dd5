"""Where no mail server is set: copies are kept as files, where the desk shows the first of them."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

from groundswell.mailings import leases
from groundswell.mailings.leases import SENT
from groundswell.mailings.models import Delivery
from groundswell.mailings.sending import Write
from groundswell.outbox.transports import keep_file

AT_ONCE = 500
SHOWN = 20
"""So many copies of a mailing are kept; the others would only fill the disk."""


def keep(worker: UUID, home: UUID, write: Write) -> int:
    """Deal with one batch as if it were sent; returns how many copies that were."""
    batch = leases.acquire(worker, home, AT_ONCE)
    if batch is None:
        return 0
    write.prepare(batch.mailing)
    while batch.waiting:
        recipient = batch.waiting.popleft()
        _sender, _to, body = write(batch, recipient)
        if recipient.number <= SHOWN:
            path = kept_path(batch.mailing.organisation_id, batch.mailing.id, recipient.number)
            keep_file(path, body)
        batch.ended(recipient, SENT, 0)
        batch.got.append(recipient.person)
    leases.settle(batch)
    batch.journal.close(delete=True)
    return len(batch.results)


def kept_path(organisation_id: UUID, mailing_id: UUID, number: int) -> Path:
    """Where a copy is, if it is kept."""
    return _folder() / str(organisation_id) / str(mailing_id) / f"{number}.eml"


def numbers(organisation_id: UUID, mailing_id: UUID) -> list[int]:
    """The numbers of a mailing's copies that are kept (0 queries, 1 folder)."""
    return sorted(_copies(_folder() / str(organisation_id) / str(mailing_id)))


def kept_mailings(organisation_id: UUID) -> list[UUID]:
    """The mailings of an organisation of which copies were kept (0 queries, 1 folder)."""
    return [UUID(folder.name) for folder in (_folder() / str(organisation_id)).glob("*")]


def sweep() -> int:
    """Delete the copies of those who were forgotten; returns how many (1 query for each mailing with copies)."""
    return sum(_sweep(folder) for folder in _folder().glob("*/*"))


def _sweep(folder: Path) -> int:
    copies = _copies(folder)
    there = Delivery.objects.filter(
        organisation_id=UUID(folder.parent.name), mailing_id=UUID(folder.name), number__in=list(copies)
    )
    gone = copies.keys() - set(there.values_list("number", flat=True))
    for number in gone:
        copies[number].unlink(missing_ok=True)
    return len(gone)


def _copies(folder: Path) -> dict[int, Path]:
    return {int(path.stem): path for path in folder.glob("*.eml")}


def _folder() -> Path:
    return Path(settings.DATA) / "mailed"
