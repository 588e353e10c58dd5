"""Writing down who did what, and sealing it so that a later change can be found."""

import hashlib
import json
from uuid import UUID

from django.db import transaction

from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry, Seal

SEALED_AT_ONCE = 2000
START = "0" * 64


def record(
    *,
    organisation_id: UUID,
    actor: UUID | None,
    verb: str,
    object_id: UUID | None = None,
    **detail: object,
) -> None:
    """Append one entry in the caller's transaction (1 query).

    ``detail`` holds figures, codes and keyed hashes, never what names a person.
    """
    Entry.objects.bulk_create(
        [
            Entry(
                organisation_id=organisation_id,
                id=uuid7(),
                actor=actor,
                verb=verb,
                object_id=object_id,
                detail=detail,
            )
        ]
    )


def seal() -> int:
    """Seal what was written since the last seal, for each organisation; returns the number of entries sealed.

    Sealing follows writing instead of going with it, so that no lock on the end of a chain makes the
    organisation's writers queue. Queries: 1, and 4 for each organisation with new entries.
    """
    waiting = Entry.objects.filter(seal=None).values_list("organisation_id", flat=True).distinct()
    return sum(_seal_organisation(organisation) for organisation in list(waiting))


@transaction.atomic
def _seal_organisation(organisation: UUID) -> int:
    last = Seal.objects.select_for_update().filter(organisation_id=organisation).order_by("-number").first()
    entries = list(Entry.objects.filter(organisation_id=organisation, seal=None).order_by("id")[:SEALED_AT_ONCE])
    if not entries:
        return 0
    number = last.number + 1 if last else 1
    Seal.objects.create(
        organisation_id=organisation,
        number=number,
        entries=len(entries),
        sha256=chained(last.sha256 if last else START, entries),
    )
    ids = [entry.id for entry in entries]
    Entry.objects.filter(organisation_id=organisation, id__in=ids).update(seal=number)
    return len(entries)


def chained(before: str, entries: list[Entry]) -> str:
    """The hash of a seal: SHA-256 over the one before and its entries in the order of their ids, in hex."""
    digest = hashlib.sha256(before.encode())
    for entry in entries:
        digest.update(_canonical(entry))
    return digest.hexdigest()


def _canonical(entry: Entry) -> bytes:
    content = [
        str(entry.organisation_id),
        str(entry.id),
        int(entry.at.timestamp() * 1_000_000),
        str(entry.actor or ""),
        entry.verb,
        str(entry.object_id or ""),
        entry.detail,
    ]
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
