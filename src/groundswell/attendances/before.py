"""How long before an event its reminders go out by themselves, and until when each of them makes sense."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from groundswell.events.models import Event


class Before(models.TextChoices):
    """The moments, always counted from when the event begins as it stands: where it moves, they move."""

    WEEK = "week", _("a week before")
    DAY = "day", _("a day before")
    HOURS = "hours", _("two hours before")

    def moment(self, event: Event) -> datetime | None:
        """When that is; where only the day is known, in its morning or, for two hours, None (0 queries)."""
        if event.starts:
            return event.opens_at - LEADS[self]
        return None if self is Before.HOURS else event.opens_at - LEADS[self] + MORNING

    def ends(self, event: Event) -> datetime:
        """Until when it makes sense: an hour before the next one's moment, or as long as it has not begun.

        Whether the next one is set makes no difference: "in a week" is as wrong on the day before without it.
        """
        order = list(Before)
        later = [each.moment(event) for each in order[order.index(self) + 1 :]]
        following = next(filter(None, later), None)
        return following - APART if following else event.opens_at


LEADS = {Before.WEEK: timedelta(days=7), Before.DAY: timedelta(hours=24), Before.HOURS: timedelta(hours=2)}

LONGEST = max(LEADS.values())

MORNING = timedelta(hours=10)
"""Where only the day is known: at ten of the clock, not at midnight."""

APART = timedelta(hours=1)
"""How far apart two reminders of one event are at least."""

HAS_JUST_READ = {Before.WEEK: timedelta(days=1), Before.DAY: timedelta(days=1), Before.HOURS: timedelta(0)}
"""Who confirmed less than this before the moment has just read everything, and is not reminded of it."""
