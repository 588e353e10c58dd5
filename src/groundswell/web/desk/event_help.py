"""``/desk/events/<id>/help``: what people need, for the stewards, and what they can do."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groundswell.attendances.queries import needs_of, offers_of
from groundswell.attendances.seeing import see_help
from groundswell.events.access import event_for
from groundswell.groups.access import CONTACT, STEWARD
from groundswell.web.desk.pages import DeskRequest, cursor, desk, page
from groundswell.web.desk.people import part_of


@desk
@require_safe
def event_help(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Who needs what, and who offers what (9 queries)."""
    found = event_for(request.actor, event_id, STEWARD)
    with_contact = request.actor.may(CONTACT, found.group_id, found.id)
    needs, more_needs = part_of(request, "needs_before", needs_of(found))
    offers, more_offers = part_of(request, "offers_before", offers_of(found))
    deeper = " ".join(str(cursor(request, name) or "") for name in ("needs_before", "offers_before")).strip()
    people = len({answer.id for answer in (*needs, *offers)})
    see_help(request.actor, event=found, people=people, part=deeper)
    labels = {"steward": _("Steward"), "drive": _("Drive people"), "banner": _("Bring a banner")}
    context: dict[str, object] = {
        "event": {"title": found.title, "url": reverse("desk:event", args=[found.id])},
        "needs": [(answer.person.name, answer.needs) for answer in needs],
        "more_needs_url": more_needs,
        "offers": [
            (
                answer.person.name,
                answer.person.email if with_contact else "",
                [labels[offer] for offer in answer.offers.split(",") if offer in labels],
            )
            for answer in offers
        ],
        "more_offers_url": more_offers,
    }
    return page(request, "event_help", "events", context)
