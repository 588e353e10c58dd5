"""``/desk/events/<id>/help``: what people need, for the stewards, what they can do, and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.attendances.queries import chosen_of, needs_of, offered, offers_of, written_of
from groundswell.attendances.seeing import see_help
from groundswell.events.access import event_for
from groundswell.events.queries import questions_of
from groundswell.groups.access import CONTACT, STEWARD
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page
from groundswell.web.desk.people import part_of, said

if TYPE_CHECKING:
    from groundswell.events.models import Event, Question

CURSORS = ("needs_before", "offers_before", "written_before")


@desk
@require_safe
def event_help(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Who needs what, who offers what, and the answers to the event's own questions (12 queries)."""
    found = event_for(request.actor, event_id, STEWARD)
    with_contact = request.actor.may(CONTACT, found.group_id, found.id)
    needs, more_needs = part_of(request, "needs_before", needs_of(found))
    offers, more_offers = part_of(request, "offers_before", offers_of(found))
    written, more_written = part_of(request, "written_before", written_of(found))
    deeper = " ".join(str(cursor(request, name) or "") for name in CURSORS).strip()
    people = len({answer.id for answer in (*needs, *offers)} | {each.attendance_id for each in written})
    see_help(request.actor, event=found, people=people, part=deeper)
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "needs": [(answer.person.name, answer.needs) for answer in needs],
        "more_needs_url": more_needs,
        "offers": [
            (
                answer.person.name,
                answer.person.email if with_contact else "",
                offered(answer),
            )
            for answer in offers
        ],
        "more_offers_url": more_offers,
        "asks": _counted(found, questions_of(found.id)),
        "written": [(each.attendance.person.name, each.question.text, each.text) for each in written],
        "more_written_url": more_written,
    }
    return page(request, "event_help", "events", context)


def _counted(found: Event, questions: list[Question]) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Each question with its purpose and how often each of its choices was given; none for one of words."""
    chosen = chosen_of(found)
    return [(each.text, each.purpose, _choices(each, chosen.get(each.id, {}))) for each in questions]


def _choices(question: Question, chosen: dict[str, int]) -> list[tuple[str, int]]:
    if question.kind == "text":
        return []
    offered = ["yes", "no"] if question.kind == "yes-no" else question.choices
    # What was chosen before the choices were changed is still an answer.
    return [(said(question, text), chosen.get(text, 0)) for text in dict.fromkeys((*offered, *chosen))]
