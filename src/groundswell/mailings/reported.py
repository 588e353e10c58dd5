"""What a provider reports of a copy that it was handed, as django-anymail understands it.

Like what comes by mail (:mod:`.reports`) it is believed only of a copy whose trace stands in it. That a copy
arrived, was opened or had a link followed is nobody's business: it is not even read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from groundswell.mailings.models import Return
from groundswell.mailings.reports import STATUS, Report, is_for_good

_FOR_GOOD = re.compile(r"hard|permanent", re.IGNORECASE)
"""How providers that give no code call what comes back for good, ..."""

_WHERE = {"event", "type", "severity", "bouncetype", "status", "hard_bounce"}
"""... and where they say it; in Mailjet's way the field alone says it."""

_MOST = 20_000
"""Characters of a report in which a trace is looked for."""


class Event(Protocol):
    """A report, with the names of :class:`anymail.signals.AnymailTrackingEvent`."""

    event_type: str
    reject_reason: str | None
    description: str | None
    mta_response: str | None
    message_id: str | None
    metadata: Mapping[str, Any] | None
    tags: list[str] | None
    esp_event: Any


def understood(event: Event) -> Report | None:
    """What an event says of a copy, or None where it says nothing that counts."""
    said = _said(event)
    if said is None:
        return None
    named = [*(event.metadata or {}).values(), *(event.tags or []), event.message_id or "", event.esp_event]
    return Report(*said, " ".join(str(one)[:_MOST] for one in named))


def _said(event: Event) -> tuple[str, str] | None:
    """Kind and status."""
    if event.event_type in {"complained", "unsubscribed"}:
        return (Return.Kind.COMPLAINT, "")
    if event.event_type not in {"bounced", "rejected"}:
        return None
    # The provider remembers what somebody said of an earlier mail, and sends them none.
    if event.reject_reason in {"spam", "unsubscribed"}:
        return (Return.Kind.COMPLAINT, "")
    if found := STATUS.search(f"{event.mta_response or ''} {event.description or ''}"):
        return (Return.Kind.HARD if is_for_good(found[0]) else Return.Kind.SOFT, found[0])
    return (Return.Kind.HARD, "5.0.0") if _is_for_good(event) else (Return.Kind.SOFT, "4.0.0")


def _is_for_good(event: Event) -> bool:
    """Whether the provider calls it that, without a code."""
    if event.reject_reason == "invalid" or (event.event_type, event.reject_reason) == ("rejected", "bounced"):
        return True
    return any(_FOR_GOOD.search(words) for words in _words(event.esp_event))


def _words(said: Any) -> Iterator[str]:
    """The words at the places where a kind is named, however deep."""
    if not isinstance(said, Mapping):
        return
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from _words(value)
        elif str(name).lower() in _WHERE:
            yield str(name) if value is True else str(value)
