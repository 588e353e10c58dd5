"""Not more than so many copies an hour to addresses of one provider, and nearly as many where more are waiting.

A limited provider is a *line*: a domain, or some that it goes by. Each copy that goes there takes a place in its
line; places lie a little further apart than an hour divided by the limit, and how far they are taken stands in the
database, for every process and every machine. So no worker that is killed, started again or helped gives one out
twice. A place may be used late, never early, and only so late that no hour, wherever it begins, has one too many.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction

from groundswell.kit.clock import now
from groundswell.kit.crypto import keyed_hash
from groundswell.mailings.domains import domain_of
from groundswell.mailings.leases import Batch, Recipient
from groundswell.mailings.models import Line

HOUR = 3600.0

LATE = 80.0
"""Seconds after which a place that nobody took is gone: so much of a standstill is made up for."""

HELD = 20.0
"""Seconds for which a process keeps a place whose copy did not go out, for another copy."""

SPARE = 120.0
"""Seconds by which an hour's places take longer than an hour.

More than a place may be used late: :data:`LATE`, then :data:`HELD`, then :data:`.leases.FRESH`, and the rest is
for bodies on their way and clocks that differ. It costs 3 % of what is allowed.
"""

GATHER = 10.0
"""Seconds after which it is worth to fetch who waits in a line, several at once."""

OTHERS = "*"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many copies may go to the addresses of a line in any hour."""

    per_hour: int

    @property
    def step(self) -> float:
        """Seconds between two places."""
        return (HOUR + SPARE) / self.per_hour

    def first(self, taken_until: datetime | None, at: datetime) -> datetime:
        """The next place that can be used at a moment or later."""
        oldest = at - timedelta(seconds=LATE)
        return max(taken_until, oldest) if taken_until else oldest

    def free(self, taken_until: datetime | None, at: datetime) -> int:
        """How many places can be used at a moment."""
        since = (at - self.first(taken_until, at)).total_seconds()
        return int(since / self.step) + 1 if since >= 0 else 0

    def after(self, taken_until: datetime | None, at: datetime, places: int) -> datetime:
        """Where the place lies that comes behind so many."""
        return self.first(taken_until, at) + timedelta(seconds=places * self.step)


@dataclass(frozen=True)
class Limits:
    """Which lines there are, as whoever runs it has set it."""

    by_line: Mapping[str, Limit]
    lines: Mapping[str, str]
    """By domain."""
    others: Limit | None

    def line(self, domain: str) -> str:
        """In which line a copy to a domain waits; the empty one is not limited.

        A domain that is not named in the settings may be somebody's own, and is kept as a hash.
        """
        return self.lines.get(domain) or (_hidden(domain) if self.others else "")

    def of(self, line: str) -> Limit | None:
        """The limit of a line, if it has one still."""
        return self.by_line.get(line, self.others)


@lru_cache(20_000)
def _hidden(domain: str) -> str:
    return keyed_hash(settings.SECRETS.mailboxes, "line", domain)[:32]


def limits() -> Limits | None:
    """What is set, or None where nothing is."""
    by_line: dict[str, Limit] = {}
    lines: dict[str, str] = {}
    for each in settings.ENVIRONMENT.mail_per_hour_to:
        names, _equals, many = each.partition("=")
        domains = names.split("+")
        by_line[domains[0]] = Limit(int(many))
        lines |= dict.fromkeys(domains, domains[0])
    others = by_line.pop(OTHERS, None)
    lines.pop(OTHERS, None)
    return Limits(by_line, lines, others) if by_line or others else None


Wanted = Mapping[str, tuple[int, Limit]]
"""By line how many places, and its limit."""


@transaction.atomic
def take_places(wanted: Wanted) -> dict[str, int]:
    """Places in lines for so many copies each, as far as there are any (3 queries)."""
    names = sorted(wanted)
    # What is not there cannot be locked, and in one order nobody waits for each other.
    Line.objects.bulk_create([Line(name=name, taken_until=now() - _LATE) for name in names], ignore_conflicts=True)
    rows = list(Line.objects.select_for_update().filter(name__in=names).order_by("name"))
    at, given = now(), {}
    for row in rows:
        many, limit = wanted[row.name]
        given[row.name] = places = min(many, limit.free(row.taken_until, at))
        row.taken_until = limit.after(row.taken_until, at, places)
    Line.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=["taken_until"])
    return given


_LATE = timedelta(seconds=LATE)


def forget_lines() -> int:
    """Delete the lines whose places have all gone by: that is what no row means; returns how many (1 query)."""
    return Line.objects.filter(taken_until__lt=now() - _LATE).delete()[0]


class Allowances:
    """The places of one process, asked for in one thread; those that it did not use it keeps for a while."""

    def __init__(self, set_limits: Limits, take: Callable[[Wanted], dict[str, int]] = take_places) -> None:
        self._limits = set_limits
        self._take = take
        self._kept: dict[str, list[tuple[datetime, int]]] = {}

    def admit(self, batch: Batch, ready: Iterable[Recipient]) -> list[Recipient]:
        """Those of them to whom a copy may go now; of the others the batch notes in which line they wait.

        Queries: 3 if anybody's provider is limited.
        """
        lines = [(self._limits.line(domain_of(one.email)), one) for one in ready]
        wanted = Counter(line for line, _one in lines if line)
        places = self._places(batch, wanted) if wanted else {}
        admitted = []
        for line, one in lines:
            if line and not places[line]:
                batch.held[one.number] = (one.attempts, line)
                continue
            if line:
                places[line] -= 1
            admitted.append(one)
        return admitted

    def _places(self, batch: Batch, wanted: Counter[str]) -> dict[str, int]:
        """Places for so many in each line, kept ones first; the batch notes until when they can be kept again."""
        found = {line: self._use_kept(batch, line, many) for line, many in wanted.items()}
        missing = {}
        for line, many in wanted.items():
            limit = self._limits.of(line)
            assert limit
            if many > found[line]:
                missing[line] = (many - found[line], limit)
        until = now() + timedelta(seconds=HELD)
        for line, places in (self._take(missing) if missing else {}).items():
            found[line] += places
            batch.places_until.setdefault(line, until)
        return found

    def _use_kept(self, batch: Batch, line: str, many: int) -> int:
        at, used, left = now(), 0, []
        for until, places in self._kept.pop(line, []):
            if until <= at:
                continue
            taken = min(places, many - used)
            used += taken
            if taken:
                batch.places_until[line] = min(until, batch.places_until.get(line, until))
            if places > taken:
                left.append((until, places - taken))
        if left:
            self._kept[line] = left
        return used

    def give_back(self, batch: Batch) -> None:
        """Keep the places of copies that did not go out (0 queries)."""
        back = Counter(self._limits.line(domain_of(email)) for email in batch.unsent)
        for line, until in batch.places_until.items():
            if back[line]:
                self._kept.setdefault(line, []).append((until, back[line]))

    def room(self, lines: Collection[str]) -> dict[str, int | None]:
        """How many of those who wait in lines are worth fetching now; None is all (1 query)."""
        at = now()
        found = dict(Line.objects.filter(name__in=lines).values_list("name", "taken_until"))
        return {line: self._room(line, found.get(line), at) for line in lines}

    def _room(self, line: str, taken_until: datetime | None, at: datetime) -> int | None:
        limit = self._limits.of(line)
        if limit is None:
            return None
        kept = sum(places for until, places in self._kept.get(line, []) if until > at)
        gathered = at - limit.first(taken_until, at) >= timedelta(seconds=GATHER)
        return kept + (limit.free(taken_until, at) if gathered else 0)
