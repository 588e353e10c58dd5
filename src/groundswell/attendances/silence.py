"""Moves and cancellations of which those who said yes have not been told."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from groundswell.attendances.models import Notice
from groundswell.events.models import Event, Status
from groundswell.kit.clock import now

MOST = 200
SAID_YES = Q(tally__confirmed__gt=0) | Q(tally__waiting__gt=0) | Q(tally__tentative__gt=0)

Told = Mapping[tuple[UUID, str], int]
"""The newest version of each event that a notice of each kind told of."""


def untold(events: QuerySet[Event]) -> list[tuple[Event, str]]:
    """Those of these events that are "moved" or "cancelled" without a word, the next first (2 queries).

    Looked at are the next 200 that have moved or are cancelled, lie ahead, and have a yes or a maybe.
    """
    which = Q(status=Status.CANCELLED) | Q(status=Status.PUBLISHED, changed_at__isnull=False)
    found = list(events.filter(SAID_YES, which, closes_at__gt=now()).order_by("opens_at", "id")[:MOST])
    told = _told(found)
    return [(event, kind) for event in found if (kind := _kind(event, told))]


def untold_of(event: Event) -> str:
    """The same of one event that somebody said yes to: "moved", "cancelled" or nothing (0 queries, or 1)."""
    is_quiet = event.status != Status.CANCELLED and not event.former
    return "" if is_quiet else _kind(event, _told([event]))


def _told(events: Sequence[Event]) -> Told:
    kinds = (Notice.Kind.MOVED, Notice.Kind.CANCELLED)
    standing = Notice.objects.filter(event__in=events, bloc=None, kind__in=kinds, withdrawn_at=None)
    versions = standing.values_list("event_id", "kind").annotate(newest=Max("version")).order_by()
    return {(event, kind): newest for event, kind, newest in versions}


def _kind(event: Event, told: Told) -> str:
    kind, version = _newest(event, told)
    heard = max(told.get((event.id, kind), -1), -1 if event.told_nobody is None else event.told_nobody)
    return kind if heard < version else ""


def _newest(event: Event, told: Told) -> tuple[str, int]:
    """What there is to tell, and the version that it came with."""
    if event.status == Status.CANCELLED:
        return Notice.Kind.CANCELLED, event.version
    is_back = set(event.former) <= {"version"}
    if event.status != Status.PUBLISHED or (is_back and (event.id, Notice.Kind.MOVED) not in told):
        # Where it is back where it was, those only need to know who were sent elsewhere.
        return "", -1
    return Notice.Kind.MOVED, event.former.get("version", -1)
