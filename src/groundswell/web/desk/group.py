"""``/desk/settings/<organisation>/groups/<id>``: a group's name, place and end. For owners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groundswell.events.queries import upcoming
from groundswell.groups.access import OWNER, group_for
from groundswell.groups.errors import (
    BelowItself,
    GroupRetired,
    GroupsBelow,
    InvalidFields,
    NotAllowed,
    NotFound,
    RootStays,
)
from groundswell.groups.queries import group_with_branches, groups_by_id
from groundswell.groups.tree import as_tree, move_group, rename_group, retire_group, revive_group
from groundswell.web.desk.chosen import choose
from groundswell.web.desk.pages import DeskRequest, desk, page, say, see

if TYPE_CHECKING:
    from groundswell.groups.models import Group

DEEPER = "\u2003"
"""What stands before a group in a list to choose from, for each step down the tree."""

REFUSALS = (BelowItself, GroupRetired, GroupsBelow, NotAllowed, RootStays)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: DeskRequest, slug: str, group_id: UUID) -> HttpResponse:
    """One group (8 queries); on POST, carry out one of its forms (13 at most)."""
    found = group_for(request.actor, group_id)
    if found.organisation.slug != slug or not request.actor.may(OWNER, found.id):
        raise NotFound
    choose(request, found.organisation_id)
    if request.method != "POST":
        return _page(request, found, {"name": found.name, "description": found.description}, {})
    typed = request.POST.dict()
    try:
        say(request, _carry_out(request, found, typed))
    except InvalidFields as invalid:
        return _page(request, found, typed, invalid.errors, status=422)
    except REFUSALS as refusal:
        say(request, refusal.sentence, "wrong")
    return see("settings-of", slug)


def _carry_out(request: DeskRequest, found: Group, typed: Mapping[str, str]) -> str:
    match typed.get("then"):
        case "rename":
            name, description = typed.get("name", ""), typed.get("description", "")
            rename_group(request.actor, group=found, name=name, description=description)
            return _("Saved. Its address stays as it is.")
        case "move":
            parent = _parent(request, found, typed.get("parent", ""))
            move_group(request.actor, group=found, parent=parent)
            return _("“%(name)s” is a part of “%(parent)s” now.") % {"name": found.name, "parent": parent.name}
        case "retire":
            if upcoming(1, [found.id]):
                raise GroupsBelow(_("It has events that lie ahead. Call them off, or wait until they are over."))
            retire_group(request.actor, group=found)
            return _("“%(name)s” has ended. What it had stays.") % {"name": found.name}
        case "revive":
            revive_group(request.actor, group=found)
            return _("“%(name)s” is back.") % {"name": found.name}
    raise NotFound


def _parent(request: DeskRequest, found: Group, typed: str) -> Group:
    own = groups_by_id(request.actor.within(found.organisation_id).groups(OWNER))
    parent = next((one for one in own if str(one.id) == typed), None)
    if parent is None:
        raise InvalidFields({"parent": _("Choose one of your groups.")})
    return parent


def _page(
    request: DeskRequest, found: Group, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> HttpResponse:
    own = groups_by_id(request.actor.within(found.organisation_id).groups(OWNER))
    below = set(group_with_branches(found))
    places = [(one, depth) for one, depth in as_tree(own) if one.id not in below and one.retired_at is None]
    context: dict[str, object] = {
        "group": {"name": found.name, "ended": found.retired_at is not None},
        "group_url": reverse("group", args=[found.slug]),
        "settings_url": reverse("desk:settings-of", args=[found.organisation.slug]),
        "top": found.parent_id is None,
        "may_move": any(one.id == found.parent_id for one in own),
        "parent_options": [(str(one.id), f"{DEEPER * depth}{one.name}") for one, depth in places],
        "form": {
            "values": {"parent": str(found.parent_id), **typed},
            "errors": errors,
        },
    }
    return page(request, "group", "settings", context, status=status)
