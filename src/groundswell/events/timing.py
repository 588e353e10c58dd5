"""From a day and a clock on the wall to moments in UTC, across time zones and summer time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

LASTS = timedelta(hours=4)
"""How long answers stay open where an event says when it starts and not when it ends."""

COMES_BACK = timedelta(days=1)
"""How long a draft, a picture or a template that was thrown away can be had again."""


@dataclass(frozen=True)
class Span:
    """When an event opens, and when answers to it end; both in UTC."""

    opens_at: datetime
    closes_at: datetime


def span(day: date, starts: time | None, ends: time | None, zone: str) -> Span:
    """The moments of an event. Without a start it lasts all day; an end before the start is the next day's."""
    here = ZoneInfo(zone)
    opens = _moment(day, starts or time(0), here)
    if ends is not None and starts is not None:
        closes = _moment(day if ends > starts else day + timedelta(days=1), ends, here)
    elif starts is not None:
        closes = opens + LASTS
    else:
        closes = _moment(day + timedelta(days=1), time(0), here)
    return Span(opens, closes)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)


def is_zone(name: str) -> bool:
    """Whether the time zone database knows this name."""
    return name in zones()


@cache
def zones() -> frozenset[str]:
    """The names of all time zones, read once per process: it takes some 50 ms."""
    return frozenset(available_timezones())
