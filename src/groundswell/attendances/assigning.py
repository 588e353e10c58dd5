"""A few people for a volunteer: an organiser assigns them, and the volunteer sees these and nobody else.

It ends with the volunteer's role: what was assigned under an earlier one counts for nothing.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from groundswell.attendances.errors import TooManyAssigned
from groundswell.attendances.models import Assignment, Attendance
from groundswell.attendances.queries import confirmed_answers
from groundswell.events.models import Event
from groundswell.groups.access import ASSIGNED, ORGANISER, Actor, line_up, living
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Account, Group, Membership
from groundswell.groups.roles import ASSIGNED_AT_MOST
from groundswell.kit.clock import now
from groundswell.ledger.operations import record


@transaction.atomic
def assign(actor: Actor, *, event: Event, account_id: UUID, answers: Sequence[UUID]) -> int:
    """Assign some of those who are coming to a volunteer, who sees their names and addresses; returns how many.

    :raises NotFound: if the event is none of the actor's, the account is no volunteer's there, or an answer is
        none of the event's.
    :raises NotAllowed: unless the actor organises it, and may see these people.
    :raises TooManyAssigned: if it would be more than fifty people in the whole organisation.
    """
    _require(actor, event)
    role = _volunteer(event, account_id)
    own = confirmed_answers(event).filter(id__in=answers)
    found = set(own.values_list("id", flat=True))
    if not answers or found != set(answers):
        raise NotFound
    already = _assigned_in(event.organisation_id, account_id)
    more = found - set(already)
    if len(already) + len(more) > ASSIGNED_AT_MOST:
        raise TooManyAssigned
    _write(actor, event, role, more)
    return len(more)


@transaction.atomic
def assign_next(actor: Actor, *, event: Event, account_id: UUID, many: int) -> int:
    """Assign the next so many of those who are coming and are assigned to nobody; returns how many there were.

    :raises NotFound: if the event is none of the actor's, or the account is no volunteer's there.
    :raises NotAllowed: unless the actor organises it, and may see these people.
    :raises TooManyAssigned: if it would be more than fifty people in the whole organisation.
    """
    _require(actor, event)
    role = _volunteer(event, account_id)
    if many < 1 or len(_assigned_in(event.organisation_id, account_id)) + many > ASSIGNED_AT_MOST:
        raise TooManyAssigned
    free = list(nobodys(event)[:many].values_list("id", flat=True))
    _write(actor, event, role, set(free))
    return len(free)


@transaction.atomic
def take_back(actor: Actor, *, event: Event, account_id: UUID) -> int:
    """Take all people of an event away from a volunteer, at once; returns how many.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor organises it.
    """
    _require(actor, event)
    gone, _each = Assignment.objects.filter(event=event, membership__account_id=account_id).delete()
    _record(actor, event, "attendances.take_back", account_id, gone)
    return gone


def assigned_to(actor: Actor, event: Event) -> QuerySet[Attendance]:
    """Those of an event who are assigned to this actor, fifty at most, the first first; lazy, 1 query.

    :raises NotFound: if the event is none of theirs.
    :raises NotAllowed: if they have no role by which people are assigned.
    """
    actor.require(ASSIGNED, event.group_id, event.id)
    if not actor.contact_data or actor.id is None:
        raise NotAllowed
    ids = _counting().filter(event=event, membership__account_id=actor.id).values("attendance_id")
    return confirmed_answers(event).filter(id__in=ids).order_by("id")[:ASSIGNED_AT_MOST]


def nobodys(event: Event) -> QuerySet[Attendance]:
    """Those who are coming and are assigned to nobody, the first first; lazy, 1 query."""
    taken = _counting().filter(event=event).values("attendance_id")
    return confirmed_answers(event).exclude(id__in=taken).order_by("id")


def volunteers_of(event: Event) -> list[Membership]:
    """The roles by which somebody can be assigned people of an event, by address, with accounts (2 queries)."""
    tree = Group.objects.filter(organisation_id=event.organisation_id).values_list("id", "parent_id")
    line = list(line_up(event.group_id, dict(tree)))
    here = Q(event_id=event.id, group_id=event.group_id) | Q(event_id=None, group_id__in=line)
    roles = Membership.objects.select_related("account").filter(
        here, living(), contact=True, account__is_active=True
    )
    return list(roles.order_by("account__email", "id"))


def how_many(event: Event) -> dict[UUID, int]:
    """How many people of an event are assigned to each volunteer, by account (1 query)."""
    counts: dict[UUID, int] = {}
    for account in _counting().filter(event=event).values_list("membership__account_id", flat=True):
        counts[account] = counts.get(account, 0) + 1
    return counts


def forget_assignments() -> int:
    """Delete what counts for nothing any more (1 query)."""
    counting = _counting().values("id")
    return Assignment.objects.exclude(id__in=counting).delete()[0]


def _counting() -> QuerySet[Assignment]:
    """What was assigned under a role that has not ended, and is still the same."""
    roles = Membership.objects.filter(living(), contact=True).values("id")
    return Assignment.objects.filter(membership__in=roles, assigned_at__gte=F("membership__since"))


def _assigned_in(organisation_id: UUID, account_id: UUID) -> list[UUID]:
    """The answers that are assigned to somebody at all events; their account is locked, so that two organisers
    do not fill up the same fifty.
    """
    Account.objects.select_for_update().get(id=account_id)
    mine = _counting().filter(organisation_id=organisation_id, membership__account_id=account_id)
    return list(mine.values_list("attendance_id", flat=True).distinct())


def _require(actor: Actor, event: Event) -> None:
    actor.require(ORGANISER, event.group_id, event.id)
    if not actor.contact_data:
        raise NotAllowed


def _volunteer(event: Event, account_id: UUID) -> Membership:
    for role in volunteers_of(event):
        if role.account_id == account_id:
            return role
    raise NotFound


def _write(actor: Actor, event: Event, role: Membership, answers: set[UUID]) -> None:
    Assignment.objects.bulk_create(
        [
            Assignment(
                organisation_id=event.organisation_id,
                event=event,
                attendance_id=answer,
                membership=role,
                assigned_at=now(),
            )
            for answer in sorted(answers)
        ],
        update_conflicts=True,
        unique_fields=["membership", "attendance"],
        update_fields=["assigned_at"],
    )
    _record(actor, event, "attendances.assign", role.account_id, len(answers))


def _record(actor: Actor, event: Event, verb: str, account_id: UUID, people: int) -> None:
    record(
        organisation_id=event.organisation_id,
        actor=actor.id,
        verb=verb,
        object_id=event.id,
        account=str(account_id),
        people=people,
    )
