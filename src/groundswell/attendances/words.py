"""An answer in words, for those who work with it and for whose it is."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from groundswell.attendances.models import Attendance, Offer
from groundswell.events.models import Question


def state(attendance: Attendance) -> str:
    """Where an answer stands, in words (0 queries)."""
    if attendance.confirmed_at is None:
        return _("not confirmed yet")
    if attendance.status == "tentative":
        return _("maybe")
    return _("waits for a place") if attendance.waiting_since else _("coming")


def stands(attendance: Attendance) -> str:
    """The same, and what came of it (0 queries)."""
    if attendance.attended:
        return _("was there")
    declined = attendance.confirmed_at and attendance.status == Attendance.Status.DECLINED
    return _("not coming") if declined else state(attendance)


def offered(codes: Iterable[str]) -> list[str]:
    """What somebody offered to do for the day (0 queries)."""
    return [str(Offer(code).label) for code in codes if code in Offer]


def said(question: Question, text: str) -> str:
    """An answer to an event's own question in words: its yes and no are kept as they are sent (0 queries)."""
    return {"yes": _("yes"), "no": _("no")}.get(text, text) if question.kind == "yes-no" else text
