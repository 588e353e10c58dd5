"""``/events/<id>/attendances``: who answered, as far as the token may know."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from groundswell.api import schemas
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.repeats import Key, once
from groundswell.api.shown import shown_attendance
from groundswell.api.tokens import caller
from groundswell.attendances.access import attendance_for
from groundswell.attendances.answers import BOXES
from groundswell.attendances.door import add_by_hand, check_off
from groundswell.attendances.queries import attendances_of, responses_of
from groundswell.attendances.seeing import see_by_program
from groundswell.events.access import event_for
from groundswell.events.queries import questions_of
from groundswell.groups.access import NAMES
from groundswell.groups.errors import NotAllowed

if TYPE_CHECKING:
    from groundswell.events.models import Event
    from groundswell.groups.access import Actor

router = Router()


@router.get(
    "/events/{event_id}/attendances",
    response={200: schemas.AttendancePage, 401: Problem, 404: Problem, 422: Problem},
    operation_id="listAttendances",
    summary="List the answers to an event",
)
def list_attendances(request: HttpRequest, event_id: UUID, asked: Query[Paging]) -> schemas.AttendancePage:
    """Those that nobody has confirmed yet too, the newest first."""
    actor = caller(request).actor
    event = event_for(actor, event_id, NAMES)
    page, following = page_of(attendances_of(event), asked, request)
    see_by_program(actor, event=event, people=len(page), part=f"{asked.cursor} {asked.limit}")
    if not actor.contact_data:
        return schemas.AttendancePage(items=[shown_attendance(each, None) for each in page], next=following)
    said = _said(event, [each.id for each in page])
    items = [shown_attendance(each, said[each.id]) for each in page]
    return schemas.AttendancePage(items=items, next=following)


ONE = {200: schemas.Attendance, 401: Problem, 404: Problem, 422: Problem}
SENT = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 413: Problem, 422: Problem}


@router.post(
    "/events/{event_id}/attendances",
    response={201: schemas.Attendance, **SENT},
    operation_id="addAttendance",
    summary="Write somebody down who signs up at a stall",
)
def add_attendance(
    request: HttpRequest, event_id: UUID, attendance: schemas.NewAttendance, key: Key = None
) -> Status[schemas.Attendance]:
    """They get the usual mail, and count once they say yes there. It takes a token with contact data."""
    actor = caller(request).actor
    event = event_for(actor, event_id)
    _require_contact_data(actor)

    def add() -> UUID:
        return add_by_hand(actor, event=event, form=_form(attendance)).id

    return Status(201, get_attendance(request, event_id, once(request, key, add)))


@router.get(
    "/events/{event_id}/attendances/{attendance_id}",
    response=ONE,
    operation_id="getAttendance",
    summary="Get one answer",
)
def get_attendance(request: HttpRequest, event_id: UUID, attendance_id: UUID) -> schemas.Attendance:
    """As it stands; what waits for a confirmation changes nothing of it."""
    actor = caller(request).actor
    attendance = attendance_for(actor, event_id, attendance_id)
    see_by_program(actor, event=attendance.event, people=1, part=str(attendance_id))
    if not actor.contact_data:
        return shown_attendance(attendance, None)
    return shown_attendance(attendance, _said(attendance.event, [attendance_id])[attendance_id])


@router.patch(
    "/events/{event_id}/attendances/{attendance_id}",
    response={200: schemas.Attendance, **SENT},
    operation_id="changeAttendance",
    summary="Check somebody off at the door",
)
def change_attendance(
    request: HttpRequest, event_id: UUID, attendance_id: UUID, attendance: schemas.ChangedAttendance
) -> schemas.Attendance:
    """Where the event's door list is switched on, and for who has a place. It takes a token with contact data."""
    actor = caller(request).actor
    found = attendance_for(actor, event_id, attendance_id)
    _require_contact_data(actor)
    check_off(actor, attendance=found, here=attendance.attended)
    return get_attendance(request, event_id, attendance_id)


def _require_contact_data(actor: Actor) -> None:
    # Whether somebody has answered already would show whose address is known here.
    if not actor.contact_data:
        raise NotAllowed(_("This token carries no contact data. Make one that does."))


def _form(said: schemas.NewAttendance) -> dict[str, str]:
    """What the form at the stall would have sent."""
    typed = {
        "name": said.name,
        "email": said.email,
        "postcode": said.postcode,
        "guests": str(said.guests),
        "answer": said.status,
        "language": said.language,
    }
    return {**typed, **{box: "yes" for box in BOXES if getattr(said, box)}}


def _said(event: Event, ids: list[UUID]) -> dict[UUID, dict[str, str]]:
    """What each of these answers says to the event's own questions, in their order (2 queries)."""
    questions, texts = questions_of(event.id), responses_of(ids)
    return {
        each: {one.text: texts[each][one.id] for one in questions if one.id in texts.get(each, {})} for each in ids
    }
