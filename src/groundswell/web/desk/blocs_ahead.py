"""The blocs on the first page: where they march, and how many of one's own people come with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from groundswell.attendances.queries import brought_to_blocs
from groundswell.blocs.queries import called_ahead
from groundswell.events.words import when

if TYPE_CHECKING:
    from groundswell.blocs.models import Bloc
    from groundswell.groups.access import Actor

NEXT = 10


def blocs_ahead(actor: Actor, own: Sequence[UUID]) -> list[dict[str, object]]:
    """The next ten blocs to which the actor's groups call, as desk/waits.html shows them (2 queries).

    ``own`` are the organisations whose people may be counted exactly.
    """
    found = list(called_ahead(actor)[:NEXT])
    brought = brought_to_blocs([bloc.id for bloc in found], own) if found else {}
    return [_line(bloc, brought.get(bloc.id, 0)) for bloc in found]


def _line(bloc: Bloc, people: int) -> dict[str, object]:
    return {
        "name": bloc.name,
        "url": reverse("desk:bloc", args=[bloc.id]),
        "event": bloc.event.title,
        "when": when(bloc.event),
        "place_label": bloc.get_place_display(),
        "people": people,
    }
