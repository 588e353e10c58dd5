"""Several subjects for one mailing: a share of the copies tests them, and one of them goes to the rest.

The audience is drawn by lot then (:mod:`.audience`), so the copies of the test are its first ones, which take
turns: a copy's number says which subject it has, however often it is sent. Nothing of the rest is handed out until
a subject is chosen, once and for all.

Nobody's reading is watched here, so what decides is what people do on purpose. Of an invitation that is a yes by
the link in a copy of the test, which says which subject it came with. Of anything else nothing that people do says
that the subject did it: there a person decides by the figures that there are, or else the first subject goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from groundswell.attendances.models import Attendance
from groundswell.kit.clock import now
from groundswell.kit.ids import first_key
from groundswell.ledger.operations import record
from groundswell.mailings.models import Delivery, Mailing, Result, Return
from groundswell.people.models import Consent

SHARES, HOURS = range(5, 51), range(1, 25)
"""Percent of the copies that may test, and hours for which the rest may wait."""

FEWEST = 20
"""Fewer yeses than these in all decide nothing."""

_SAYS_YES = Q(status=Attendance.Status.ACCEPTED, confirmed_at__isnull=False)
_WITHDRAWN = (Consent.Action.WITHDRAW, Consent.Action.OBJECT)


def many(mailing: Mailing) -> int:
    """How many subjects it has in each of its languages (0 queries)."""
    return 1 + len(next(iter(mailing.words.values())).get("further", ()))


def to_test(mailing: Mailing, copies: int) -> int:
    """How many of so many copies test subjects: its share, and each subject at least once if there are enough."""
    subjects = many(mailing)
    return min(copies, max(-(-copies * mailing.share // 100), subjects)) if subjects > 1 else 0


def waits_for_subject(mailing: Mailing) -> bool:
    """Whether some of its copies wait for a subject to be chosen (0 queries)."""
    return mailing.last_now < mailing.copies


def mark(mailing_id: UUID, subject: int) -> UUID:
    """What stands in the link of a copy of the test beside whose it is: the end of the mailing's id, and which."""
    return UUID(bytes=bytes(9) + bytes([subject + 1]) + mailing_id.bytes[-6:])


def via(marked: UUID) -> str:
    """What an answer by such a link came by. No address of a page can say this, for it takes no colon there."""
    return f"mailing:{marked.bytes[-6:].hex()}:{marked.bytes[9]}"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is known of one subject of a test; ``yes`` is None where nothing that people do says it.

    ``sent`` were taken by a mail server, ``back`` came back for good, ``unwanted`` were called so; ``stopped`` are
    those who have taken back what they allowed since the mailing began, for whatever reason.
    """

    sent: int
    yes: int | None
    back: int
    unwanted: int
    stopped: int


def figures(mailing: Mailing) -> list[Figures]:
    """What is known of each subject of a test, of those who are in the records still (4 queries, or 3)."""
    subjects = many(mailing)
    sent = _by_subject(mailing, Result.objects.filter(state=Result.State.SENT))
    stopped = _by_subject(mailing, Delivery.objects.filter(person_id__in=_stopped(mailing)))
    returned = _by_subject(mailing, Return.objects.all(), "kind")
    yes = _yes(mailing)
    return [
        Figures(
            sent=sent.get((at,), 0),
            yes=yes[at] if yes else None,
            back=returned.get((at, Return.Kind.HARD), 0),
            unwanted=returned.get((at, Return.Kind.COMPLAINT), 0),
            stopped=stopped.get((at,), 0),
        )
        for at in range(subjects)
    ]


def _by_subject(mailing: Mailing, rows: QuerySet[Any], *by: str) -> dict[tuple[Any, ...], int]:
    """How many rows of copies of the test there are by subject, and by what else is named (1 query)."""
    tested = Q(organisation_id=mailing.organisation_id, mailing_id=mailing.id, number__lte=mailing.tested)
    turns = rows.filter(tested).annotate(turn=(F("number") - 1) % many(mailing))
    counted = turns.values("turn", *by).annotate(copies=Count("number")).order_by()
    return {(line["turn"], *(line[name] for name in by)): line["copies"] for line in counted}


def _stopped(mailing: Mailing) -> QuerySet[Consent, Any]:
    """The people who have taken back what the mailing needed, since it began; lazy."""
    assert mailing.frozen_at
    begun = first_key(int(mailing.frozen_at.timestamp() * 1000))
    ledger = Consent.objects.filter(organisation_id=mailing.organisation_id, id__gte=begun)
    own = ledger.filter(purpose=mailing.purpose, channel=mailing.channel, action__in=_WITHDRAWN)
    return own.values("person_id")


def _yes(mailing: Mailing) -> list[int]:
    """How many say yes by the link in a copy with each subject; none where there is no such link (1 query).

    Who had answered before is not among them, since their answer came some other way.
    """
    if not mailing.invites:
        return []
    marks = [via(mark(mailing.id, at)) for at in range(many(mailing))]
    answers = Attendance.objects.filter(_SAYS_YES, event=mailing.event_id, via__in=marks)
    counted = dict(answers.values_list("via").annotate(people=Count("id")).order_by())
    return [counted.get(each, 0) for each in marks]


def better(lines: Sequence[Figures]) -> int | None:
    """The subject with the most yeses for each copy; None if two have as many, or there are fewer than 20 in all.

    Small numbers prove little: where 12 say yes to one subject and 8 to another, chance alone does that about
    every second time. It is a rule that sends what did better, and no finding about people. Whoever shows the
    result shows the counts.
    """
    if sum(line.yes or 0 for line in lines) < FEWEST:
        return None
    rates = [Fraction(line.yes or 0, max(line.sent, 1)) for line in lines]
    most = max(rates)
    return rates.index(most) if rates.count(most) == 1 else None


def go_on() -> int:
    """Begin to wait where a test has gone out, and choose where the wait is over; returns how many were chosen.

    Queries: 1, and up to 7 for each.
    """
    tested = Mailing.objects.filter(state=Mailing.State.SENDING, tested__gt=0, chosen=None)
    due = tested.filter(next__gt=F("tested"), copies__gt=F("tested")).exclude(rest_at__gt=now())
    return sum(_go_on(one) for one in due.values_list("id", flat=True))


@transaction.atomic
def _go_on(mailing_id: UUID) -> bool:
    rows = Mailing.objects.select_for_update().filter(id=mailing_id, state=Mailing.State.SENDING, chosen=None)
    mailing = rows.first()
    if mailing is None:
        return False
    if mailing.rest_at is None:
        mailing.rest_at = now() + timedelta(hours=mailing.hours)
        mailing.save(update_fields=["rest_at"])
        return False
    best = better(figures(mailing)) if mailing.invites else None
    by = Mailing.Chosen.FIRST if best is None else Mailing.Chosen.MOST
    choose(mailing, best or 0, by)
    record(
        organisation_id=mailing.organisation_id,
        actor=None,
        verb="mailings.choose_itself",
        object_id=mailing.id,
        subject=(best or 0) + 1,
    )
    return True


def choose(mailing: Mailing, subject: int, by: Mailing.Chosen) -> None:
    """Let the rest have this subject; the caller has the mailing locked (1 query)."""
    mailing.chosen, mailing.chosen_by = subject, by
    mailing.save(update_fields=["chosen", "chosen_by"])
