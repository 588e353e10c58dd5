"""Reading the ledger."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from groundswell.ledger.models import Entry, Seal

type Ids = Collection[UUID] | QuerySet[Entry]


def entries_about(whole: Sequence[UUID], parts: Sequence[UUID], objects: Sequence[Ids]) -> QuerySet[Entry]:
    """All that was done in some organisations, and in others what was done to these objects; lazy, 1 query.

    The latest is first; who read a list stands where the ten minutes begin in which they did.
    """
    about = Q()
    for ids in objects:
        about |= Q(object_id__in=ids)
    chosen = Q(organisation_id__in=whole) | (Q(organisation_id__in=parts) & about)
    return Entry.objects.filter(chosen).order_by("-id")


def entries_between(entries: QuerySet[Entry], begin: UUID, end: UUID) -> QuerySet[Entry]:
    """Those of the entries that were made between two keys; lazy, by the order of the table itself."""
    return entries.filter(id__gte=begin, id__lt=end)


def seal_hash(organisation_id: UUID, number: int) -> str | None:
    """The hash of one seal, None where there is none (1 query)."""
    hashes = Seal.objects.filter(organisation_id=organisation_id, number=number).values_list("sha256", flat=True)
    return hashes.first()
