"""``/desk/events/<id>/assign`` and ``/assigned``: a few people for a volunteer, who sees these."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from groundswell.attendances.assigning import (
    assign,
    assign_next,
    assigned_to,
    how_many,
    nobodys,
    take_back,
    volunteers_of,
)
from groundswell.attendances.errors import TooManyAssigned
from groundswell.attendances.seeing import see_answers, see_assigned
from groundswell.events.access import event_for
from groundswell.groups.access import ASSIGNED, ORGANISER
from groundswell.groups.errors import NotFound
from groundswell.groups.roles import ASSIGNED_AT_MOST
from groundswell.kit.text import whole_number
from groundswell.web.desk.pages import DeskRequest, desk, needed_id, page, say, see
from groundswell.web.desk.people import AT_ONCE, line

if TYPE_CHECKING:
    from groundswell.events.models import Event

NEXT = 30


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def event_assign(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Who looks after whom, and whom nobody looks after yet (13 queries); on POST, assign or take back (20)."""
    found = event_for(request.actor, event_id, ORGANISER)
    if request.method != "POST":
        return _page(request, found)
    try:
        say(request, _carry_out(request, found))
    except TooManyAssigned as refusal:
        say(request, refusal.sentence, "wrong")
    return see("event-assign", event_id)


def _carry_out(request: DeskRequest, found: Event) -> str:
    then, account = request.POST.get("then", ""), needed_id(request.POST.get("volunteer", ""))
    if then == "back":
        gone = take_back(request.actor, event=found, account_id=account)
        taken = ngettext("%(many)s person is taken back.", "%(many)s people are taken back.", gone)
        return taken % {"many": gone}
    if then == "next":
        many = whole_number(request.POST.get("many", ""), 3) or 0
        done = assign_next(request.actor, event=found, account_id=account, many=many)
    elif then == "these":
        answers = [needed_id(each) for each in request.POST.getlist("answer")]
        done = assign(request.actor, event=found, account_id=account, answers=answers) if answers else 0
    else:
        raise NotFound
    return ngettext("%(many)s person is assigned.", "%(many)s people are assigned.", done) % {"many": done}


def _page(request: DeskRequest, found: Event) -> HttpResponse:
    counts = how_many(found)
    volunteers = {role.account_id: role for role in volunteers_of(found)}
    free = list(nobodys(found)[:AT_ONCE]) if volunteers else []
    see_answers(request.actor, event=found, people=len(free), part="assign")
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "volunteers": [
            {
                "id": account,
                "name": str(role.account),
                "until": role.ends_at,
                "assigned": counts.get(account, 0),
            }
            for account, role in volunteers.items()
        ],
        "volunteer_options": [(str(account), str(role.account)) for account, role in volunteers.items()],
        "free": [{"id": answer.id, **line(answer, with_contact=False)} for answer in free],
        "next": NEXT,
        "at_most": ASSIGNED_AT_MOST,
    }
    return page(request, "event_assign", "events", context)


@desk
@require_safe
def event_assigned(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The names and addresses of exactly those who are assigned to this account (8 queries)."""
    found = event_for(request.actor, event_id, ASSIGNED)
    mine = list(assigned_to(request.actor, found))
    see_assigned(request.actor, event=found, people=len(mine))
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "people": [line(answer, with_contact=True) for answer in mine],
    }
    return page(request, "event_assigned", "events", context)
