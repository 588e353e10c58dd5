"""Events as the desk shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from groundswell.attendances.queries import own_tallies_of
from groundswell.events.words import place, when

if TYPE_CHECKING:
    from groundswell.attendances.models import Tally
    from groundswell.events.models import Event


def lines(events: Sequence[Event]) -> list[dict[str, object]]:
    """Events as lines of a table, with how many are coming (1 query for any number)."""
    tallies = own_tallies_of([event.id for event in events])
    return [{**in_words(event), **_counts(tallies.get(event.id))} for event in events]


def in_words(event: Event) -> dict[str, object]:
    """What an event says of itself (0 queries)."""
    return {
        "url": reverse("desk:event", args=[event.id]),
        "title": event.title,
        "kind_label": event.get_kind_display(),
        "status": event.status,
        "status_label": event.get_status_display(),
        "when": when(event),
        "place": place(event),
        "group_name": event.group.name,
    }


def _counts(tally: Tally | None) -> dict[str, int]:
    if tally is None:
        return {"confirmed": 0, "unconfirmed": 0}
    return {"confirmed": tally.confirmed + tally.guests, "unconfirmed": tally.unconfirmed}
