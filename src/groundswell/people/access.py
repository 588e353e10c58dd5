"""The only way to people and to segments of them in the back office."""

from uuid import UUID

from groundswell.groups.access import SEND, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Organisation
from groundswell.groups.queries import root_group
from groundswell.groups.roles import May, Role
from groundswell.people.models import Segment


def require_everybody(actor: Actor, organisation: Organisation, what: Role | May) -> None:
    """Refuse whoever may not do this with all of an organisation's people (1 query).

    :raises NotFound: if its root group is none of the actor's.
    :raises NotAllowed: if their role is too low.
    """
    actor.require(what, root_group(organisation.id).id)


def segment_for(actor: Actor, segment_id: UUID, what: Role | May = SEND) -> Segment:
    """The saved segment, for an actor who may this in its organisation's root group (2 queries).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    segment = Segment.objects.select_related("organisation").filter(id=segment_id).first()
    if segment is None:
        raise NotFound
    require_everybody(actor, segment.organisation, what)
    return segment
