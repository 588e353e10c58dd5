"""The only way to an endorsement in the back office."""

from uuid import UUID

from groundswell.endorsements.models import Endorsement
from groundswell.groups.access import ORGANISER, SEE, Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.kit.logs import note

RELATED = ("organisation", "group", "by", "event", "bloc__event", "series")


def endorsement_for(actor: Actor, endorsement_id: UUID) -> Endorsement:
    """The endorsement, for an organiser of what is stood with, or of the body where it works here (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    found = Endorsement.objects.select_related(*RELATED).filter(id=endorsement_id).first()
    if found is None:
        raise NotFound
    groups = [found.group_id, *([found.by_id] if found.by_id else [])]
    if not any(actor.may(ORGANISER, group) for group in groups):
        raise NotAllowed if any(actor.may(SEE, group) for group in groups) else NotFound
    note(organisation=found.organisation_id)
    return found
