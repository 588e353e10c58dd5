"""A plan for a sender whom no provider knows yet: so many copies on the first day, and more on each one after it.

Who begins with many mails is put off, refused or filed as unwanted. A day is a step of the plan where at least
half of what it allowed went out, since a day without mail makes nobody known. Copies are counted before they go
out, so whoever is killed has used them up; what did not go out is given back.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from groundswell.kit.clock import now
from groundswell.mailings.models import Mailing, WarmDay
from groundswell.mailings.quiet import ZONE

if TYPE_CHECKING:
    from groundswell.mailings.leases import Batch

PLAN = (
    *(200, 400, 800, 1_600, 3_000, 6_000, 9_000, 13_500, 20_000, 30_000, 45_000),
    *(65_000, 90_000, 125_000, 175_000, 245_000, 340_000),
)
"""Copies on each day: at most twice as many as before, half as many more from 6,000 on, two fifths from 45,000."""

BREATH = timedelta(seconds=10)
"""So long before midnight nothing begins any more: what goes out after it would stand in the wrong day."""


@dataclass(frozen=True, kw_only=True)
class Today:
    """Where the plan is: ``taken`` of what the step allows were counted already."""

    day: date
    step: int
    taken: int
    is_over: bool = False
    """Whether midnight is too near for anything to begin."""

    @property
    def most(self) -> int:
        """How many may go out today."""
        return PLAN[self.step]

    @property
    def left(self) -> int:
        """How many may still go out today."""
        return 0 if self.is_over else max(self.most - self.taken, 0)

    @property
    def ahead(self) -> tuple[int, ...]:
        """How many may go out on each of the days after."""
        return PLAN[self.step + 1 :]


def today() -> Today | None:
    """What may go out today, or None where there is no plan or it is fulfilled (1 query, or none)."""
    if not settings.ENVIRONMENT.mail_warm_up:
        return None
    at = now().astimezone(ZONE)
    since = date.fromisoformat(settings.ENVIRONMENT.mail_warm_up)
    days = {one.day: one for one in WarmDay.objects.filter(day__gte=min(since, at.date()))}
    own = days.pop(at.date(), None)
    step = sum(one.taken * 2 >= one.most for one in days.values() if one.day >= since)
    if step >= len(PLAN):
        return None
    is_over = (at + BREATH).date() != at.date()
    return Today(day=at.date(), step=step, taken=own.taken if own else 0, is_over=is_over)


def may_begin(mailing: Mailing, plan: Today | None) -> bool:
    """Whether a copy of it may go out under the plan: what is urgent always may."""
    return plan is None or plan.left > 0 or mailing.kind in Mailing.URGENT


def days_for(mailing: Mailing, copies: int, plan: Today) -> int:
    """In how many more days so many copies of it go out, today not counted, if mail goes out on each of them."""
    if mailing.kind in Mailing.URGENT:
        return 0
    ahead = [plan.left, *plan.ahead]
    return next((at for at in range(len(ahead)) if sum(ahead[: at + 1]) >= copies), len(ahead))


def admit(batch: "Batch", plan: Today) -> None:
    """Count those who wait in a batch, as far as there is room today; the others are read again (3 queries)."""
    if not batch.waiting:
        return
    given = _count(plan, len(batch.waiting), is_urgent=batch.mailing.kind in Mailing.URGENT)
    batch.counted_on = plan.day
    while len(batch.waiting) > given:
        batch.unsent.append(batch.waiting.pop().email)
        batch.uncounted += 1


@transaction.atomic
def _count(plan: Today, wanted: int, *, is_urgent: bool) -> int:
    # What is not there cannot be locked.
    WarmDay.objects.bulk_create([WarmDay(day=plan.day, most=plan.most)], ignore_conflicts=True)
    row = WarmDay.objects.select_for_update().get(day=plan.day)
    given = wanted if is_urgent else min(wanted, max(plan.most - row.taken, 0))
    WarmDay.objects.filter(day=plan.day).update(taken=row.taken + given, most=plan.most)
    return given


def give_back(batch: "Batch") -> None:
    """Take copies that did not go out off their day again, in the caller's transaction (1 query, or none)."""
    over = len(batch.unsent) - batch.uncounted
    if batch.counted_on and over:
        WarmDay.objects.filter(day=batch.counted_on).update(taken=F("taken") - over)
