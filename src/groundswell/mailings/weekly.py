"""Not more than so many mailings a week for one person, from all groups of an organisation together.

Mailings go out side by side, so what counts is what went out within the week and what is in a worker's hands. Each
lease stands in the database before its copies are read: of two that are read at once, one at least sees the other.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from groundswell.kit.clock import now
from groundswell.mailings.models import Deferred, Delivery, Lease, Mailing, Result
from groundswell.people.reach import contacted_since

WEEK = timedelta(days=7)

MAY_HAVE_COME = (Result.State.SENT, Result.State.DOUBT, Result.State.LEFT)
"""What counts: of a doubt nobody knows, and then it is rather one too few than one too many."""


@dataclass(frozen=True)
class Enough:
    """Who got as many as anybody may, and who perhaps has by now: what is on its way to them decides it."""

    had: frozenset[UUID] = frozenset()
    perhaps: frozenset[UUID] = frozenset()


NOBODY = Enough()


def had_enough(mailing: Mailing, people: Collection[UUID]) -> Enough:
    """Those of these people who got as many mailings within seven days as anybody may, or may be about to.

    Queries: none where there is no limit; else 1, and where so many mailings went out 2 more, 2 for each and 1 for
    each lease that somebody has.
    """
    most = settings.ENVIRONMENT.mail_per_week
    if not most or mailing.kind in Mailing.URGENT:
        return NOBODY
    others = Mailing.objects.filter(organisation_id=mailing.organisation_id).exclude(id=mailing.id)
    # One that is on its way, or ended within the week, has copies of this week.
    lately = others.exclude(kind__in=Mailing.URGENT).exclude(frozen_at=None).exclude(finished_at__lt=now() - WEEK)
    ids = list(lately.values_list("id", flat=True))
    if len(ids) < most:
        return NOBODY
    # In this order: what is given back between the two is found among what became of it.
    in_hands = _in_hands(mailing.organisation_id, ids, people)
    asked = contacted_since(mailing.organisation_id, people, now().date() - WEEK)
    got = {one: set(_got(mailing.organisation_id, one, asked)) for one in ids}
    had = _as_many_as(most, got.values())
    with_those = _as_many_as(most, (got[one] | in_hands.get(one, set()) for one in ids))
    return Enough(had, with_those - had)


def _as_many_as(most: int, mailings: Iterable[set[UUID]]) -> frozenset[UUID]:
    """Who is in so many of them."""
    return frozenset(
        person for person, many in Counter(one for each in mailings for one in each).items() if many >= most
    )


def _in_hands(organisation_id: UUID, ids: Collection[UUID], people: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By mailing who of them has a copy in a worker's hands (1 query, and 1 for each lease)."""
    found: dict[UUID, set[UUID]] = {}
    for lease in Lease.objects.filter(mailing_id__in=ids).exclude(worker=None):
        own = {"organisation_id": organisation_id, "mailing_id": lease.mailing_id}
        within = Q(number__range=(lease.first, lease.last))
        if not lease.last:
            within = Q(number__in=Deferred.objects.filter(**own, lease=lease.id).values("number"))
        copies = Delivery.objects.filter(within, **own, person_id__in=people)
        found.setdefault(lease.mailing_id, set()).update(copies.values_list("person_id", flat=True))
    return found


def _got(organisation_id: UUID, mailing_id: UUID, people: Collection[UUID]) -> list[UUID]:
    """Who of them got a copy of a mailing within the week (2 queries)."""
    own = {"organisation_id": organisation_id, "mailing_id": mailing_id}
    copies = dict(Delivery.objects.filter(**own, person_id__in=people).values_list("number", "person_id"))
    came = Result.objects.filter(**own, number__in=list(copies), state__in=MAY_HAVE_COME, at__gt=now() - WEEK)
    return [copies[number] for number in came.values_list("number", flat=True)]
