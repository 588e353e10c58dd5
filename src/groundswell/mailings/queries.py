"""How far a mailing is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from groundswell.kit.clock import now
from groundswell.mailings.allowances import limits
from groundswell.mailings.domains import unwanted
from groundswell.mailings.models import Deferred, Line, Mailing, Result

WARN, STOP = (1, 2), (3, 3)
"""Complaints of a thousand copies that were taken, and how many there are at least.

Large providers want fewer than 1 in 1,000, and shut out whoever reaches 3. Of a small mailing one who presses the
wrong button is more than that: it takes three who do to stop it.
"""


def progress(mailing: Mailing) -> Mapping[str, int]:
    """How many copies are in each state of :class:`.models.Result`, ``later`` and ``waiting`` (2 queries).

    Those that wait for room at their provider are among the waiting.
    """
    own = {"organisation_id": mailing.organisation_id, "mailing_id": mailing.id}
    counted = Result.objects.filter(**own).values_list("state").annotate(many=Count("number"))
    found = dict.fromkeys(Result.State.values, 0) | dict(counted.order_by())
    found["later"] = Deferred.objects.filter(**own, line="").count()
    found["waiting"] = max(mailing.copies - sum(found.values()), 0)
    return found


@dataclass(frozen=True, kw_only=True)
class InLine:
    """Copies of a mailing that wait for room at a provider, or at the providers that no setting names."""

    domains: tuple[str, ...]
    copies: int
    per_hour: int
    until: datetime
    """When the last of them may go, if no other mailing needs the room."""


def in_line(mailing: Mailing) -> list[InLine]:
    """What waits for room at which provider, the most first, the unnamed ones last (2 queries, or none)."""
    set_limits = limits()
    if set_limits is None:
        return []
    rows = Deferred.objects.filter(organisation_id=mailing.organisation_id, mailing_id=mailing.id, line__gt="")
    many = dict(rows.values_list("line").annotate(many=Count("number")).order_by())
    taken = dict(Line.objects.filter(name__in=many).values_list("name", "taken_until"))
    at, found = now(), defaultdict[tuple[str, ...], list[InLine]](list)
    for line, copies in many.items():
        if limit := set_limits.of(line):
            domains = tuple(domain for domain, its in set_limits.lines.items() if its == line)
            until = max(limit.after(taken.get(line), at, copies - 1), at)
            found[domains].append(InLine(domains=domains, copies=copies, per_hour=limit.per_hour, until=until))
    together = [
        replace(lines[0], copies=sum(one.copies for one in lines), until=max(one.until for one in lines))
        for lines in found.values()
    ]
    return sorted(together, key=lambda one: (not one.domains, -one.copies))


def is_unwanted(mailing: Mailing, limit: tuple[int, int]) -> bool:
    """Whether so many who got it call it unwanted, beyond those whom somebody has taken note of (1 query)."""
    complaints, taken = unwanted(mailing)
    fresh = complaints - mailing.forgiven
    return fresh >= limit[1] and fresh * 1000 >= limit[0] * taken


def group_of_mailing(mailing_id: UUID) -> UUID | None:
    """The group in which it is written (1 query)."""
    return Mailing.objects.filter(id=mailing_id).values_list("group_id", flat=True).first()
