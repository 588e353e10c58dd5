"""Reading events."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from groundswell.events.models import Event, Status
from groundswell.groups.access import VIEWER, Actor
from groundswell.groups.errors import NotFound
from groundswell.kit.clock import now

SHOWN = [Status.PUBLISHED, Status.CANCELLED]


def public_event(slug: str) -> Event:
    """An event's public page, for as long as it is anything but a draft (1 query).

    :raises NotFound: if there is none of that slug, or it is a draft.
    """
    event = (
        Event.objects.select_related("organisation", "group", "campaign")
        .exclude(status=Status.DRAFT)
        .filter(slug=slug)
        .first()
    )
    if event is None:
        raise NotFound
    return event


def upcoming(limit: int = 50, groups: Sequence[UUID] | None = None) -> list[Event]:
    """Published and cancelled events that lie ahead, the next first (1 query)."""
    events = Event.objects.select_related("organisation", "group").filter(status__in=SHOWN, closes_at__gt=now())
    if groups is not None:
        events = events.filter(group_id__in=groups)
    return list(events.order_by("opens_at", "id")[:limit])


def events_for(actor: Actor) -> QuerySet[Event]:
    """Every event in the actor's groups, the latest first; lazy, 1 query when read."""
    events = Event.objects.select_related("organisation", "group").order_by("-id")
    return events if actor.everything else events.filter(group_id__in=actor.groups(VIEWER))


def ahead_for(actor: Actor) -> QuerySet[Event]:
    """The events in the actor's groups that are not over, the next first; lazy, 1 query when read."""
    return events_for(actor).filter(closes_at__gt=now()).order_by("opens_at", "id")


def past_for(actor: Actor) -> QuerySet[Event]:
    """The events in the actor's groups whose time is past, the latest first; lazy, 1 query when read."""
    return events_for(actor).filter(closes_at__lte=now()).order_by("-opens_at", "-id")


def is_open(event: Event) -> bool:
    """Whether an event takes answers at this moment (0 queries)."""
    return event.status == Status.PUBLISHED and event.closes_at > now()
