"""``/desk/people/segments/<id>/export``: the people of a saved segment, as a file for a spreadsheet."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groundswell.groups.access import EXPORT
from groundswell.groups.approvals import MANY
from groundswell.groups.errors import SecondPersonNeeded
from groundswell.people.access import segment_for
from groundswell.people.exporting import ask_to_export_segment, export_segment
from groundswell.web.desk.approvals import ask_first
from groundswell.web.desk.fresh import fresh_to_send
from groundswell.web.desk.pages import DeskRequest, desk
from groundswell.web.desk.segment_form import taken
from groundswell.web.desk.segment_sheet import sheet


@desk
@fresh_to_send
@require_POST
def segment_export(request: DeskRequest, segment_id: UUID) -> HttpResponse:
    """Its people as a file; of many, the way to a second person (13 queries, and 5 for each further thousand)."""
    found = segment_for(request.actor, segment_id, EXPORT)
    typed = taken(request.POST).values
    asked = {"purpose": typed["purpose"], "channel": typed["channel"]}
    try:
        return sheet(found, export_segment(request.actor, segment=found, **asked))
    except SecondPersonNeeded:
        return ask_first(
            request,
            lambda: ask_to_export_segment(request.actor, segment=found, **asked),
            list(asked.items()),
            reverse("desk:segment", args=[segment_id]),
            _sentences(),
        )


def _sentences() -> list[str]:
    return [
        _(
            "More than %(many)s people leave the house as a file only when two agree: you ask, and an owner says "
            "yes. They see who asks, which segment it is and about how many people are in it."
        )
        % {"many": MANY},
        _(
            "It is for those whom the segment means when you take the file. An owner has a day to agree, and you "
            "then have a day to take it, once. Where nobody but you may agree, you can take it in a day."
        ),
    ]
