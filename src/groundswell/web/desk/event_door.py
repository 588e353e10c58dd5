"""``/desk/events/<id>/door``: a tally at the door, and for a limited room the list that checks people off."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from groundswell.attendances.access import attendance_for
from groundswell.attendances.door import check_off, count_at_door
from groundswell.attendances.errors import NoDoorList
from groundswell.attendances.queries import answers_like, checked_off, confirmed_answers, own_tally_of
from groundswell.attendances.seeing import see_door_list
from groundswell.events.access import event_for
from groundswell.events.errors import NoCapacity
from groundswell.events.operations import switch_door_list
from groundswell.groups.access import NAMES, ORGANISER, STAND, STEWARD
from groundswell.web.desk.pages import DeskRequest, cursor, desk, id_from, page, say, see

if TYPE_CHECKING:
    from groundswell.attendances.models import Attendance
    from groundswell.events.models import Event

AT_ONCE = 50
STEPS = ("1", "5", "-1")


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_door(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The tally, and the list where it is switched on (11 queries); on POST, move the tally, or look for a name.

    A name that is looked for is in no address: a telephone would keep that among the pages that were seen.
    """
    found = event_for(request.actor, event_id, STAND)
    if request.method != "POST":
        return _page(request, found)
    if "people" in request.POST:
        step = request.POST["people"]
        count_at_door(request.actor, event=found, people=int(step) if step in STEPS else 0)
    return _back(request, found)


def _back(request: DeskRequest, found: Event) -> HttpResponse:
    """Where one was on the page when the button was pressed: at what was looked for, or at a part of the list."""
    if _part(request):
        return _page(request, found)
    response, before = see("event-door", found.id), _before(request)
    if before:
        response["Location"] += f"?before={before}"
    return response


def _part(request: DeskRequest) -> str:
    return request.POST.get("q", "")[:120].strip()


def _before(request: DeskRequest) -> UUID | None:
    return id_from(request.POST.get("before", "")) or cursor(request, "before")


def _page(request: DeskRequest, found: Event) -> HttpResponse:
    tally = own_tally_of(found.id)
    names = request.actor.may(NAMES, found.group_id, found.id)
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "door_url": reverse("desk:event-door", args=[found.id]),
        "door": tally.door,
        "coming": tally.confirmed + tally.guests,
        "capacity": found.capacity,
        "steps": [(step, f"+{step}" if step[0] != "-" else "\N{MINUS SIGN}1") for step in STEPS],
        "list_on": found.door_list and names,
        "switch_url": _switch_url(request, found),
        **(_listed(request, found) if found.door_list and names else {}),
    }
    return page(request, "event_door", "events", context)


def _switch_url(request: DeskRequest, found: Event) -> str:
    if found.capacity is None or not request.actor.may(ORGANISER, found.group_id, found.id):
        return ""
    return reverse("desk:event-door-list", args=[found.id])


def _listed(request: DeskRequest, found: Event) -> dict[str, object]:
    part = _part(request)
    rows, more, whole = _rows(request, found, part)
    deeper = "found" if part else str(_before(request) or "")
    see_door_list(request.actor, event=found, people=len(rows), part=deeper)
    return {
        "part": part,
        "before": _before(request) or "",
        "find_url": reverse("desk:event-door", args=[found.id]),
        "people": [_line(row) for row in rows],
        "more_url": more,
        "whole": whole,
        "here": checked_off(found),
    }


def _rows(request: DeskRequest, found: Event, part: str) -> tuple[list[Attendance], str, bool]:
    if part:
        answers, whole = answers_like(found, part)
        return [answer for answer in answers if answer.has_place], "", whole
    before = _before(request)
    answers_all = confirmed_answers(found)
    rows = list((answers_all.filter(id__lt=before) if before else answers_all)[: AT_ONCE + 1])
    more = f"?before={rows[AT_ONCE - 1].id}" if len(rows) > AT_ONCE else ""
    return rows[:AT_ONCE], more, True


def _line(attendance: Attendance) -> dict[str, object]:
    return {
        "name": attendance.person.name,
        "guests": attendance.guests,
        "here": attendance.attended is True,
        "key": str(attendance.id),
        "url": reverse("desk:event-check-off", args=[attendance.event_id, attendance.id]),
    }


@desk
@require_POST
def event_check_off(request: DeskRequest, event_id: UUID, attendance_id: UUID) -> HttpResponse:
    """Somebody is here, or it was a slip (8 queries); asked for by htmx, only their line and the figure (9)."""
    attendance = attendance_for(request.actor, event_id, attendance_id, STEWARD)
    here = request.POST.get("here") == "yes"
    try:
        check_off(request.actor, attendance=attendance, here=here)
    except NoDoorList as refusal:
        say(request, refusal.sentence, "wrong")
        return _lead(request, event_id)
    if "HX-Request" not in request.headers:
        return _back(request, attendance.event)
    attendance.attended = True if here else None
    context = {
        "person": _line(attendance),
        "part": _part(request),
        "before": _before(request) or "",
        "here": checked_off(attendance.event),
    }
    return render(request, "desk/checked_off.html", context)


def _lead(request: DeskRequest, event_id: UUID) -> HttpResponse:
    # What takes the place of one line takes the whole page along.
    if "HX-Request" in request.headers:
        return HttpResponseClientRedirect(reverse("desk:event-door", args=[event_id]))
    return see("event-door", event_id)


@desk
@require_POST
def event_door_list(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Switch the list on or off (9 queries)."""
    found = event_for(request.actor, event_id, ORGANISER)
    on = request.POST.get("on") == "yes"
    try:
        switch_door_list(request.actor, event=found, on=on)
    except NoCapacity as refusal:
        say(request, refusal.sentence, "wrong")
    else:
        done = _("The door list is on. Its ticks become a figure three days after the event.")
        say(request, done if on else _("The door list is off."))
    return see("event-door", event_id)
