"""What holding an event together means for who works at a desk: what waits for them, what they hold, and mails."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from groundswell.events.models import CoHost
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.queries import organisers_of, root_group
from groundswell.kit.clock import now
from groundswell.outbox import operations as outbox

Standing = CoHost.Standing
RELATED = ("organisation", "group", "event__organisation", "event__group")


@dataclass(frozen=True)
class Waiting:
    """An invitation that nobody has answered, or a newer version to agree to."""

    cohost: CoHost
    is_invitation: bool


def waiting_for(actor: Actor) -> list[Waiting]:
    """What the actor can answer for an organisation of theirs, the oldest first (1 query)."""
    mine = actor.groups(ORGANISER)
    asked = Q(
        standing=Standing.INVITED,
        expires_at__gt=now(),
        organisation__groups__in=mine,
        # The organisation is asked: no branch speaks for it.
        organisation__groups__parent=None,
    )
    held = Q(standing=Standing.ACCEPTED, group__in=mine)
    ahead = CoHost.objects.select_related(*RELATED).filter(asked | held, event__closes_at__gt=now()).distinct()
    newest = ahead.annotate(newest=Max("event__arrangements__version")).order_by("invited_at", "id")
    return [
        Waiting(each, each.standing == Standing.INVITED)
        for each in newest
        if each.standing == Standing.INVITED or each.agreed != each.newest
    ]


def cohostings_for(actor: Actor) -> QuerySet[CoHost]:
    """What the actor's groups hold together with others or held, the latest event first; lazy, 1 query."""
    held = CoHost.objects.select_related(*RELATED).filter(agreed__isnull=False, group__in=actor.groups())
    return held.order_by("-event__opens_at", "-id")


MAILS: Mapping[str, str] = {
    Standing.INVITED: "events.cohost.invited",
    Standing.REMOVED: "events.cohost.removed",
    Standing.ACCEPTED: "events.cohost.answered",
    Standing.DECLINED: "events.cohost.answered",
    Standing.LEFT: "events.cohost.answered",
}


def tell_organisers(cohost: CoHost, actor: Actor) -> None:
    """Write to who organises on the other side how things stand now, in the caller's transaction (3 or 4 queries).

    To its root where the organisation is asked, else to the group that answers for its side and those above it;
    not to the actor, who may work for both.
    """
    kind = MAILS[cohost.standing]
    if kind == MAILS[Standing.INVITED] or (kind == MAILS[Standing.REMOVED] and cohost.group is None):
        readers = organisers_of(root_group(cohost.organisation_id), but=actor.id)
    else:
        group = cohost.group if kind == MAILS[Standing.REMOVED] else cohost.event.group
        readers = organisers_of(group, but=actor.id) if group else []
    outbox.write_to(readers, kind=kind, subject=cohost.id)
