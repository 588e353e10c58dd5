"""What a request names by its slug or name; somebody else's is the same as none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from groundswell.events.queries import series_for
from groundswell.groups.access import ORGANISER
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.groups.queries import campaigns_of, public_group, root_group

if TYPE_CHECKING:
    from groundswell.api.tokens import Caller
    from groundswell.events.models import Series
    from groundswell.groups.models import Campaign, Group


def group_named(caller: Caller, slug: str, field: str = "group") -> Group:
    """The group of that slug, or the whole organisation for an empty one (1 query).

    :raises InvalidFields: if the organisation has none.
    """
    if not slug:
        return root_group(caller.organisation_id)
    try:
        group = public_group(slug)
        caller.actor.require(ORGANISER, group.id)
    except NotFound:
        raise InvalidFields({field: _("The organisation has no group of this slug.")}) from None
    return group


def series_named(caller: Caller, slug: str) -> Series | None:
    """The series of that slug, or none for an empty one (1 query, none without a slug).

    :raises InvalidFields: if the organisation has none.
    """
    if not slug:
        return None
    found = series_for(caller.actor).filter(slug=slug).first()
    if found is None:
        raise InvalidFields({"series": _("The organisation has no series of this slug.")})
    return found


def campaign_named(caller: Caller, name: str) -> Campaign | None:
    """The campaign of that name, or none for an empty one (1 query, none without a name).

    :raises InvalidFields: if the organisation has none.
    """
    if not name:
        return None
    for campaign in campaigns_of([caller.organisation_id]):
        if campaign.name == name:
            return campaign
    raise InvalidFields({"campaign": _("The organisation has no campaign of this name.")})
