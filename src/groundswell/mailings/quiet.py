"""Hours of the night in which no mailing goes out, on the clock of those who would get it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from groundswell.kit.clock import now
from groundswell.mailings.models import Mailing

ZONE = ZoneInfo("Europe/London")
"""Where people live: all that is known of it are postcodes of the United Kingdom."""


def is_quiet(at: datetime | None = None) -> bool:
    """Whether mailings wait at a moment (now, if none is given), since it is night where people are."""
    begins, ends = (int(hour) for hour in (settings.ENVIRONMENT.quiet_hours or "0-0").split("-"))
    hour = (at or now()).astimezone(ZONE).hour
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def waits(mailing: Mailing) -> bool:
    """Whether it is night for this one."""
    return mailing.kind not in Mailing.URGENT and is_quiet()
