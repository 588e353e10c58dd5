"""``/events/<id>/attendances``: who answered, as far as the token may know."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from groundswell.api import schemas
from groundswell.api.pages import Paging, page_of
from groundswell.api.problems import Problem
from groundswell.api.shown import shown_attendance
from groundswell.api.tokens import caller
from groundswell.attendances.queries import attendances_of, responses_of
from groundswell.attendances.seeing import see_by_program
from groundswell.events.access import event_for
from groundswell.events.queries import questions_of

if TYPE_CHECKING:
    from groundswell.events.models import Event

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
    event = event_for(actor, event_id)
    page, following = page_of(attendances_of(event), asked, request)
    see_by_program(actor, event=event, people=len(page), part=f"{asked.cursor} {asked.limit}")
    if not actor.contact_data:
        return schemas.AttendancePage(items=[shown_attendance(each, None) for each in page], next=following)
    said = _said(event, [each.id for each in page])
    items = [shown_attendance(each, said[each.id]) for each in page]
    return schemas.AttendancePage(items=items, next=following)


def _said(event: Event, ids: list[UUID]) -> dict[UUID, dict[str, str]]:
    """What each of these answers says to the event's own questions, in their order (2 queries)."""
    questions, texts = questions_of(event.id), responses_of(ids)
    return {
        each: {one.text: texts[each][one.id] for one in questions if one.id in texts.get(each, {})} for each in ids
    }
