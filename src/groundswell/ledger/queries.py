"""Reading the ledger."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from groundswell.ledger.models import Entry, Seal


def entries_of(organisation_ids: Sequence[UUID]) -> QuerySet[Entry]:
    """All that was done in these organisations, the latest first; lazy, 1 query."""
    return Entry.objects.filter(organisation_id__in=organisation_ids).order_by("-id")


def seal_hash(organisation_id: UUID, number: int) -> str | None:
    """The hash of one seal, None where there is none (1 query)."""
    hashes = Seal.objects.filter(organisation_id=organisation_id, number=number).values_list("sha256", flat=True)
    return hashes.first()
