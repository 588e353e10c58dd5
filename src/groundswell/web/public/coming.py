"""The form of "I'm coming", as the pages of events and of blocs have it, and what takes it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from groundswell.attendances.answers import ALLY, BOXES
from groundswell.attendances.queries import is_full
from groundswell.events.queries import questions_of
from groundswell.people.queries import current_wordings
from groundswell.web.public import asked
from groundswell.web.public.pages import sent_form, take_down

if TYPE_CHECKING:
    from groundswell.attendances.models import Tally
    from groundswell.events.models import Event
    from groundswell.front.handover import Door
    from groundswell.groups.models import Organisation

FIELDS = ("name", "email", "postcode", "guests", "language", "answer", "coach", *BOXES)


def answer(request: HttpRequest, event: Event, door: Door, page: Callable[..., HttpResponse]) -> HttpResponse:
    """Take a form down as the action that front would make of it, and lead on to the thanks (1 query).

    Where something is wrong, ``page`` is shown again with it.
    """
    sent = sent_form(request)
    boxes = [name for name in sent if name.startswith(ALLY)]
    typed = {name: sent.get(name, "") for name in (*FIELDS, *asked.names(questions_of(event.id)), *boxes)}
    return take_down(request, door, typed, page)


def form(
    event: Event, organisation: Organisation, typed: Mapping[str, str], errors: Mapping[str, str], tally: Tally
) -> dict[str, object]:
    """The form as ``public/coming.html`` shows it, with what was typed (1 query)."""
    return {
        "values": typed,
        "errors": errors,
        "full": is_full(event, tally),
        "count_url": "",
        **_boxes(organisation),
    }


def _boxes(organisation: Organisation) -> dict[str, object]:
    wordings = current_wordings(organisation.id, get_language() or organisation.offered[0])
    texts: dict[str, object] = {}
    for box, purpose in BOXES.items():
        wording = wordings.get(purpose)
        texts[f"{box}_text"] = wording.text if wording else ""
        texts[f"{box}_wording"] = wording.id if wording else ""
    return texts
