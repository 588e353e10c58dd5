"""The tree of groups: roles hold below and never above, wherever a group is moved."""

import pytest

from groundswell.groups.access import Actor, actor_for
from groundswell.groups.errors import (
    BelowItself,
    GroupRetired,
    GroupsBelow,
    InvalidFields,
    NotAllowed,
    NotFound,
    RootStays,
)
from groundswell.groups.models import Group
from groundswell.groups.queries import group_with_branches, working_groups
from groundswell.groups.tree import as_tree, move_group, rename_group, retire_group, revive_group
from groundswell.intake.models import Touch
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


class Tree:
    """A root with two branches, each with a twig."""

    def __init__(self) -> None:
        self.root = made_up.root(made_up.organisation())
        self.east = made_up.branch(self.root, "east", "East")
        self.west = made_up.branch(self.root, "west", "West")
        self.port = made_up.branch(self.east, "port", "Port")
        self.moor = made_up.branch(self.west, "moor", "Moor")
        self.owner = made_up.actor(self.root, made_up.OWNER, "winnie@example.org")
        self.all = (self.root, self.east, self.west, self.port, self.moor)


@pytest.fixture
def tree() -> Tree:
    return Tree()


def slugs(actor: Actor, tree: Tree) -> set[str]:
    """Where somebody organises."""
    return {group.slug for group in tree.all if actor.may(made_up.ORGANISER, group.id)}


def test_roles_follow_a_group_that_moves(tree: Tree) -> None:
    east, west = (made_up.account(one, email=f"{one.slug}@example.org") for one in (tree.east, tree.west))
    assert slugs(actor_for(east), tree) == {"east", "port"}
    moved = move_group(tree.owner, group=tree.east, parent=tree.moor)
    assert moved.parent == tree.moor
    assert slugs(actor_for(east), tree) == {"east", "port"}
    assert slugs(actor_for(west), tree) == {"west", "moor", "east", "port"}
    move_group(tree.owner, group=tree.port, parent=tree.root)
    assert slugs(actor_for(east), tree) == {"east"}
    assert slugs(actor_for(west), tree) == {"west", "moor", "east"}
    row = Entry.objects.filter(verb="groups.move_group").order_by("id").last()
    assert row.detail == {"former": str(tree.east.id), "parent": str(tree.root.id)}


def test_no_circle(tree: Tree) -> None:
    for group, parent in ((tree.east, tree.east), (tree.east, tree.port)):
        with pytest.raises(BelowItself):
            move_group(tree.owner, group=group, parent=parent)
    assert Group.objects.get(id=tree.east.id).parent == tree.root


def test_who_may_move(tree: Tree) -> None:
    elsewhere = made_up.root(made_up.organisation("others", "Others"))
    both = made_up.account(elsewhere, made_up.OWNER, "winnie@example.org")
    with pytest.raises(NotFound):
        move_group(actor_for(both), group=tree.east, parent=elsewhere)
    east = made_up.actor(tree.east, made_up.OWNER, "east@example.org")
    with pytest.raises(NotFound):
        move_group(east, group=tree.port, parent=tree.west)
    with pytest.raises(NotFound):
        move_group(east, group=tree.moor, parent=tree.east)
    made_up.account(tree.west, made_up.OWNER, "east@example.org")
    with pytest.raises(NotFound):  # it would be taken away from the root
        move_group(actor_for(made_up.Account.objects.get(id=east.id)), group=tree.east, parent=tree.west)
    organiser = made_up.actor(tree.root, made_up.ORGANISER)
    for deed in (
        lambda: move_group(organiser, group=tree.east, parent=tree.west),
        lambda: rename_group(organiser, group=tree.east, name="x", description=""),
        lambda: retire_group(organiser, group=tree.port),
        lambda: revive_group(organiser, group=tree.port),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_the_top_stays(tree: Tree) -> None:
    for deed in (
        lambda: move_group(tree.owner, group=tree.root, parent=tree.east),
        lambda: rename_group(tree.owner, group=tree.root, name="x", description=""),
        lambda: retire_group(tree.owner, group=tree.root),
    ):
        with pytest.raises(RootStays):
            deed()
    revive_group(tree.owner, group=tree.root)


def test_a_new_name_leaves_the_address(tree: Tree) -> None:
    Touch.objects.all().delete()
    renamed = rename_group(tree.owner, group=tree.east, name=" The  east ", description="By the sea.\n")
    assert (renamed.name, renamed.slug, renamed.description) == ("The east", "east", "By the sea.")
    assert f"organisation:{tree.root.organisation_id}" in set(Touch.objects.values_list("tag", flat=True))
    with pytest.raises(InvalidFields):
        rename_group(tree.owner, group=tree.east, name=" ", description="")


def test_a_group_ends_from_below_and_comes_back_from_above(tree: Tree) -> None:
    with pytest.raises(GroupsBelow):
        retire_group(tree.owner, group=tree.east)
    ended = [retire_group(tree.owner, group=one) for one in (tree.port, tree.east)]
    assert retire_group(tree.owner, group=tree.east).retired_at == ended[1].retired_at
    assert working_groups([one.id for one in tree.all]) == [tree.moor, tree.root, tree.west]
    assert tree.port.id in group_with_branches(tree.root)
    for deed in (
        lambda: revive_group(tree.owner, group=tree.port),
        lambda: move_group(tree.owner, group=tree.moor, parent=tree.east),
        lambda: made_up.branch(ended[1], "new", "New"),
        lambda: made_up.draft(ended[1]),
    ):
        with pytest.raises(GroupRetired):
            deed()
    for one in (tree.east, tree.port):
        assert revive_group(tree.owner, group=one).retired_at is None
    made_up.branch(tree.east, "new", "New")


def test_the_order_of_a_tree(tree: Tree) -> None:
    assert [(one.slug, depth) for one, depth in as_tree(tree.all)] == [
        ("tenants-union", 0),
        ("east", 1),
        ("port", 2),
        ("west", 1),
        ("moor", 2),
    ]
    assert [(one.slug, depth) for one, depth in as_tree([tree.port, tree.west])] == [("port", 0), ("west", 0)]
