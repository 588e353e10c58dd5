"""How far a mailing is, and its copies where they are kept instead of being sent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from groundswell.groups.errors import NotFound
from groundswell.kit.clock import now
from groundswell.mailings.allowances import limits
from groundswell.mailings.domains import unwanted
from groundswell.mailings.kept import kept_mailings, kept_path, numbers
from groundswell.mailings.letters import about_event
from groundswell.mailings.models import Deferred, Delivery, Line, Mailing, Result, Return
from groundswell.mailings.words import filled
from groundswell.outbox.queries import Kept, read_kept

WARN, STOP = (1, 2), (3, 3)
"""Complaints of a thousand copies that were taken, and how many there are at least.

Large providers want fewer than 1 in 1,000, and shut out whoever reaches 3. Of a small mailing one who presses the
wrong button is more than that: it takes three who do to stop it.
"""


def progress(mailing: Mailing) -> Mapping[str, int]:
    """How many copies are in each state of :class:`.models.Result`, ``later`` and ``waiting`` (2 queries).

    Those that wait for room at their provider are among the waiting. Of one that was cancelled nothing waits: what
    would have gone is ``cancelled``.
    """
    own = {"organisation_id": mailing.organisation_id, "mailing_id": mailing.id}
    counted = Result.objects.filter(**own).values_list("state").annotate(many=Count("number"))
    found = dict.fromkeys(Result.State.values, 0) | dict(counted.order_by())
    found["later"] = Deferred.objects.filter(**own, line="").count()
    found["waiting"] = max(mailing.copies - sum(found.values()), 0)
    found["cancelled"] = 0
    if mailing.state == Mailing.State.CANCELLED:
        found |= {"cancelled": found["waiting"] + found["later"], "waiting": 0, "later": 0}
    return found


@dataclass(frozen=True, kw_only=True)
class InLine:
    """Copies of a mailing that wait for room at a provider, or at the providers that no setting names."""

    domains: tuple[str, ...]
    copies: int
    per_hour: int
    until: datetime
    """When the last of them may go, if no other mailing needs the room."""


def in_line(mailing: Mailing) -> list[InLine]:
    """What waits for room at which provider, the most first, the unnamed ones last (2 queries, or none)."""
    set_limits = limits()
    if set_limits is None:
        return []
    rows = Deferred.objects.filter(organisation_id=mailing.organisation_id, mailing_id=mailing.id, line__gt="")
    many = dict(rows.values_list("line").annotate(many=Count("number")).order_by())
    taken = dict(Line.objects.filter(name__in=many).values_list("name", "taken_until"))
    at, found = now(), defaultdict[tuple[str, ...], list[InLine]](list)
    for line, copies in many.items():
        if limit := set_limits.of(line):
            domains = tuple(domain for domain, its in set_limits.lines.items() if its == line)
            until = max(limit.after(taken.get(line), at, copies - 1), at)
            found[domains].append(InLine(domains=domains, copies=copies, per_hour=limit.per_hour, until=until))
    together = [
        replace(lines[0], copies=sum(one.copies for one in lines), until=max(one.until for one in lines))
        for lines in found.values()
    ]
    return sorted(together, key=lambda one: (not one.domains, -one.copies))


def is_unwanted(mailing: Mailing, limit: tuple[int, int]) -> bool:
    """Whether so many who got it call it unwanted, beyond those whom somebody has taken note of (1 query)."""
    complaints, taken = unwanted(mailing)
    fresh = complaints - mailing.forgiven
    return fresh >= limit[1] and fresh * 1000 >= limit[0] * taken


def subject_of(mailing: Mailing) -> str:
    """Its subject as its event is now, with what stands there where nothing is known of somebody (0 queries).

    Its event is read with it: where it is not, that is 1 query.
    """
    return filled(str(next(iter(mailing.words.values()))["subject"]), {}, {}, about_event(mailing.event))


def archived_mailing(mailing_id: UUID) -> Mailing:
    """One that stands on a page of its own, from when sending began (1 query).

    :raises NotFound: if there is none, nobody wanted a page for it, or it has not begun.
    """
    there = Mailing.objects.select_related("organisation", "event__organisation")
    found = there.filter(id=mailing_id, archived=True).exclude(frozen_at=None).first()
    if found is None:
        raise NotFound
    return found


KEPT = 20
"""So many mailings at most are shown of which copies are kept."""


def with_copies(organisation_ids: Iterable[UUID]) -> list[tuple[Mailing, list[int]]]:
    """The latest mailings of which copies are kept here, with the copies' numbers (1 query)."""
    there = [mailing for organisation in organisation_ids for mailing in kept_mailings(organisation)]
    found = Mailing.objects.select_related("event").filter(id__in=there).order_by("-id")[:KEPT]
    kept = [(each, numbers(each.organisation_id, each.id)) for each in found]
    return [(mailing, copies) for mailing, copies in kept if copies]


def kept_copy(organisation_ids: Iterable[UUID], mailing_id: UUID, number: int) -> tuple[Mailing, Kept] | None:
    """A copy that is kept of a mailing of one of these organisations, if there is (1 query, 1 file)."""
    own = Mailing.objects.select_related("event").filter(organisation_id__in=list(organisation_ids))
    found = own.filter(id=mailing_id).first()
    if found is None:
        return None
    path = kept_path(found.organisation_id, found.id, number)
    kept = read_kept(path, found.starts_at or found.created_at)
    return (found, kept) if kept else None


def copies_to(organisation_id: UUID, people: Iterable[UUID]) -> QuerySet[Delivery]:
    """The copies for somebody, by all ids that are one with theirs, the latest first; lazy, 1 query.

    Each carries what :func:`in_words` needs to say what became of it.
    """
    own = {name: OuterRef(name) for name in ("organisation_id", "mailing_id", "number")}
    # Of one copy a complaint says most, then that it came back for good: the order of their letters.
    back = Return.objects.filter(**own).order_by("kind").values("kind")[:1]
    result = Result.objects.filter(**own)
    found = Delivery.objects.filter(organisation_id=organisation_id, person_id__in=list(people))
    with_ends = found.annotate(
        back=Subquery(back), state=Subquery(result.values("state")), ended_at=Subquery(result.values("at"))
    )
    return with_ends.order_by("-mailing_id", "-number")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy for somebody: of which mailing, when it was dealt with or the mailing begun, and what became of it.

    ``state`` is one of :class:`.models.Result`, ``waiting`` or ``cancelled``; or what came back, a kind of
    :class:`.models.Return`. ``words`` say the same.
    """

    mailing: Mailing
    at: datetime
    state: str
    words: str

    @property
    def reached(self) -> bool:
        """Whether it went out, as far as anybody knows: it is not waiting, and was not left out."""
        return self.state not in {"waiting", "cancelled", Result.State.SKIPPED}


def in_words(copies: Sequence[Delivery]) -> list[Copy]:
    """What became of the copies that :func:`copies_to` found (1 query)."""
    mailings = Mailing.objects.select_related("event").in_bulk({one.mailing_id for one in copies})
    return [_in_words(mailings[one.mailing_id], one) for one in copies if one.mailing_id in mailings]


def _in_words(mailing: Mailing, copy: Delivery) -> Copy:
    known = vars(copy)
    state = known["back"] or known["state"]
    at = known["ended_at"] or mailing.starts_at or mailing.created_at
    if state is None:
        cancelled = mailing.state == Mailing.State.CANCELLED
        state, words = ("cancelled", _("Not sent: cancelled before")) if cancelled else ("waiting", _("Waiting"))
    else:
        words = str(Return.Kind(state).label if known["back"] else Result.State(state).label)
    return Copy(mailing=mailing, at=at, state=state, words=words)


def group_of_mailing(mailing_id: UUID) -> UUID | None:
    """The group in which it is written (1 query)."""
    return Mailing.objects.filter(id=mailing_id).values_list("group_id", flat=True).first()
