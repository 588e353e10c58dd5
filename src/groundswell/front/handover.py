"""What a view hands over with a public page: what it depends on, and which action a POST to it is."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

SLOT = "groundswell.handover"
WAIT = "groundswell.wait"


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """The action that a POST to the page's URL is.

    ``tags`` are touched when the action itself changes (it closes, moves, needs other boxes), never for a
    count. ``closes_at`` is in seconds since 1970; ``then`` is the path of the page that says thank you.
    """

    kind: str
    organisation_id: UUID
    subject: UUID
    closes_at: float
    then: str
    tags: tuple[str, ...]


@dataclass(slots=True)
class Handover:
    """Filled in by a view through :func:`hand_over`; front looks at it after the response."""

    filled: bool = False
    tags: tuple[str, ...] = ()
    queries: frozenset[str] = frozenset()
    door: Door | None = None
    seconds: float = field(default=60.0)


def hand_over(
    scope: MutableMapping[str, Any],
    *,
    tags: tuple[str, ...] = (),
    queries: frozenset[str] = frozenset(),
    door: Door | None = None,
    seconds: float = 60.0,
) -> None:
    """Let front keep this response until a tag is touched, for at most so many seconds.

    ``scope`` is the request's ASGI scope; where no front stands before Django, nothing happens. ``queries``
    are the names in the query string on which the page depends (``via`` never is one).
    """
    slot = scope.get(SLOT)
    if slot is not None:
        slot.filled, slot.tags, slot.queries, slot.door, slot.seconds = True, tags, queries, door, seconds
