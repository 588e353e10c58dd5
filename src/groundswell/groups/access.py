"""Who may do what: roles in groups, and below them in the tree. The only way to an organisation's objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Account, ApiToken, Group, Membership, Organisation

VIEWER, STEWARD = Membership.Role.VIEWER, Membership.Role.STEWARD
ORGANISER, OWNER = Membership.Role.ORGANISER, Membership.Role.OWNER
RANK = {VIEWER: 1, STEWARD: 2, ORGANISER: 3, OWNER: 4}
"""Each role may do what those before it may."""


@dataclass(frozen=True)
class Actor:
    """Somebody who acts, with the rank they have in each group; ``id`` is what the ledger writes down.

    ``contact_data`` says whether names and addresses may be shown at all (a token may be without). ``homes`` are
    the organisations of an account's groups.
    """

    id: UUID | None
    ranks: Mapping[UUID, int] = field(default_factory=dict)
    everything: bool = False
    contact_data: bool = True
    homes: Mapping[UUID, UUID] = field(default_factory=dict)

    def may(self, role: Membership.Role, group_id: UUID) -> bool:
        """Whether the actor has at least this role in the group."""
        return self.everything or self.ranks.get(group_id, 0) >= RANK[role]

    def require(self, role: Membership.Role, group_id: UUID) -> None:
        """Refuse an actor without the role.

        :raises NotFound: if the group is none of theirs.
        :raises NotAllowed: if their role is too low.
        """
        if self.may(role, group_id):
            return
        raise NotAllowed if self.may(VIEWER, group_id) else NotFound

    def groups(self, role: Membership.Role = VIEWER) -> list[UUID]:
        """The groups in which the actor has at least this role."""
        return [group for group, rank in self.ranks.items() if rank >= RANK[role]]

    @property
    def organisations(self) -> list[UUID]:
        """Those in which an account has any role, the first that took it in first."""
        return list(dict.fromkeys(self.homes[group] for group in self.ranks if group in self.homes))

    def within(self, organisation_id: UUID) -> Actor:
        """The same with their roles in one organisation only."""
        ranks = {group: rank for group, rank in self.ranks.items() if self.homes.get(group) == organisation_id}
        return replace(self, ranks=ranks)


SYSTEM = Actor(id=None, everything=True)
"""The command line and the worker: whoever reaches these reaches the database as well."""


def actor_for(account: Account) -> Actor:
    """An account with its roles, each passed on to the groups below (2 queries)."""
    roles = (
        Membership.objects.filter(account=account)
        .order_by("id")
        .values_list("group_id", "role", "organisation_id")
    )
    own = {group: role for group, role, _organisation in roles}
    first = list(dict.fromkeys(organisation for _group, _role, organisation in roles))
    tree = Group.objects.filter(organisation_id__in=first).values_list("id", "parent_id", "organisation_id")
    rows = sorted(tree, key=lambda row: first.index(row[2]))
    parents = {group: parent for group, parent, _organisation in rows}
    ranks = {group: _rank(group, parents, own) for group in parents}
    homes = {group: organisation for group, _parent, organisation in rows}
    return Actor(id=account.id, ranks={group: rank for group, rank in ranks.items() if rank}, homes=homes)


def _rank(group: UUID | None, parents: Mapping[UUID, UUID | None], own: Mapping[UUID, str]) -> int:
    best = 0
    while group is not None:
        best = max(best, RANK[Membership.Role(own[group])] if group in own else 0)
        group = parents.get(group)
    return best


def actor_for_token(token: ApiToken) -> Actor:
    """An API token: its role in every group of its organisation (1 query)."""
    groups = Group.objects.filter(organisation_id=token.organisation_id).values_list("id", flat=True)
    return Actor(
        id=token.id,
        ranks=dict.fromkeys(groups, RANK[Membership.Role(token.role)]),
        contact_data=token.contact_data,
    )


def group_for(actor: Actor, group_id: UUID, role: Membership.Role = VIEWER) -> Group:
    """The group, for an actor with the role (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    actor.require(role, group_id)
    group = Group.objects.select_related("organisation", "parent").filter(id=group_id).first()
    if group is None:
        raise NotFound
    return group


def organisations_of(actor: Actor, role: Membership.Role = VIEWER) -> list[Organisation]:
    """The organisations in any of whose groups the actor has at least this role, by name (1 query)."""
    return list(Organisation.objects.filter(groups__in=actor.groups(role)).distinct().order_by("name"))


def organisations_led_by(actor: Actor, role: Membership.Role) -> list[Organisation]:
    """The organisations in whose root group the actor has at least this role, by name (1 query)."""
    roots = Group.objects.filter(id__in=actor.groups(role), parent=None)
    return list(Organisation.objects.filter(groups__in=roots).order_by("name"))
