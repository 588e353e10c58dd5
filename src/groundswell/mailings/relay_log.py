"""What a mail server's own log says of copies in doubt: whoever it took in has got theirs.

Understood are the lines by which Postfix, OpenSMTPD and Exim say that a mail is theirs now, not those by which one
was begun or refused. A copy is known in them by its trace (:mod:`.traces`), which its Message-ID always holds, and
its return address where one is set for what comes back.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from groundswell.kit.clock import now
from groundswell.kit.scope import within
from groundswell.ledger.operations import record
from groundswell.mailings.doubts import arrived, in_doubt, send_again
from groundswell.mailings.models import Mailing, Result
from groundswell.mailings.traces import WRITTEN, tracer

SETTLED = timedelta(minutes=10)
"""So long a server may take to accept a mail that it has in full (RFC 5321, section 4.5.3.2.6)."""

_QUEUED = re.compile(r"/(?:cleanup|qmgr)\[\d+\]: (?P<id>\w+): (?P<what>message-id|from)=")
_TAKEN = re.compile(r"smtp envelope evpid=\w+ from=<|\w{6}-\w{6,11}-\w{2,4} <= ")


@dataclass
class Asked:
    """How many copies were in doubt, how many of them the log knows, and how many are sent again."""

    doubts: int = 0
    arrived: int = 0
    again: int = 0


@dataclass
class _Postfix:
    """By the name of a mail in its queue, which copies that is; it is Postfix's when the queue manager has it."""

    named: dict[str, set[str]] = field(default_factory=dict)

    def taken(self, line: str, traces: set[str]) -> set[str]:
        found = _QUEUED.search(line)
        if found is None:
            return set()
        if found["what"] == "message-id":
            if traces:
                self.named[found["id"]] = traces
            return set()
        return traces | self.named.pop(found["id"], set()) if "queue active" in line else set()


def traces_taken(lines: Iterable[str]) -> Iterator[str]:
    """The traces of the copies that a mail server took in, as its log has it (0 queries)."""
    postfix = _Postfix()
    for line in lines:
        traces = set(WRITTEN.findall(line.lower()))
        if traces and _TAKEN.search(line):
            yield from traces
        yield from postfix.taken(line, traces)


def ask_log(lines: Iterable[str], *, is_whole: bool) -> Asked:
    """Settle the doubts of all mailings by a log (2 queries, and up to 22 for each mailing with doubts).

    Whose copy stands in it has got theirs. Where the log is whole, the others are sent theirs again, if they
    have been in doubt for longer than a server may take, and their mailing is not cancelled.
    """
    mailings = Mailing.objects.filter(id__in=Result.objects.filter(state=Result.State.DOUBT).values("mailing_id"))
    doubts = {mailing: _traces(mailing) for mailing in mailings}
    known = {trace for traces in doubts.values() for trace in traces}
    found = known & set(traces_taken(lines)) if known else set()
    asked = Asked(doubts=len(known))
    for mailing, traces in doubts.items():
        with within(mailing.organisation_id):
            _settle(mailing, {traces[trace] for trace in found & traces.keys()}, asked, is_whole=is_whole)
    return asked


def _traces(mailing: Mailing) -> Mapping[str, int]:
    """The numbers of a mailing's copies in doubt by their traces (1 query)."""
    trace = tracer(mailing.id)
    return {trace(number): number for number in in_doubt(mailing).values_list("number", flat=True)}


@transaction.atomic
def _settle(mailing: Mailing, there: set[int], asked: Asked, *, is_whole: bool) -> None:
    locked = Mailing.objects.select_for_update().get(id=mailing.id)
    # As it is now: somebody may have decided about them while the log was read.
    known = sorted(there & set(in_doubt(locked).values_list("number", flat=True)))
    arrived(locked, known)
    missing: list[int] = []
    if is_whole and locked.state != Mailing.State.CANCELLED:
        since_long = in_doubt(locked).filter(at__lte=now() - SETTLED)
        missing = sorted(since_long.values_list("number", flat=True))
        send_again(locked, missing)
    own: dict[str, Any] = {"organisation_id": locked.organisation_id, "actor": None, "object_id": locked.id}
    if known:
        record(**own, verb="mailings.found_in_log", people=len(known))
    if missing:
        record(**own, verb="mailings.not_in_log", people=len(missing))
    asked.arrived += len(known)
    asked.again += len(missing)
