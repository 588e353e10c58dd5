"""The only way to somebody's answer in the back office."""

from uuid import UUID

from django.db.models import F

from groundswell.attendances.models import Attendance, Notice
from groundswell.groups.access import VIEWER, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Membership


def attendance_for(
    actor: Actor, event_id: UUID, attendance_id: UUID, role: Membership.Role = VIEWER
) -> Attendance:
    """A host's answer to this event with its person, for an actor with the role in the event's group (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    answers = Attendance.objects.select_related("event", "person").filter(event_id=event_id, id=attendance_id)
    # What was answered on another organisation's page is that one's, also at this event.
    attendance = answers.filter(organisation_id=F("event__organisation_id")).first()
    if attendance is None:
        raise NotFound
    actor.require(role, attendance.event.group_id)
    return attendance


def notice_for(actor: Actor, event_id: UUID, notice_id: UUID, role: Membership.Role = VIEWER) -> Notice:
    """A notice about this event, for an actor with the role in the event's group (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    notice = Notice.objects.select_related("event").filter(event_id=event_id, id=notice_id).first()
    if notice is None:
        raise NotFound
    actor.require(role, notice.event.group_id)
    return notice
