"""Giving roles and taking them away: in a group or at one event, for good or until a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from groundswell.groups.access import OWNER, Actor, living
from groundswell.groups.errors import InvalidFields, LastOwner, NotAllowed, NotFound, SecondPersonNeeded
from groundswell.groups.models import Account, Group, Membership
from groundswell.groups.operations import checked_address, checked_name
from groundswell.groups.roles import CONTACT_LASTS, RIGHTS, VOLUNTEERS, Role, rights_of
from groundswell.kit.clock import now
from groundswell.ledger.operations import record

ROLES_STAY = timedelta(days=30)
"""So long the list of roles still says that somebody had one."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A role as it is given: until when, at which event alone, and whether with addresses of a few people."""

    role: Role
    ends_at: datetime | None = None
    event_id: UUID | None = None
    contact: bool = False

    def check(self) -> None:
        """See whether a role can be given like this (0 queries).

        :raises InvalidFields: with a sentence for the field that is wrong.
        """
        if self.ends_at is not None and self.ends_at <= now():
            raise InvalidFields({"ends": _("This moment is past.")})
        if self.contact and self.role not in VOLUNTEERS:
            raise InvalidFields({"contact": _("Only stewards and viewers get the addresses of a few people.")})
        if self.contact and (self.ends_at is None or self.ends_at > now() + CONTACT_LASTS):
            raise InvalidFields({"ends": _("Who sees addresses for a few days sees them for 72 hours at most.")})


@transaction.atomic
def grant(actor: Actor, *, group: Group, email: str, terms: Terms, name: str = "") -> Membership:
    """Give somebody a role in a group or at an event of its (6 queries, 8 where their account is made).

    It takes the place of the one that they have there.

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    :raises InvalidFields: for an address or a name that cannot be one, and for terms that cannot be given.
    :raises LastOwner: if the organisation would be left without an owner.
    :raises SecondPersonNeeded: if they would be a new owner; see :mod:`groundswell.groups.new_owners`.
    """
    address = checked_address(email).lower()
    require_second_person(actor, group=group, address=address, terms=terms)
    return give(actor, group=group, email=address, terms=terms, name=name)


def require_second_person(actor: Actor, *, group: Group, address: str, terms: Terms) -> None:
    """Refuse to make somebody an owner who is none there, unless the system asks (1 query for an owner).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    :raises InvalidFields: for terms that cannot be given.
    :raises SecondPersonNeeded: if they would be a new owner.
    """
    actor.require(OWNER, group.id)
    terms.check()
    if terms.role != OWNER or actor.everything:
        return
    there = Membership.objects.filter(living(), group=group, event_id=terms.event_id, role=OWNER)
    if not there.filter(account__email=address).exists():
        raise SecondPersonNeeded


@transaction.atomic
def give(actor: Actor, *, group: Group, email: str, terms: Terms, name: str = "") -> Membership:
    """The same as :func:`grant`, of an owner too: for what a second person has agreed to."""
    actor.require(OWNER, group.id)
    terms.check()
    account, _made = Account.objects.get_or_create(
        email=checked_address(email).lower(), defaults={"name": checked_name(name, needed=False)}
    )
    owners = _locked_owners(group)
    stays = terms.role == OWNER and terms.ends_at is None
    if terms.event_id is None:
        _require_an_owner(group, owners | {account.id} if stays else owners - {account.id}, owners)
    there: dict[str, Any] = {"group": group, "account": account, "event_id": terms.event_id}
    given = {
        "role": terms.role,
        "ends_at": terms.ends_at,
        "contact": terms.contact,
        "since": _since(Membership.objects.filter(living(), **there).first(), terms),
    }
    membership, _made = Membership.objects.update_or_create(
        **there, defaults={**given, "organisation_id": group.organisation_id}
    )
    _record(actor, membership, "groups.grant", **_in_words(terms))
    return membership


def _since(former: Membership | None, terms: Terms) -> datetime:
    """Since when somebody may all that they may now: no role counts as held before it was given."""
    if former and rights_of(terms.role, terms.contact) <= rights_of(Role(former.role), former.contact):
        return former.since
    return now()


def _in_words(terms: Terms) -> dict[str, object]:
    said: dict[str, object] = {"role": terms.role}
    if terms.ends_at is not None:
        said["until"] = terms.ends_at.isoformat(timespec="minutes")
    if terms.event_id is not None:
        said["event"] = str(terms.event_id)
    if terms.contact:
        said["contact"] = True
    return said


@transaction.atomic
def withdraw(actor: Actor, *, group: Group, account_id: UUID, event_id: UUID | None = None) -> None:
    """Take somebody's role in a group or at an event away, at once; their account stays (4 queries).

    :raises NotFound: if the group is none of the actor's, or nobody of that id has a role in it.
    :raises NotAllowed: unless the actor is its owner.
    :raises LastOwner: if the organisation would be left without an owner.
    """
    actor.require(OWNER, group.id)
    if event_id is None:
        owners = _locked_owners(group)
        _require_an_owner(group, owners - {account_id}, owners)
    membership = Membership.objects.filter(group=group, account_id=account_id, event_id=event_id).first()
    if membership is None:
        raise NotFound
    _record(actor, membership, "groups.withdraw", **({"event": str(event_id)} if event_id else {}))
    membership.delete()


@transaction.atomic
def hand_over(actor: Actor, *, group: Group, account_id: UUID) -> None:
    """Give one's own role in a group to somebody who has a lesser one there, and have none any more (5 queries).

    :raises NotFound: if the group is none of the actor's, or one of the two has no role in it.
    :raises NotAllowed: if they would lose a right by it: nobody pushes an owner down.
    :raises SecondPersonNeeded: if they would be a new owner.
    """
    # In the order of their ids, so that two who hand over to each other do not wait for each other.
    roles = Membership.objects.select_for_update().filter(
        living(), group=group, event_id=None, account_id__in=[actor.id, account_id]
    )
    by_account: dict[UUID | None, Membership] = {role.account_id: role for role in roles.order_by("id")}
    own, other = by_account.get(actor.id), by_account.get(account_id)
    if own is None or other is None or own == other:
        raise NotFound
    if not RIGHTS[Role(own.role)] > RIGHTS[Role(other.role)]:
        raise NotAllowed
    if own.role == OWNER:
        raise SecondPersonNeeded
    own.delete()
    other.role, other.ends_at, other.contact, other.since = own.role, own.ends_at, own.contact, now()
    other.save(update_fields=["role", "ends_at", "contact", "since"])
    _record(actor, other, "groups.hand_over", role=own.role)


def _record(actor: Actor, membership: Membership, verb: str, **more: object) -> None:
    record(
        organisation_id=membership.organisation_id,
        actor=actor.id,
        verb=verb,
        object_id=membership.group_id,
        account=str(membership.account_id),
        **more,
    )


def _locked_owners(group: Group) -> set[UUID]:
    """Who owns a group for good; locked, so that two of them cannot remove each other in the same moment."""
    owners = Membership.objects.select_for_update().filter(group=group, role=OWNER, event_id=None, ends_at=None)
    return set(owners.order_by("id").values_list("account_id", flat=True))


def _require_an_owner(group: Group, after: set[UUID], before: set[UUID]) -> None:
    if group.parent_id is None and before and not after:
        raise LastOwner


def forget_ended_roles() -> int:
    """Delete roles that ended a month ago (1 query)."""
    return Membership.objects.filter(Q(ends_at__lte=now() - ROLES_STAY)).delete()[0]
