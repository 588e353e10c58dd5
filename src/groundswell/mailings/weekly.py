"""Not more than so many mailings a week for one person, from all groups of an organisation together."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from groundswell.kit.clock import now
from groundswell.mailings.models import Delivery, Mailing, Result
from groundswell.people.reach import contacted_since

WEEK = timedelta(days=7)


def had_enough(mailing: Mailing, people: Collection[UUID]) -> set[UUID]:
    """Those of these people who got as many mailings within seven days as anybody may.

    Queries: none where there is no limit; else 1, and where so many mailings went out 1 more and 2 for each.
    """
    most = settings.ENVIRONMENT.mail_per_week
    if not most or mailing.kind in Mailing.URGENT:
        return set()
    others = Mailing.objects.filter(organisation_id=mailing.organisation_id).exclude(id=mailing.id)
    # One that is on its way, or ended within the week, has copies of this week.
    lately = others.exclude(kind__in=Mailing.URGENT).exclude(frozen_at=None).exclude(finished_at__lt=now() - WEEK)
    ids = list(lately.values_list("id", flat=True))
    if len(ids) < most:
        return set()
    asked = contacted_since(mailing.organisation_id, people, now().date() - WEEK)
    got = Counter(person for one in ids for person in _got(mailing.organisation_id, one, asked))
    return {person for person, many in got.items() if many >= most}


def _got(organisation_id: UUID, mailing_id: UUID, people: Collection[UUID]) -> list[UUID]:
    """Who of them got a copy of a mailing within the week (2 queries)."""
    own = {"organisation_id": organisation_id, "mailing_id": mailing_id}
    copies = dict(Delivery.objects.filter(**own, person_id__in=people).values_list("number", "person_id"))
    sent = Result.objects.filter(**own, number__in=list(copies), state=Result.State.SENT, at__gt=now() - WEEK)
    return [copies[number] for number in sent.values_list("number", flat=True)]
