"""How far a mailing is."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count

from groundswell.mailings.domains import unwanted
from groundswell.mailings.models import Deferred, Mailing, Result

WARN, STOP = (1, 2), (3, 3)
"""Complaints of a thousand copies that were taken, and how many there are at least.

Large providers want fewer than 1 in 1,000, and shut out whoever reaches 3. Of a small mailing one who presses the
wrong button is more than that: it takes three who do to stop it.
"""


def progress(mailing: Mailing) -> Mapping[str, int]:
    """How many copies are in each state of :class:`.models.Result`, ``later`` and ``waiting`` (2 queries)."""
    own = {"organisation_id": mailing.organisation_id, "mailing_id": mailing.id}
    counted = Result.objects.filter(**own).values_list("state").annotate(many=Count("number"))
    found = dict.fromkeys(Result.State.values, 0) | dict(counted.order_by())
    found["later"] = Deferred.objects.filter(**own).count()
    found["waiting"] = max(mailing.copies - sum(found.values()), 0)
    return found


def is_unwanted(mailing: Mailing, limit: tuple[int, int]) -> bool:
    """Whether so many who got it call it unwanted, beyond those whom somebody has taken note of (1 query)."""
    complaints, taken = unwanted(mailing)
    fresh = complaints - mailing.forgiven
    return fresh >= limit[1] and fresh * 1000 >= limit[0] * taken


def group_of_mailing(mailing_id: UUID) -> UUID | None:
    """The group in which it is written (1 query)."""
    return Mailing.objects.filter(id=mailing_id).values_list("group_id", flat=True).first()
