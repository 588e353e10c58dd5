"""What others are shown of who brings how many: rounded, an hour old at most, and so that no sum tells more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum

from groundswell.attendances.coaches import show_taken
from groundswell.attendances.figures import FROM, by_group, by_link
from groundswell.attendances.marks import MOST_BY_ONE, forget_key, union_of
from groundswell.attendances.models import HAS_PLACE, Attendance, BlocTally, Outside, Part, Snapshot, Tally
from groundswell.attendances.outside import outside_of
from groundswell.attendances.queries import own_tally_of, part_of_event, rounded
from groundswell.events.cohosts import Standing, all_cohosts_of
from groundswell.events.models import Event
from groundswell.groups.models import Organisation
from groundswell.intake.touches import touch
from groundswell.kit.clock import now

EVERY = timedelta(hours=1)


def union_shown(union: int, figures: Collection[int]) -> int:
    """The union as it is shown beside the organisations' rounded ``figures``: down to tens, at most their sum.

    Without that limit two figures can give a third away: who brings 11 itself, and reads "10" of the other one and
    a union of 30, knows that the other one brings exactly 19. With it, whoever knows some exact figures (its own,
    one that a friend told it) learns of no other more than its ten. Proof: let each of the others bring any number
    in its ten. The shown union U is at most the sum of the rounded figures, hence of the exact ones; and it is at
    least the largest rounded one. So the exact union, which can be anything from the largest figure (all others
    contained in it) to the sum (nobody in two), can be U, or the largest figure where that is more and has U as
    its ten: either way U is what would be shown.

    Nor does it tell that one of one's own people answered on another page too. An answer counts for nine at most,
    so the others can bring just their rounded figures, each contained in the next and without that one: the union
    is then at most nine more than U, and at most the sum, and it can be more, up to the sum. So some world in
    which that one answered nowhere else shows the same.
    """
    return max(min(rounded(union), sum(figures)), *figures)


def take_snapshots() -> int:
    """Renew what others see of the events that are held together, each once in an hour; returns of how many.

    The first one waits until everybody is marked. Queries: 1, and 10 for each, 14 to 15 where it has blocs.
    """
    first = Q(shown_at=None, event__counting_key__complete=True)
    # A clock that is set back must not keep figures as they are.
    old = Q(shown_at__lte=now() - EVERY) | Q(shown_at__gt=now())
    due = Tally.objects.filter(first | old, together=True, frozen_at=None)
    return sum(_take(event) for event in list(due.values_list("event_id", flat=True)[:50]))


@transaction.atomic
def _take(event_id: UUID) -> int:
    tally = Tally.objects.select_for_update().get(event_id=event_id)
    figures = {organisation: rounded(people) for organisation, people in _brought(tally).items()}
    exact = union_of(event_id)
    union = None if exact is None else union_shown(exact, figures.values())
    Snapshot.objects.filter(event_id=event_id).delete()
    Snapshot.objects.bulk_create(
        Snapshot(event_id=event_id, organisation_id=organisation, people=people)
        for organisation, people in figures.items()
    )
    _show_blocs(event_id)
    shown = max(figures.values()) if union is None else union
    taken = sum(figures.values())
    Tally.objects.filter(event_id=event_id).update(union=union, shown=shown, taken=taken, shown_at=now())
    touch(f"event:{event_id}:count")
    return 1


def _brought(tally: Tally) -> Mapping[UUID, int]:
    """How many each organisation brings; one answer counts for nine people at most (2 queries)."""
    people = {
        part.organisation_id: part.confirmed + part.guests for part in Part.objects.filter(event=tally.event_id)
    }
    people[tally.organisation_id] = tally.confirmed + tally.guests - sum(people.values())
    large = Attendance.objects.filter(HAS_PLACE, event=tally.event_id, guests__gte=MOST_BY_ONE).order_by()
    over = large.values_list("organisation_id").annotate(over=Sum(F("guests") + 1 - MOST_BY_ONE))
    return {**people, **{organisation: people[organisation] - most for organisation, most in over}}


def _show_blocs(event_id: UUID) -> None:
    rows = list(BlocTally.objects.filter(bloc__event=event_id))
    if not rows:
        return
    large = Attendance.objects.filter(HAS_PLACE, bloc__event=event_id, guests__gte=MOST_BY_ONE).order_by()
    by_bloc = large.values_list("bloc_id", "organisation_id").annotate(over=Sum(F("guests") + 1 - MOST_BY_ONE))
    over = {(bloc, organisation): most for bloc, organisation, most in by_bloc}
    for row in rows:
        row.shown = rounded(row.confirmed + row.guests - over.get((row.bloc_id, row.organisation_id), 0))
    BlocTally.objects.bulk_update(rows, ["shown"])
    show_taken(event_id)


@transaction.atomic
def conclude(event_id: UUID) -> None:
    """Fix what is shown of an event that is over, and delete the key of its marks (11 queries, 13 with blocs)."""
    _take(event_id)
    forget_key(event_id)
    Tally.objects.filter(event_id=event_id).update(frozen_at=now())


@dataclass(frozen=True)
class Share:
    """What one organisation brings: exact where it is one's own, else rounded down to tens."""

    organisation: Organisation
    people: int
    own: bool


@dataclass(frozen=True)
class Brought:
    """What each organisation brings to an event, as one of them may see it.

    ``union`` is how many there are if nobody counts twice, rounded; where it is not known it lies between
    ``largest`` and ``total``. ``counted`` are people without a name, in tens and in none of these
    figures; 0 until the totals are fixed, for nobody may see one of them arrive.
    ``links`` and ``groups`` are the viewer's own by which five or more came. ``outside`` is what allies without an
    organisation here say that they bring: in none of these figures, so with them all there are between ``least``
    and ``most``.
    """

    shares: Sequence[Share]
    union: int | None
    largest: int
    total: int
    counted: int
    made_at: datetime | None
    links: Mapping[str, int]
    groups: Mapping[str, int]
    outside: Sequence[Outside] = ()

    @property
    def least(self) -> int:
        """Everybody, if whom the allies bring are all among those who are counted here, or the other way round."""
        here = self.union or max(share.people for share in self.shares)
        return max([here, *(ally.people for ally in self.outside)])

    @property
    def most(self) -> int:
        """Everybody, if nobody is counted twice."""
        here = self.union or sum(share.people for share in self.shares)
        return here + sum(ally.people for ally in self.outside)


def brought_to(
    event: Event, organisation_id: UUID, tally: Tally, own: Tally | Part | None = None
) -> Brought | None:
    """What each brings, as this organisation sees it; None where only the host brings people.

    Of ``tally`` that is read which is of all sides, so it may be the event's whole one or the host's own; ``own``
    is what this organisation brings, where that is known already.
    Queries: 8, 9 where callers of blocs bring people, each and one where ``own`` is read here; or 1.
    """
    outside = outside_of(event)
    if not (tally.together or outside):
        return None
    seen = dict(Snapshot.objects.filter(event=event).values_list("organisation_id", "people"))
    shares = [_share(event, side, organisation_id, seen, own) for side in _sides(event, seen)]
    links, groups = by_link(event, organisation_id), by_group(event, organisation_id)
    return Brought(
        shares=shares,
        union=tally.union,
        largest=max(seen.values(), default=0),
        total=sum(seen.values()),
        counted=rounded(tally.counted) if tally.frozen_at else 0,
        made_at=tally.shown_at,
        links={name: people for name, people in links.items() if name and people >= FROM},
        groups={name: people for name, people in groups.items() if people >= FROM},
        outside=outside,
    )


def _sides(event: Event, seen: Mapping[UUID, int]) -> list[Organisation]:
    """The host, who holds the event with it, and whose people come otherwise: by a bloc, or it has left since."""
    asked = all_cohosts_of(event)
    held = [one.organisation for one in asked if one.standing == Standing.ACCEPTED or one.organisation_id in seen]
    known = [event.organisation, *held]
    missing = seen.keys() - {one.id for one in known}
    return [*known, *Organisation.objects.filter(id__in=missing).order_by("name")] if missing else known


def _share(
    event: Event, side: Organisation, viewer: UUID, seen: Mapping[UUID, int], own: Tally | Part | None
) -> Share:
    if side.id != viewer:
        return Share(side, seen.get(side.id, 0), own=False)
    if own is None:
        own = own_tally_of(event.id) if viewer == event.organisation_id else part_of_event(event.id, viewer)
    return Share(side, own.confirmed + own.guests, own=True)
