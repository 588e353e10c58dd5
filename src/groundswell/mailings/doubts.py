"""Copies of which nobody knows whether they arrived, and what becomes of them when somebody does."""

from collections.abc import Sequence

from django.db.models import QuerySet

from groundswell.mailings.domains import add_copies
from groundswell.mailings.leases import append_results, of, postpone
from groundswell.mailings.models import Delivery, Mailing, Result
from groundswell.people.reach import contacted

ACCEPTED = 250
"""What a server would have answered (RFC 5321, section 4.2.3)."""


def in_doubt(mailing: Mailing) -> QuerySet[Result]:
    """The copies of a mailing that are in doubt; lazy."""
    return Result.objects.filter(of(mailing), state=Result.State.DOUBT)


def arrived(mailing: Mailing, numbers: Sequence[int]) -> None:
    """Note of copies in doubt that the server had taken them (up to 8 queries, or none)."""
    if not numbers:
        return
    append_results(mailing, [(number, Result.State.SENT, ACCEPTED) for number in numbers])
    _uncount(mailing, numbers)
    add_copies(mailing, dict.fromkeys(numbers, Result.State.SENT))
    copies = Delivery.objects.filter(of(mailing), number__in=numbers)
    contacted(mailing.organisation_id, list(copies.values_list("person_id", flat=True)))


def send_again(mailing: Mailing, numbers: Sequence[int]) -> None:
    """Let copies in doubt wait to be sent as if nothing had become of them yet (up to 8 queries, or none)."""
    if not numbers:
        return
    in_doubt(mailing).filter(number__in=numbers).delete()
    _uncount(mailing, numbers)
    postpone(mailing, dict.fromkeys(numbers, 0))
    if mailing.state == Mailing.State.FINISHED:
        mailing.state, mailing.finished_at = Mailing.State.SENDING, None
        mailing.save(update_fields=["state", "finished_at"])


def _uncount(mailing: Mailing, numbers: Sequence[int]) -> None:
    add_copies(mailing, dict.fromkeys(numbers, Result.State.DOUBT), by=-1)
