"""Reading endorsements."""

from uuid import UUID

from django.db.models import Case, Q, QuerySet, Value, When

from groundswell.endorsements.access import RELATED
from groundswell.endorsements.models import Endorsement, Kind
from groundswell.endorsements.subjects import Subject
from groundswell.groups.access import ORGANISER, SEE, Actor

SHOWN = Q(confirmed_at__isnull=False, accepted_at__isnull=False)
"""What the body said itself, and the group shows."""


def subject_of(found: Endorsement) -> Subject:
    """What a body stands with (0 queries)."""
    for kind, about in (("event", found.event), ("bloc", found.bloc), ("series", found.series)):
        if about is not None:
            about.group = found.group
            return Subject(kind, about)
    return Subject("group", found.group)


def shown_with(subject: Subject) -> QuerySet[Endorsement]:
    """Who stands with it, by the sort of body, then by name; lazy, 1 query."""
    rows = Endorsement.objects.filter(SHOWN, **exactly(subject)).select_related("by")
    order = Case(*(When(kind=kind, then=Value(number)) for number, kind in enumerate(Kind.values)))
    return rows.order_by(order, "body", "id")


def exactly(subject: Subject) -> dict[str, object]:
    """The columns by which the rows about this are found, and none about what it calls to (0 queries)."""
    columns: dict[str, object] = {"event_id": None, "bloc_id": None, "series_id": None}
    return columns | subject.links


def endorsements_for(actor: Actor) -> QuerySet[Endorsement]:
    """Who stands with what the actor's groups call to, or is asked to, the latest first; lazy, 1 query."""
    rows = Endorsement.objects.select_related(*RELATED).order_by("-id")
    return rows if actor.everything else rows.filter(group_id__in=actor.groups(SEE))


def waiting_for(actor: Actor) -> QuerySet[Endorsement]:
    """Those that were confirmed and that an organiser has not let onto the page yet; lazy, 1 query."""
    rows = endorsements_for(actor).filter(confirmed_at__isnull=False, accepted_at=None)
    return rows if actor.everything else rows.filter(group_id__in=actor.groups(ORGANISER))


def stands_of(actor: Actor) -> QuerySet[Endorsement]:
    """What the actor's groups stand with, the latest first; lazy, 1 query."""
    return Endorsement.objects.select_related(*RELATED).filter(by_id__in=actor.groups(SEE)).order_by("-id")


def endorsement_of(endorsement_id: UUID) -> Endorsement | None:
    """An endorsement, for whoever holds the link to it (1 query)."""
    return Endorsement.objects.select_related(*RELATED).filter(id=endorsement_id).first()
