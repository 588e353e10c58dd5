"""The only way to somebody's answer in the back office."""

from uuid import UUID

from django.db.models import F

from groundswell.attendances.models import Attendance, Notice
from groundswell.blocs.models import Caller
from groundswell.groups.access import NAMES, SEE, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.roles import May, Role


def attendance_for(actor: Actor, event_id: UUID, attendance_id: UUID, what: Role | May = NAMES) -> Attendance:
    """A host's answer to this event with its person, for an actor who may this at the event (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    answers = Attendance.objects.select_related("event", "person").filter(event_id=event_id, id=attendance_id)
    # What was answered on another organisation's page is that one's, also at this event.
    attendance = answers.filter(organisation_id=F("event__organisation_id")).first()
    if attendance is None:
        raise NotFound
    actor.require(what, attendance.event.group_id, attendance.event.id)
    return attendance


def notice_for(actor: Actor, event_id: UUID, notice_id: UUID, what: Role | May = SEE) -> Notice:
    """A notice about this event, for an actor who may this at the event (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    notice = Notice.objects.select_related("event").filter(event_id=event_id, bloc=None, id=notice_id).first()
    if notice is None:
        raise NotFound
    actor.require(what, notice.event.group_id, notice.event.id)
    return notice


def bloc_notice_for(caller: Caller, notice_id: UUID) -> Notice:
    """A caller's own notice to those who joined its bloc (1 query).

    :raises NotFound: if there is none, or it is another one's.
    """
    own = Notice.objects.filter(bloc_id=caller.bloc_id, organisation_id=caller.organisation_id)
    notice = own.filter(id=notice_id).first()
    if notice is None:
        raise NotFound
    return notice
