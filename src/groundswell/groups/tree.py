"""Groups as a tree: renamed, moved with all below them, ended and brought back."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from groundswell.groups.access import OWNER, Actor, line_up
from groundswell.groups.errors import BelowItself, GroupRetired, GroupsBelow, NotFound, RootStays
from groundswell.groups.models import Group
from groundswell.groups.operations import checked_name, prose
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.ledger.operations import record


@transaction.atomic
def rename_group(actor: Actor, *, group: Group, name: str, description: str) -> Group:
    """Say anew what a group is called and what it is; its address stays (4 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    :raises RootStays: if it is the one at the top: that has the organisation's name.
    :raises InvalidFields: for a text that cannot be one.
    """
    actor.require(OWNER, group.id)
    found = _tree(group)[group.id]
    _require_below_top(found)
    found.name, found.description = checked_name(name), prose(description, "description")
    found.save(update_fields=["name", "description"])
    _finish(actor, found, "groups.rename_group")
    return found


@transaction.atomic
def move_group(actor: Actor, *, group: Group, parent: Group) -> Group:
    """Make a group, with all that is below it, a part of another one of the same organisation (4 queries).

    Roles granted above hold for it from now on, and those of its former place do not any more.

    :raises NotFound: if a group, or the one that it is a part of, is none of the actor's, or of elsewhere.
    :raises NotAllowed: unless the actor owns the group, the one that it is a part of, and the new one.
    :raises RootStays: if it is the one at the top.
    :raises BelowItself: if the new one is the group itself, or below it.
    :raises GroupRetired: if the new one has ended.
    """
    actor.require(OWNER, group.id)
    actor.require(OWNER, parent.id)
    tree = _tree(group)
    found, above = tree[group.id], tree.get(parent.id)
    if above is None:
        raise NotFound
    former = _require_below_top(found)
    actor.require(OWNER, former)
    if found.id in line_up(above.id, {one.id: one.parent_id for one in tree.values()}):
        raise BelowItself
    if above.retired_at:
        raise GroupRetired
    found.parent = above
    found.save(update_fields=["parent"])
    _finish(actor, found, "groups.move_group", former=str(former), parent=str(above.id))
    return found


@transaction.atomic
def retire_group(actor: Actor, *, group: Group) -> Group:
    """End a group: it keeps what it had, and gets no events and no groups any more (4 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    :raises RootStays: if it is the one at the top.
    :raises GroupsBelow: while others are parts of it.
    """
    actor.require(OWNER, group.id)
    tree = _tree(group)
    found = tree[group.id]
    _require_below_top(found)
    if any(one.parent_id == found.id and one.retired_at is None for one in tree.values()):
        raise GroupsBelow
    found.retired_at = found.retired_at or now()
    found.save(update_fields=["retired_at"])
    _finish(actor, found, "groups.retire_group")
    return found


@transaction.atomic
def revive_group(actor: Actor, *, group: Group) -> Group:
    """Bring a group back that had ended (4 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner.
    :raises GroupRetired: while the one that it is a part of has ended.
    """
    actor.require(OWNER, group.id)
    tree = _tree(group)
    found = tree[group.id]
    if found.parent_id and tree[found.parent_id].retired_at:
        raise GroupRetired
    found.retired_at = None
    found.save(update_fields=["retired_at"])
    _finish(actor, found, "groups.revive_group")
    return found


def as_tree(groups: Iterable[Group]) -> list[tuple[Group, int]]:
    """Groups in the order of their tree, each with how deep it is below the topmost of these (0 queries)."""
    rows = sorted(groups, key=lambda one: (one.name, one.id))
    known = {one.id for one in rows}
    below: dict[UUID | None, list[Group]] = {}
    for one in rows:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    ordered: list[tuple[Group, int]] = []
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        ordered.append((one, depth))
        waiting += [(each, depth + 1) for each in reversed(below.get(one.id, []))]
    return ordered


def _tree(group: Group) -> dict[UUID, Group]:
    """All groups of an organisation, locked: two that move at once might become parts of each other."""
    rows = Group.objects.select_for_update().filter(organisation_id=group.organisation_id).order_by("id")
    return {one.id: one for one in rows}


def _require_below_top(group: Group) -> UUID:
    """The id of the group of which this one is a part."""
    if group.parent_id is None:
        raise RootStays
    return group.parent_id


def _finish(actor: Actor, group: Group, verb: str, **detail: object) -> None:
    record(organisation_id=group.organisation_id, actor=actor.id, verb=verb, object_id=group.id, **detail)
    touch(f"organisation:{group.organisation_id}", "events")
