"""Many who confirm at the same moment, each in a transaction and on a connection of their own."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections, transaction

from groundswell.attendances import operations
from groundswell.attendances.models import Attendance
from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7

AT_ONCE = 8


def confirm_all_at_once(attendances: Iterable[Attendance]) -> None:
    """Let all of these press the button in their mail, eight at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_settle_alone, [_confirming(attendance) for attendance in attendances]))


def _confirming(attendance: Attendance) -> Action:
    payload = kinds.named("confirm").parse({"answer": str(attendance.action)})
    return Action(uuid7(), "confirm", attendance.organisation_id, attendance.id, payload, now())


def _settle_alone(action: Action) -> None:
    try:
        with transaction.atomic():
            operations.confirm(action.organisation_id, [action])
    finally:
        connections.close_all()
