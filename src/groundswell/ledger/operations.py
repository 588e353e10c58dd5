"""Writing down who did what, and sealing it so that a later change can be found."""

import hashlib
import json
import logging
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction

from groundswell.kit.clock import now
from groundswell.kit.crypto import keyed_hash
from groundswell.kit.ids import key_of, uuid7
from groundswell.ledger.models import Entry, Head, Seal

log = logging.getLogger(__name__)

READ_AGAIN = 10 * 60 * 1000
"""Milliseconds within which whoever reads a list again leaves no second entry."""

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
    entry = Entry(
        organisation_id=organisation_id, id=uuid7(), actor=actor, verb=verb, object_id=object_id, detail=detail
    )
    Entry.objects.bulk_create([entry])


def record_read(
    *,
    organisation_id: UUID,
    actor: UUID | None,
    verb: str,
    people: int,
    object_id: UUID | None = None,
    part: str = "",
) -> None:
    """Append that somebody was shown a list of so many people, once in ten minutes for each list and part of it.

    A list of nobody leaves nothing. Where the database cannot write, on a full disk, reading goes on and the log
    says what is missing. Queries: 1, and 1 in a savepoint where it is the first time.
    """
    window = int(now().timestamp() * 1000) // READ_AGAIN * READ_AGAIN
    # Who reads it in the same ten minutes comes to the same key.
    key = key_of(window, f"{actor} {verb} {object_id} {part}".encode())
    if not people or _stands(organisation_id, key):
        return
    entry = Entry(
        organisation_id=organisation_id,
        id=key,
        actor=actor,
        verb=verb,
        object_id=object_id,
        detail={"people": people},
    )
    try:
        with transaction.atomic():
            Entry.objects.bulk_create([entry])
    except IntegrityError:
        return  # Another request of theirs was first.
    except OperationalError as error:
        log.error("What somebody read was not written down: %s", verb, exc_info=error)


def _stands(organisation_id: UUID, key: UUID) -> bool:
    return Entry.objects.filter(organisation_id=organisation_id, id=key).exists()


def seal() -> int:
    """Seal what was written since the last seal, for each organisation; returns the number of entries sealed.

    Sealing follows writing instead of going with it, so that no lock on the end of a chain makes the
    organisation's writers queue. Queries: 1, and 6 for each organisation with new entries.
    """
    waiting = Entry.objects.filter(seal=None).values_list("organisation_id", flat=True).distinct()
    return sum(_seal_organisation(organisation) for organisation in list(waiting))


@transaction.atomic
def _seal_organisation(organisation: UUID) -> int:
    last = Seal.objects.select_for_update().filter(organisation_id=organisation).order_by("-number").first()
    entries = list(Entry.objects.filter(organisation_id=organisation, seal=None).order_by("id")[:SEALED_AT_ONCE])
    if not entries:
        return 0
    made = Seal.objects.create(
        organisation_id=organisation,
        number=last.number + 1 if last else 1,
        entries=len(entries),
        sha256=chained(last.sha256 if last else START, entries),
    )
    _move_head(last, made)
    ids = [entry.id for entry in entries]
    Entry.objects.filter(organisation_id=organisation, id__in=ids).update(seal=made.number)
    return len(entries)


def _move_head(last: Seal | None, made: Seal) -> None:
    """Let the head name the new seal; a head that does not name the one before stays, and gives that away."""
    head = Head.objects.filter(organisation_id=made.organisation_id).first()
    before = (head.seals, head.sha256) if head else None
    if before != ((last.number, last.sha256) if last else None):
        return
    entries = made.entries + (head.entries if head else 0)
    values = {"seals": made.number, "entries": entries, "sha256": made.sha256}
    values["signature"] = signature(made.organisation_id, made.number, entries, made.sha256)
    Head.objects.update_or_create(organisation_id=made.organisation_id, defaults=values)


def signature(organisation_id: UUID, seals: int, entries: int, sha256: str) -> str:
    """What a head is signed with: the key stands in the data folder, not in the database."""
    return keyed_hash(
        settings.SECRET_KEY, "the head of a ledger", str(organisation_id), str(seals), str(entries), sha256
    )


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
