"""Reading the ledger, and checking that nobody changed it."""

from uuid import UUID

from groundswell.ledger.models import Entry, Seal
from groundswell.ledger.operations import START, chained


def first_broken_seal(organisation_id: UUID) -> int | None:
    """The number of the first seal that does not fit its entries, or None if the chain is whole.

    Queries: 1, and 1 for each seal.
    """
    before, expected = START, 1
    for seal in Seal.objects.filter(organisation_id=organisation_id).order_by("number"):
        entries = list(Entry.objects.filter(organisation_id=organisation_id, seal=seal.number).order_by("id"))
        whole = seal.number == expected and len(entries) == seal.entries
        if not whole or chained(before, entries) != seal.sha256:
            return expected
        before, expected = seal.sha256, expected + 1
    return None
