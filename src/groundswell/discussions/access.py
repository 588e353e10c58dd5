"""The only way to a discussion in the back office."""

from uuid import UUID

from groundswell.discussions.models import Caller, Discussion, Meeting, Outcome
from groundswell.groups.access import ORGANISER, SEE, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Membership
from groundswell.groups.roles import May
from groundswell.kit.logs import note


def discussion_for(actor: Actor, discussion_id: UUID, what: Membership.Role | May = SEE) -> Discussion:
    """The discussion, for an actor who may this in the group that began it (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    found = Discussion.objects.select_related("organisation", "group").filter(id=discussion_id).first()
    if found is None:
        raise NotFound
    actor.require(what, found.group_id)
    note(organisation=found.organisation_id)
    return found


def caller_for(actor: Actor, caller_id: UUID) -> Caller:
    """An organisation's own invitation to put a question too, for an organiser of its root (1 query).

    :raises NotFound: if there is none that stands, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    standing = Caller.objects.exclude(status=Caller.Status.ENDED)
    caller = standing.select_related("discussion__organisation", "organisation").filter(id=caller_id).first()
    if caller is None:
        raise NotFound
    actor.require(ORGANISER, caller.group_id)
    note(organisation=caller.organisation_id)
    return caller


def meeting_for(actor: Actor, meeting_id: UUID, what: Membership.Role | May = SEE) -> Meeting:
    """A meeting, for an actor who may this in the group that holds it (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    related = ("discussion__organisation", "event__organisation", "event__group")
    meeting = Meeting.objects.select_related(*related).filter(id=meeting_id).first()
    if meeting is None:
        raise NotFound
    actor.require(what, meeting.event.group_id)
    note(organisation=meeting.organisation_id)
    return meeting


def outcome_for(actor: Actor, outcome_id: UUID) -> Outcome:
    """An outcome, for an organiser of the group whose meeting decided it (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    outcome = Outcome.objects.select_related("meeting__event__group").filter(id=outcome_id).first()
    if outcome is None:
        raise NotFound
    actor.require(ORGANISER, outcome.meeting.event.group_id)
    return outcome
