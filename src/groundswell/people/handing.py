"""What nouns do with their rows when two people are merged, and when they are taken apart again.

Nouns above this one hold rows about people; each registers here how they go along and how they come back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from groundswell.people.models import Merge

Kept = dict[str, Any]
"""What a noun needs to take its rows back, as it can be written in JSON: ids and no more, if that is enough."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """How one noun goes along. All of it joins the caller's transaction.

    ``lock`` locks what these people hold; it comes before the people are locked, in the order that everybody
    keeps. ``take_back`` gets what ``hand_over`` has returned, and leaves with the one who stays what is new since.
    """

    lock: Callable[[UUID, list[UUID]], object]
    hand_over: Callable[[Merge], Kept]
    take_back: Callable[[Merge, Kept], None]


_holders: dict[str, Holder] = {}


def register(name: str, holder: Holder) -> None:
    """Let a noun's rows go along; the same name again replaces what was said."""
    _holders[name] = holder


def holders() -> dict[str, Holder]:
    """All of them by their nouns, the lowest first."""
    return dict(_holders)
