"""Who may do what: roles in groups, and below them in the tree. The only way to an organisation's objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import F, Q, QuerySet

from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Account, ApiToken, Group, Membership, Organisation
from groundswell.groups.roles import RIGHTS, May, Role, rights_of, together, wanted
from groundswell.kit.clock import now

VIEWER, STEWARD, PRESS, MAILER = Role.VIEWER, Role.STEWARD, Role.PRESS, Role.MAILER
TREASURER, ORGANISER, OWNER = Role.TREASURER, Role.ORGANISER, Role.OWNER
SEE, NAMES, STAND, ASSIGNED, CONTACT = May.SEE, May.NAMES, May.STAND, May.ASSIGNED, May.CONTACT
WRITE, SEND, EXPORT, GRANT = May.WRITE, May.SEND, May.EXPORT, May.GRANT

NOTHING: frozenset[May] = frozenset()


@dataclass(frozen=True)
class Actor:
    """Somebody who acts, with their rights in each group and at single events; ``id`` is for the ledger.

    Rights at an event, by group and event, hold only where it is that group's. Asked for a role, it says whether
    it may all that this role may, by whichever roles it has. ``contact_data`` says whether names and addresses
    may be shown at all (a token may be without). ``homes`` are the organisations of an account's groups.
    """

    id: UUID | None
    rights: Mapping[UUID, frozenset[May]] = field(default_factory=dict)
    at_events: Mapping[tuple[UUID, UUID], frozenset[May]] = field(default_factory=dict)
    everything: bool = False
    contact_data: bool = True
    homes: Mapping[UUID, UUID] = field(default_factory=dict)

    def may(self, what: Role | May, group_id: UUID, event_id: UUID | None = None) -> bool:
        """Whether the actor may this, or all that this role may, in the group or at this event of its."""
        if self.everything:
            return True
        here = self.rights.get(group_id, NOTHING)
        if event_id is not None:
            here |= self.at_events.get((group_id, event_id), NOTHING)
        return wanted(what) <= here

    def require(self, what: Role | May, group_id: UUID, event_id: UUID | None = None) -> None:
        """Refuse an actor who may not.

        :raises NotFound: if neither the group nor the event is any of theirs.
        :raises NotAllowed: if their role is too low, or another one.
        """
        if self.may(what, group_id, event_id):
            return
        raise NotAllowed if self.may(SEE, group_id, event_id) else NotFound

    def groups(self, what: Role | May = SEE) -> list[UUID]:
        """The groups in which the actor may this."""
        return [group for group, rights in self.rights.items() if wanted(what) <= rights]

    def events(self, what: Role | May = SEE) -> list[tuple[UUID, UUID]]:
        """Group and event, where the actor may this by a role at that very event."""
        return [where for where, rights in self.at_events.items() if wanted(what) <= rights]

    def anywhere(self) -> frozenset[May]:
        """All that the actor may in any group or at any event."""
        return together(*self.rights.values(), *self.at_events.values())

    @property
    def organisations(self) -> list[UUID]:
        """Those in which an account has any role, the first that took it in first."""
        groups = [*self.rights, *(group for group, _event in self.at_events)]
        mine = {self.homes[group] for group in groups if group in self.homes}
        return [organisation for organisation in dict.fromkeys(self.homes.values()) if organisation in mine]

    def within(self, organisation_id: UUID) -> Actor:
        """The same with their roles in one organisation only."""
        here = {group for group, organisation in self.homes.items() if organisation == organisation_id}
        rights = {group: rights for group, rights in self.rights.items() if group in here}
        at_events = {where: rights for where, rights in self.at_events.items() if where[0] in here}
        return replace(self, rights=rights, at_events=at_events)


SYSTEM = Actor(id=None, everything=True)
"""The command line and the worker: whoever reaches these reaches the database as well."""


def living() -> Q:
    """Roles that have not ended, at this moment."""
    return Q(ends_at=None) | Q(ends_at__gt=now())


def roles_of(account: Account) -> QuerySet[Membership]:
    """The roles of an account that have not ended; lazy, 1 query when read."""
    return Membership.objects.filter(living(), account=account)


def actor_for(account: Account) -> Actor:
    """An account with its roles of this moment, each passed on to the groups below (2 queries)."""
    roles = list(roles_of(account).order_by("id"))
    first = list(dict.fromkeys(role.organisation_id for role in roles))
    tree = Group.objects.filter(organisation_id__in=first).values_list("id", "parent_id", "organisation_id")
    rows = sorted(tree, key=lambda row: first.index(row[2]))
    parents = {group: parent for group, parent, _organisation in rows}
    own = {role.group_id: rights_of(Role(role.role), role.contact) for role in roles if role.event_id is None}
    rights = {group: together(*(own.get(one, NOTHING) for one in line_up(group, parents))) for group in parents}
    return Actor(
        id=account.id,
        rights={group: here for group, here in rights.items() if here},
        at_events={
            (role.group_id, role.event_id): rights_of(Role(role.role), role.contact)
            for role in roles
            if role.event_id is not None
        },
        homes={group: organisation for group, _parent, organisation in rows},
    )


def line_up(group: UUID | None, parents: Mapping[UUID, UUID | None]) -> Iterable[UUID]:
    """A group, and all of which it is a part (0 queries)."""
    while group is not None:
        yield group
        group = parents.get(group)


def actor_for_token(token: ApiToken) -> Actor:
    """An API token: its role in every group of its organisation (1 query)."""
    groups = Group.objects.filter(organisation_id=token.organisation_id).values_list("id", flat=True)
    return Actor(
        id=token.id,
        rights=dict.fromkeys(groups, RIGHTS[Role(token.role)]),
        contact_data=token.contact_data,
    )


def group_for(actor: Actor, group_id: UUID, what: Role | May = SEE) -> Group:
    """The group, for an actor who may this in it (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    actor.require(what, group_id)
    group = Group.objects.select_related("organisation", "parent").filter(id=group_id).first()
    if group is None:
        raise NotFound
    return group


def organisations_of(actor: Actor, what: Role | May = SEE) -> list[Organisation]:
    """The organisations in any of whose groups the actor may this, by name (1 query)."""
    return list(Organisation.objects.filter(groups__in=actor.groups(what)).distinct().order_by("name"))


def own_organisations(actor: Actor) -> list[Organisation]:
    """The organisations in which an account has any role, also those at single events, by name (1 query)."""
    return list(Organisation.objects.filter(id__in=actor.organisations).order_by("name"))


def organisations_led_by(actor: Actor, what: Role | May) -> list[Organisation]:
    """The organisations in whose root group the actor may this, by name (1 query).

    ``root_id`` of each is that group: by it, whoever has them can ask what else the actor may there.
    """
    roots = Group.objects.filter(id__in=actor.groups(what), parent=None)
    return list(Organisation.objects.filter(groups__in=roots).annotate(root_id=F("groups__id")).order_by("name"))
