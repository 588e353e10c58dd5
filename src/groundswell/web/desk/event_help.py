"""What people need, for the stewards, what they can do, and what they answered: ``…/help``.

Of the host's people under ``/desk/events/<id>``, of a co-host's own under ``/desk/ours/<event>``, and of those
of a caller's own who joined its bloc under ``/desk/blocs/<id>``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from groundswell.attendances.queries import (
    chosen_of,
    confirmed_answers,
    joined_by,
    needs_of,
    offers_of,
    written_of,
)
from groundswell.attendances.seeing import see_help
from groundswell.attendances.words import offered, said
from groundswell.blocs.access import calling_for
from groundswell.events.access import event_for, held_for
from groundswell.events.queries import questions_of
from groundswell.groups.access import CONTACT, STEWARD
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page
from groundswell.web.desk.people import part_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from groundswell.attendances.models import Attendance
    from groundswell.events.models import Event, Question

CURSORS = ("needs_before", "offers_before", "written_before")


@desk
@require_safe
def event_help(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Who of the host's needs what, offers what, and answered what to the event's own questions (12 queries)."""
    found = event_for(request.actor, event_id, STEWARD)
    with_contact = request.actor.may(CONTACT, found.group_id, found.id)
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        **_helping(request, found, confirmed_answers(found), found.organisation_id, with_contact),
    }
    return page(request, "event_help", "events", context)


@desk
@require_safe
def ours_help(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The same of one's own people, at an event that one holds or held together with others (12 queries)."""
    held = held_for(request.actor, event_id, request.GET.get("organisation", ""), STEWARD)
    whose, found = held.organisation, held.event
    with_contact = held.group_id is not None and request.actor.may(CONTACT, held.group_id)
    url = reverse("desk:ours", args=[found.id], query={"organisation": whose.slug})
    context: dict[str, object] = {
        "event": {"title": found.title, "url": url},
        "whose": whose.name,
        **_helping(request, found, confirmed_answers(found, whose.id), whose.id, with_contact),
    }
    return page(request, "event_help", "events", context)


@desk
@require_safe
def bloc_help(request: DeskRequest, bloc_id: UUID) -> HttpResponse:
    """The same of those of a caller's own people who joined its bloc (12 queries)."""
    side = calling_for(request.actor, bloc_id, STEWARD, request.GET.get("organisation", ""))
    whose, bloc = side.organisation, side.bloc
    with_contact = request.actor.may(CONTACT, side.group_id)
    context: dict[str, object] = {
        "event": {"title": bloc.name, "url": reverse("desk:bloc", args=[bloc.id])},
        "whose": whose.name,
        **_helping(request, bloc.event, joined_by(side), whose.id, with_contact, str(bloc.id)),
    }
    return page(request, "event_help", "blocs", context)


def _helping(
    request: DeskRequest,
    found: Event,
    answers: QuerySet[Attendance],
    whose: UUID,
    with_contact: bool,
    within: str = "",
) -> dict[str, object]:
    """What these answers say; the ledger of whose they are tells that somebody read it, and ``within`` what."""
    needs, more_needs = part_of(request, "needs_before", needs_of(answers))
    offers, more_offers = part_of(request, "offers_before", offers_of(answers))
    written, more_written = part_of(request, "written_before", written_of(found, answers))
    deeper = " ".join((within, *(str(cursor(request, name) or "") for name in CURSORS))).strip()
    people = len({answer.id for answer in (*needs, *offers)} | {each.attendance_id for each in written})
    see_help(request.actor, event=found, organisation_id=whose, people=people, part=deeper)
    return {
        "needs": [(answer.person.name, answer.needs) for answer in needs],
        "more_needs_url": more_needs,
        "offers": [
            (answer.person.name, answer.person.email if with_contact else "", offered(answer.offers.split(",")))
            for answer in offers
        ],
        "more_offers_url": more_offers,
        "asks": _counted(questions_of(found.id), chosen_of(found, answers)),
        "written": [(each.attendance.person.name, each.question.text, each.text) for each in written],
        "more_written_url": more_written,
    }


def _counted(
    questions: list[Question], chosen: dict[UUID, dict[str, int]]
) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Each question with its purpose and how often each of its choices was given; none for one of words."""
    return [(each.text, each.purpose, _choices(each, chosen.get(each.id, {}))) for each in questions]


def _choices(question: Question, chosen: dict[str, int]) -> list[tuple[str, int]]:
    if question.kind == "text":
        return []
    offered = ["yes", "no"] if question.kind == "yes-no" else question.choices
    # What was chosen before the choices were changed is still an answer.
    return [(said(question, text), chosen.get(text, 0)) for text in dict.fromkeys((*offered, *chosen))]
