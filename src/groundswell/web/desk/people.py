"""The people at an event as the desk shows them: their host's, or those of one who holds it together with them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from groundswell.attendances.queries import (
    confirmed_answers,
    tentative_answers,
    unconfirmed_answers,
    waiting_answers,
)
from groundswell.attendances.seeing import see_answers, see_shared
from groundswell.attendances.sharing import shared_with
from groundswell.attendances.words import said, state
from groundswell.events.queries import is_open, questions_of
from groundswell.groups.access import CONTACT, NAMES
from groundswell.kit.sheets import csv_file
from groundswell.web.desk.pages import DeskRequest, cursor, page_number, part_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from groundswell.attendances.exporting import Exported
    from groundswell.attendances.models import Attendance, Part, Response, Tally
    from groundswell.events.models import CoHost, Event
    from groundswell.groups.roles import May

AT_ONCE = 50
CURSORS = ("before", "unconfirmed_before", "maybe_before")
WAITING = "waiting"


def people(
    request: DeskRequest, found: Event, where: str, tally: Tally | Part, side: CoHost | None = None
) -> dict[str, object]:
    """What desk/answers.html shows, fetched again from ``where`` (7 queries; of a co-host's ``side`` 6).

    ``tally`` is what the host brings, or this co-host.
    """
    whose = side.organisation_id if side else found.organisation_id
    by_name = _may(request, found, side, NAMES)
    with_contact = _may(request, found, side, CONTACT)
    context: dict[str, object] = {
        "totals": _totals(tally),
        "by_name": by_name,
        **(_lists(request, found, whose, with_contact) if by_name else {}),
        "capacity": None if side else found.capacity,
        # Deeper pages stand still: somebody is reading them.
        "live": bool(where) and is_open(found) and not _deeper(request),
    }
    seen = hashlib.sha256(repr((found.status, context)).encode()).hexdigest()[:16]
    return {**context, "fingerprint": seen, "answers_url": f"{where}?seen={seen}" if where else ""}


def _may(request: DeskRequest, found: Event, side: CoHost | None, what: May) -> bool:
    """Whether somebody may this with the host's people, or with those of a co-host."""
    if side:
        return side.group_id is not None and request.actor.may(what, side.group_id)
    return request.actor.may(what, found.group_id, found.id)


def _lists(request: DeskRequest, found: Event, whose: UUID, with_contact: bool) -> dict[str, object]:
    confirmed, more = part_of(request, "before", confirmed_answers(found, whose))
    unconfirmed, more_unconfirmed = part_of(request, "unconfirmed_before", unconfirmed_answers(found, whose))
    waiting, more_waiting = part_named(request, WAITING, waiting_answers(found, whose), AT_ONCE)
    maybe, more_maybe = part_of(request, "maybe_before", tentative_answers(found, whose))
    seen = sum(map(len, (confirmed, unconfirmed, waiting, maybe)))
    see_answers(request.actor, event=found, organisation_id=whose, people=seen, part=_deeper(request))
    return {
        "confirmed": [line(answer, with_contact) for answer in confirmed],
        "unconfirmed": [line(answer, with_contact) for answer in unconfirmed],
        "waiting_list": [line(answer, with_contact) for answer in waiting],
        "maybe": [line(answer, with_contact) for answer in maybe],
        "more_url": more,
        "more_waiting_url": more_waiting,
        "more_unconfirmed_url": more_unconfirmed,
        "more_maybe_url": more_maybe,
    }


def others(request: DeskRequest, found: Event, side: CoHost | None = None) -> dict[str, object]:
    """Other organisations' people who let this one see them, while it holds the event (3 queries)."""
    whose = side.organisation_id if side else found.organisation_id
    if not _may(request, found, side, NAMES):
        return {}
    with_contact = _may(request, found, side, CONTACT)
    rows, more = part_of(request, "others_before", shared_with(found, whose))
    part = str(cursor(request, "others_before") or "")
    see_shared(request.actor, event=found, organisation_id=whose, people=len(rows), part=part)
    shown = [{**line(row, with_contact), "by": row.organisation.name} for row in rows]
    return {"others": shown, "more_others_url": more}


def _totals(tally: Tally | Part) -> dict[str, int]:
    return {
        "confirmed": tally.confirmed + tally.guests,
        "guests": tally.guests,
        "unconfirmed": tally.unconfirmed,
        "tentative": tally.tentative,
        "waiting": tally.waiting,
        "counted": getattr(tally, "counted", 0),
    }


def _deeper(request: HttpRequest) -> str:
    cursors = (str(cursor(request, name) or "") for name in CURSORS)
    return " ".join((*cursors, str(page_number(request, WAITING) or ""))).strip()


def part_of[Row: (Attendance, Response)](
    request: HttpRequest, name: str, found: QuerySet[Row]
) -> tuple[list[Row], str]:
    """Up to fifty rows from where the query string says, and where the next ones are, of the same organisation."""
    before = cursor(request, name)
    rows = list((found.filter(id__lt=before) if before else found)[: AT_ONCE + 1])
    if len(rows) <= AT_ONCE:
        return rows, ""
    where = {name: str(rows[AT_ONCE - 1].id)}
    if "organisation" in request.GET:
        where["organisation"] = request.GET["organisation"]
    return rows[:AT_ONCE], f"?{urlencode(where)}"


def line(attendance: Attendance, with_contact: bool) -> dict[str, object]:
    """A viewer sees who and how many; an address is for those who may write to it."""
    answer = attendance.answer() if attendance.confirmed_at is None else None
    person = attendance.person
    return {
        "name": answer.name if answer else person.name,
        "email": (answer.email if answer else person.email) if with_contact else "",
        "guests": answer.guests if answer else attendance.guests,
        "sector": person.sector,
        "via": attendance.via,
        "created_at": attendance.created_at,
        "state": state(attendance),
    }


def sheet(answers: Sequence[Exported], found: Event, name: str) -> HttpResponse:
    """Answers to an event as a file for a spreadsheet, with a column for each of its own questions (1 query)."""
    questions = questions_of(found.id)
    header = [
        _("name"),
        _("e-mail"),
        _("brings"),
        _("postcode sector"),
        _("through"),
        _("answered"),
        _("confirmed"),
        *(question.text for question in questions),
    ]
    rows = [
        [
            answer.name,
            answer.email,
            str(answer.guests),
            answer.sector,
            answer.via,
            answer.answered_at.isoformat(timespec="seconds"),
            answer.confirmed_at.isoformat(timespec="seconds") if answer.confirmed_at else "",
            *(said(question, answer.responses.get(question.id, "")) for question in questions),
        ]
        for answer in answers
    ]
    return HttpResponse(
        csv_file(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
