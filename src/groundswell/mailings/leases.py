"""Copies in a worker's hands: taken in ranges, read at that moment, and given back with what became of each.

No statement is made for a single copy. A range is taken by moving one number; results are appended many at once,
each once and for all by its key.
"""

import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.kit.postgresql.arrays import array
from groundswell.mailings import warming
from groundswell.mailings.domains import add, column_of, domain_of
from groundswell.mailings.journal import Journal, Sealed
from groundswell.mailings.models import Deferred, Delivery, Lease, Mailing, Result
from groundswell.mailings.quiet import waits
from groundswell.mailings.weekly import had_enough
from groundswell.people.models import Channel, Consent, Suppression
from groundswell.people.queries import last_said
from groundswell.people.reach import contacted, suppress, suppressed

if TYPE_CHECKING:
    from groundswell.mailings.allowances import Allowances

LEASE = timedelta(minutes=5)
"""Past this a worker is taken for dead, however it lives; longer than a server may owe an answer."""

FRESH = 4.0
"""Seconds for which consent that was read holds: what was not begun by then is read again."""

RETRIES = [timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440)]

SENDING = Mailing.State.SENDING
GRANT = Consent.Action.GRANT
SENT, REFUSED, GIVEN_UP = Result.State.SENT, Result.State.REFUSED, Result.State.GIVEN_UP
SKIPPED, DOUBT = Result.State.SKIPPED, Result.State.DOUBT


@dataclass(slots=True)
class Recipient:
    """Somebody who is to get a copy: what is known of them at this moment."""

    number: int
    person: UUID
    name: str
    email: str
    language: str
    attempts: int = 0


@dataclass
class Batch:
    """One lease with its journal, the recipients who are still to be written to, and what became of the others.

    ``read_at`` is :func:`time.monotonic` of the moment before consent was read.
    """

    lease: Lease
    mailing: Mailing
    journal: Journal
    read_at: float
    waiting: deque[Recipient] = field(default_factory=deque)
    results: dict[int, tuple[str, int]] = field(default_factory=dict)
    later: dict[int, int] = field(default_factory=dict)
    """By number how often it was tried."""
    got: list[UUID] = field(default_factory=list)
    """The people to whom one was sent, or perhaps."""
    gone: list[str] = field(default_factory=list)
    """The addresses that take no mail, as a server said."""
    held: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By number how often it was tried, and the line in which it waits (:mod:`.allowances`), or none.

    None where what another mailing has in its hands decides whether somebody gets it (:mod:`.weekly`).
    """
    places_until: dict[str, datetime] = field(default_factory=dict)
    """By line until when a place that was not used may be."""
    unsent: list[str] = field(default_factory=list)
    """The addresses of those who are to be read again."""
    counted_on: date | None = None
    uncounted: int = 0
    """Of those who are to be read again so many were not counted on that day (:mod:`.warming`)."""
    domains: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What became of them by domain, as :func:`.domains.add` takes it."""
    flying: int = 0

    @property
    def is_fresh(self) -> bool:
        """Whether what was read may still be acted on."""
        return time.monotonic() - self.read_at < FRESH

    @property
    def is_done(self) -> bool:
        """Whether nobody of it is waiting or on the way."""
        return not self.waiting and not self.flying

    @property
    def dealt_with(self) -> int:
        """Of how many it is known what becomes of them."""
        return len(self.results) + len(self.later) + len(self.held)

    def ended(self, recipient: Recipient, state: str, code: int) -> None:
        """Note what became of a copy, once and for all."""
        self.results[recipient.number] = (state, code)
        self.domains[domain_of(recipient.email), column_of(state)] += 1

    def again(self, recipient: Recipient) -> None:
        """Let a copy be tried again, or give it up."""
        self.later[recipient.number] = attempts = recipient.attempts + 1
        if attempts > len(RETRIES):
            self.domains[domain_of(recipient.email), column_of(GIVEN_UP)] += 1

    def give_back(self) -> None:
        """Let those who are waiting be read again."""
        self.unsent.extend(one.email for one in self.waiting)
        self.waiting.clear()


def folder() -> Path:
    """Where the workers of this data folder keep what the database does not know yet."""
    return Path(settings.DATA) / "mailings"


def journal_path(worker: UUID, lease: UUID) -> Path:
    """Where the journal of a lease is, in the data folder of the worker that had it."""
    return folder() / str(worker) / f"{lease}.journal"


def acquire(
    worker: UUID,
    home: UUID,
    most: int,
    *,
    after: UUID | None = None,
    allowances: "Allowances | None" = None,
) -> Batch | None:
    """Take up to so many copies of one mailing, not of the one served last if another waits too.

    Queries: 12 for any number, those of :func:`.weekly.had_enough`, and up to 6 for each mailing of which there is
    nothing to take. With allowances up to 3 more for each, and 1 for each line that has room; with a
    plan for a new sender 4 more.
    """
    plan = warming.today()
    taken = (_take(mailing, worker, home, most, allowances) for mailing in _under_way(after, plan))
    lease, is_new = next((one for one in taken if one is not None), (None, False))
    if lease is None:
        return None
    read_at = time.monotonic()
    try:
        journal = Journal(journal_path(worker, lease.id))
    except FileExistsError:
        # Whoever took us for dead was quicker, and left a seal where our journal would be.
        return None
    batch = Batch(lease, lease.mailing, journal, read_at)
    ready = _read(batch, is_new=is_new)
    batch.waiting.extend(ready if allowances is None else allowances.admit(batch, ready))
    if plan is not None:
        warming.admit(batch, plan)
    try:
        journal.plan(one.number for one in batch.waiting)
    except Sealed:
        return None
    return batch


def _under_way(after: UUID | None, plan: warming.Today | None) -> list[Mailing]:
    """What is being sent and may be now, those behind the one that was served last first (1 query)."""
    mailings = Mailing.objects.filter(state=SENDING).order_by("id")[:100]
    awake = [one for one in mailings if not waits(one) and warming.may_begin(one, plan)]
    return sorted(awake, key=lambda one: (after is not None and one.id <= after, one.id))


@transaction.atomic
def _take(
    mailing: Mailing, worker: UUID, home: UUID, most: int, allowances: "Allowances | None"
) -> tuple[Lease, bool] | None:
    """Copies that were given back, or else those whose time has come again, or else the next ones.

    With the lease comes whether nobody has ever had these copies in hands.
    """
    locked = Mailing.objects.select_for_update().filter(id=mailing.id, state=SENDING).first()
    if locked is None:
        return None
    mine = {"worker": worker, "home": home, "ends_at": now() + LEASE}
    free = Lease.objects.filter(mailing=locked, worker=None).first()
    if free is not None:
        return _taken_over(free, mine), False
    lease = Lease(organisation_id=locked.organisation_id, mailing=locked, **mine)
    due = Deferred.objects.filter(of(locked), lease=None, due_at__lte=now())
    numbers = _first(due, most) if allowances is None else _with_room(locked, due, most, allowances)
    if numbers:
        Deferred.objects.filter(of(locked), number__in=numbers).update(lease=lease.id)
    elif locked.next <= locked.last_now:
        lease.first, lease.last = locked.next, locked.next + _share(locked, most) - 1
        Mailing.objects.filter(id=locked.id).update(next=lease.last + 1)
    else:
        _finish(locked)
        return None
    lease.save(force_insert=True)
    return lease, bool(lease.last)


def _share(mailing: Mailing, most: int) -> int:
    """How many copies to take: less and less towards the end, so that all who send are done at the same time."""
    left = mailing.last_now - mailing.next + 1
    return min(most, left, max(left // 4, 50))


def _first(due: QuerySet[Deferred], most: int) -> list[int]:
    return list(due.order_by("due_at").values_list("number", flat=True)[:most])


def _with_room(mailing: Mailing, due: QuerySet[Deferred], most: int, allowances: "Allowances") -> list[int]:
    """Those that wait in no line, or else the first of each line that has room.

    Queries: 1 and 2, and 1 for each line that has room.
    """
    numbers = _first(due.filter(line=""), most)
    lines = [] if numbers else _lines_of(mailing)
    for line, room in (allowances.room(lines) if lines else {}).items():
        if len(numbers) < most and room != 0:
            left = most - len(numbers)
            numbers += _first(due.filter(line__gt="", line=line), left if room is None else min(room, left))
    return numbers


def _lines_of(mailing: Mailing) -> list[str]:
    """The lines in which copies wait, from one to the next and not through all who wait (1 query)."""
    least = "SELECT min(line) FROM mailings_deferred WHERE mailing_id = %s AND line > ''"
    statement = (
        f"WITH RECURSIVE lines(line) AS ({least} UNION ALL"  # noqa: S608
        f" SELECT ({least} AND mailings_deferred.line > lines.line) FROM lines WHERE line IS NOT NULL)"
        " SELECT line FROM lines WHERE line IS NOT NULL"
    )
    own = mailing.id.hex if connection.vendor == "sqlite" else mailing.id
    with connection.cursor() as cursor:
        cursor.execute(statement, [own, own])
        return [line for (line,) in cursor.fetchall()]


def _taken_over(free: Lease, mine: dict[str, object]) -> Lease:
    # A new id, so that each journal is of one worker and one time.
    before, free.id = free.id, uuid7()
    Lease.objects.filter(id=before).update(id=free.id, **mine)
    if not free.last:
        Deferred.objects.filter(of(free.mailing), lease=before).update(lease=free.id)
    for name, value in mine.items():
        setattr(free, name, value)
    return free


def _finish(mailing: Mailing) -> None:
    """Call a mailing sent if no copy is in anybody's hands, is tried again or waits for a subject (3 queries)."""
    if mailing.next <= mailing.copies:
        return
    if Lease.objects.filter(mailing=mailing).exists() or Deferred.objects.filter(of(mailing)).exists():
        return
    Mailing.objects.filter(id=mailing.id).update(state=Mailing.State.FINISHED, finished_at=now())


def of(mailing: Mailing) -> Q:
    """Which rows of copies are a mailing's."""
    return Q(organisation_id=mailing.organisation_id, mailing_id=mailing.id)


def copies_in(lease: Lease, *, is_new: bool = False) -> QuerySet[Delivery]:
    """The copies of a lease that have no result yet; lazy (and 2 queries, or none of what is new).

    What they are is asked step by step and not by joins: as a mailing begins its tables have just filled, and
    PostgreSQL still plans as if they were empty.
    """
    copies = Delivery.objects.filter(of(lease.mailing))
    if not lease.last:
        numbers = set(deferred_of(lease).values_list("number", flat=True))
        return copies.filter(number__in=numbers - _having(Result, lease, number__in=numbers))
    within = (lease.first, lease.last)
    copies = copies.filter(number__range=within)
    if is_new:
        return copies
    known = _having(Result, lease, number__range=within) | _having(Deferred, lease, number__range=within)
    return copies.exclude(number__in=known) if known else copies


def _having(model: type[Result] | type[Deferred], lease: Lease, **among: object) -> set[int]:
    """The numbers among these of which something is known (1 query)."""
    return set(model._default_manager.filter(of(lease.mailing), **among).values_list("number", flat=True))


def deferred_of(lease: Lease) -> QuerySet[Deferred]:
    """The copies that are tried again in this lease; lazy."""
    return Deferred.objects.filter(of(lease.mailing), lease=lease.id)


def _read(batch: Batch, *, is_new: bool) -> list[Recipient]:
    """Who of them may be written to now; of the others it is noted that they are not.

    Queries: 5 at most, and those of :func:`.weekly.had_enough`.
    """
    mailing = batch.mailing
    said = last_said(mailing.organisation_id, mailing.purpose, mailing.channel)
    of_person = ("person__name", "person__email", "person__language", "person__merged_into_id")
    columns = ("number", "person_id", *of_person, "said")
    rows = list(copies_in(batch.lease, is_new=is_new).annotate(said=said).order_by("number").values_list(*columns))
    shut = suppressed(mailing.organisation_id, mailing.channel, [row[3] for row in rows])
    enough = had_enough(mailing, [row[1] for row in rows])
    tried = _tried(batch) if not batch.lease.last else {}
    ready = []
    for *known, merged, action in rows:
        one = Recipient(*known)
        one.attempts = tried.get(one.number, 0)
        # Whoever stands for them has a copy of their own, or does not allow it.
        may = merged is None and action == GRANT and one.email not in shut
        if not may or one.person in enough.had:
            batch.results[one.number] = (SKIPPED, 0)
        elif one.person in enough.perhaps:
            batch.held[one.number] = (one.attempts, "")
        else:
            ready.append(one)
    return ready


def _tried(batch: Batch) -> dict[int, int]:
    return dict(deferred_of(batch.lease).values_list("number", "attempts"))


@transaction.atomic
def settle(batch: Batch) -> None:
    """Write what became of the copies, and give the lease up, or what is left of it back (up to 12 queries)."""
    append_results(batch.mailing, [(number, *said) for number, said in batch.results.items()])
    postpone(batch.mailing, batch.later)
    _hold(batch.mailing, batch.held)
    warming.give_back(batch)
    if not batch.lease.last:
        done = deferred_of(batch.lease)
        # What is left although the lease is at its end has no copy any more: its person was forgotten.
        (done.filter(number__in=list(batch.results)) if batch.unsent else done).delete()
    lease = Lease.objects.filter(id=batch.lease.id)
    free = {"worker": None, "home": None, "ends_at": None}
    # Whoever took it over counted what the journal said.
    if lease.update(**free) if batch.unsent else lease.delete()[0]:
        add(batch.mailing, batch.domains)
    contacted(batch.mailing.organisation_id, batch.got)
    if batch.gone:
        bounced = dict.fromkeys(batch.gone, Suppression.Reason.BOUNCED)
        suppress(batch.mailing.organisation_id, Channel.EMAIL, bounced)


def append_results(mailing: Mailing, results: Sequence[tuple[int, str, int]]) -> None:
    """Note what became of copies, by number, state and the server's code; only a doubt is noted anew (1 query)."""
    if not results:
        return
    said = "ON CONFLICT (organisation_id, mailing_id, number) DO UPDATE SET state = excluded.state,"
    said += " code = excluded.code, at = excluded.at WHERE mailings_result.state = 'doubt'"
    columns = "INSERT INTO mailings_result (organisation_id, mailing_id, number, state, code, at)"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            values = "SELECT %s, %s, *, %s FROM unnest(%s::int[], %s::text[], %s::int[])"
            known = (array(column) for column in zip(*results, strict=True))
            cursor.execute(f"{columns} {values} {said}", [mailing.organisation_id, mailing.id, now(), *known])
            return
        own = (mailing.organisation_id.hex, mailing.id.hex)
        at = connection.ops.adapt_datetimefield_value(now())
        rows = [(*own, number, state, code, at) for number, state, code in results]
        cursor.executemany(f"{columns} VALUES (%s, %s, %s, %s, %s, %s) {said}", rows)


def postpone(mailing: Mailing, later: dict[int, int]) -> None:
    """Let copies be tried again, by number and how often they were tried, or give them up (2 queries)."""
    over = [number for number, attempts in later.items() if attempts > len(RETRIES)]
    append_results(mailing, [(number, GIVEN_UP, 0) for number in over])
    Deferred.objects.filter(of(mailing), number__in=over).delete()
    tried = {number: tries for number, tries in later.items() if tries <= len(RETRIES)}
    waits = (timedelta(0), *RETRIES)
    _defer(_again(mailing, number, tries, waits[tries]) for number, tries in tried.items())


def _hold(mailing: Mailing, held: dict[int, tuple[int, str]]) -> None:
    """Let copies wait in their lines, or a moment: nothing was tried, nothing counts so (1 query, or none)."""
    soon = _soon(mailing)
    _defer(
        _again(mailing, number, attempts, timedelta(0) if line else soon, line)
        for number, (attempts, line) in held.items()
    )


def _soon(mailing: Mailing) -> timedelta:
    """How long a mailing waits for another: longer than anybody has copies in hands without reading them anew.

    Each comes back after a time of its own, so that two that wait for each other do not meet for ever.
    """
    return timedelta(seconds=FRESH + 1 + mailing.id.int % 16)


def _defer(rows: Iterable[Deferred]) -> None:
    Deferred.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organisation_id", "mailing_id", "number"],
        update_fields=["attempts", "due_at", "lease", "line"],
    )


def _again(mailing: Mailing, number: int, attempts: int, wait: timedelta, line: str = "") -> Deferred:
    return Deferred(
        organisation_id=mailing.organisation_id,
        mailing_id=mailing.id,
        number=number,
        attempts=attempts,
        due_at=now() + wait,
        line=line,
    )
