"""What is held of somebody's answers, in words for themselves."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groundswell.attendances.models import Assignment, Attendance, Doubled, Response, Shared
from groundswell.attendances.words import offered, said, stands
from groundswell.kit.privacy import Told, Trace, day


def told_answers(trace: Trace, most: int) -> list[Told]:
    """Each answer with all that hangs on it, the latest first (5 queries, or 1 where there is none)."""
    own = Attendance.objects.filter(organisation_id=trace.organisation_id, person_id__in=trace.people)
    answers = list(own.select_related("event", "bloc", "pick_up", "person").order_by("-id")[:most])
    if not answers:
        return []
    more = _more({one.id: one for one in answers})
    return [Told(title=one.event.title, at=one.event.day, lines=[*_lines(one), *more[one.id]]) for one in answers]


def _lines(attendance: Attendance) -> list[str]:
    answer = attendance.answer()
    lines = [stands(attendance).capitalize(), *_dated(attendance)]
    if attendance.pending:
        lines.append(_("Not confirmed yet: %(name)s, %(email)s") % {"name": answer.name, "email": answer.email})
    if answer.guests:
        brings = ngettext("You bring %(number)s more", "You bring %(number)s more", answer.guests)
        lines.append(brings % {"number": answer.guests})
    if answer.needs:
        lines.append(_("What you need: %(needs)s") % {"needs": answer.needs})
    if answer.offers:
        lines.append(_("What you offered: %(offers)s") % {"offers": ", ".join(offered(answer.offers))})
    return [*lines, *_where(attendance)]


def _dated(attendance: Attendance) -> list[str]:
    moments = [
        (_("Answered on %(day)s"), attendance.created_at),
        (_("Confirmed on %(day)s"), attendance.confirmed_at),
        (_("Waiting since %(day)s"), attendance.waiting_since),
        (_("Last mail about it on %(day)s"), attendance.mailed_at),
        (_("Reminded on %(day)s"), attendance.reminded_at),
    ]
    return [words % {"day": day(at)} for words, at in moments if at]


def _where(attendance: Attendance) -> list[str]:
    lines = []
    if attendance.bloc:
        lines.append(_("In the bloc %(name)s") % {"name": attendance.bloc.name})
    if attendance.pick_up and attendance.seats:
        seats = ngettext(
            "%(seats)s seat on the coach from %(where)s",
            "%(seats)s seats on the coach from %(where)s",
            attendance.seats,
        )
        lines.append(seats % {"seats": attendance.seats, "where": attendance.pick_up.where})
    if attendance.via:
        lines.append(_("You came through: %(via)s") % {"via": attendance.via})
    return lines


def _more(answers: Mapping[UUID, Attendance]) -> Mapping[UUID, list[str]]:
    """What other tables hold about these answers (4 queries)."""
    lines = defaultdict[UUID, list[str]](list)
    ids = list(answers)
    for response in Response.objects.filter(attendance_id__in=ids).select_related("question").order_by("id"):
        lines[response.attendance_id].append(f"{response.question.text}: {said(response.question, response.text)}")
    for shared in Shared.objects.filter(attendance_id__in=ids).select_related("organisation"):
        lines[shared.attendance_id].append(_("%(name)s may see it") % {"name": shared.organisation.name})
    for assigned in Assignment.objects.filter(attendance_id__in=ids):
        since = _("A volunteer may see your name and address since %(day)s") % {"day": day(assigned.assigned_at)}
        lines[assigned.attendance_id].append(since)
    for doubled in Doubled.objects.filter(attendance_id__in=ids):
        # What it was is kept as tables have it, which is for a file and not for a page.
        lines[doubled.attendance_id].append(_("Another answer of yours to it was made one with this"))
    return lines
