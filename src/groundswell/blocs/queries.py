"""Reading blocs."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from groundswell.blocs.models import Bloc, Caller, Elsewhere, PickUp, Place, Status, Steward
from groundswell.events.models import Event
from groundswell.events.models import Status as EventStatus
from groundswell.groups.access import ORGANISER, SEE, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Organisation
from groundswell.kit.clock import now


@dataclass(frozen=True)
class Neighbour:
    """Another bloc of the march, with its page."""

    name: str
    slug: str


@dataclass(frozen=True)
class Standing:
    """Where a bloc walks: its number from 1, of how many, behind and before whom."""

    number: int
    of: int
    behind: Neighbour | None
    before: Neighbour | None


def public_bloc(slug: str) -> Bloc:
    """A bloc's public page, for as long as neither it nor its event is a draft (1 query).

    :raises NotFound: if there is none of that slug, or it is a draft.
    """
    blocs = Bloc.objects.select_related("organisation", "group", "event__organisation", "event__elsewhere")
    bloc = blocs.exclude(status=Status.DRAFT).exclude(event__status=EventStatus.DRAFT).filter(slug=slug).first()
    if bloc is None:
        raise NotFound
    return bloc


def callers_of(bloc_id: UUID) -> list[Caller]:
    """The organisations that call to a bloc, the founding one first (1 query)."""
    return list(_calling().filter(bloc_id=bloc_id))


def _calling() -> QuerySet[Caller]:
    calling = Caller.objects.filter(status=Caller.Status.ACCEPTED).select_related("organisation", "group")
    return calling.order_by("created_at", "id")


def everybody_asked(bloc_id: UUID) -> list[Caller]:
    """Every organisation that calls to a bloc, is asked to or did, the founding one first (1 query)."""
    callers = Caller.objects.filter(bloc_id=bloc_id).select_related("organisation", "group")
    return list(callers.order_by("created_at", "id"))


def pick_ups_of(bloc_id: UUID) -> list[PickUp]:
    """Where coaches stop for a bloc, in order (1 query)."""
    return list(PickUp.objects.filter(bloc_id=bloc_id).order_by("position", "id"))


def stewards_of(bloc_id: UUID) -> list[Steward]:
    """Who looks after a bloc, in order (1 query)."""
    return list(Steward.objects.filter(bloc_id=bloc_id).order_by("position", "id"))


def shown_in(event_id: UUID) -> list[Bloc]:
    """The published blocs of an event: in the order of march, then the others by name (2 queries).

    Of each what a list of them shows; the names of those who call to it are in ``called_by``.
    """
    names: dict[UUID, list[str]] = defaultdict(list)
    calling = _calling().filter(bloc__event_id=event_id, bloc__status=Status.PUBLISHED)
    for bloc_id, name in calling.values_list("bloc_id", "organisation__name"):
        names[bloc_id].append(name)
    blocs = list(_in_order(event_id).only(*_LISTED))
    for bloc in blocs:
        bloc.called_by = names[bloc.id]  # type: ignore[attr-defined]
    return blocs


_LISTED = ("id", "name", "slug", "landmark", "gathers", "sets_off", "place", "place_reason", "position")


def first_in(event_id: UUID, limit: int) -> list[Bloc]:
    """The first of them, with the organisation that founded each (1 query)."""
    return list(_in_order(event_id).select_related("organisation")[:limit])


def _in_order(event_id: UUID) -> QuerySet[Bloc]:
    blocs = Bloc.objects.filter(event_id=event_id, status=Status.PUBLISHED)
    return blocs.order_by(F("position").asc(nulls_last=True), "name", "id")


def standing_of(bloc: Bloc) -> Standing | None:
    """Where a bloc walks, or None while it has no place (1 query, or none)."""
    if bloc.place != Place.GRANTED:
        return None
    march = Bloc.objects.filter(event_id=bloc.event_id, place=Place.GRANTED).order_by("position", "id")
    rows = list(march.values_list("id", "name", "slug"))
    index = next(number for number, row in enumerate(rows) if row[0] == bloc.id)
    behind = Neighbour(*rows[index - 1][1:]) if index else None
    before = Neighbour(*rows[index + 1][1:]) if index + 1 < len(rows) else None
    return Standing(index + 1, len(rows), behind, before)


def is_elsewhere(event_id: UUID) -> Elsewhere | None:
    """Who outside of this installation holds an event, if anybody does (1 query)."""
    return Elsewhere.objects.filter(event_id=event_id).first()


def blocs_for(actor: Actor) -> QuerySet[Bloc]:
    """The blocs that the actor's groups founded, the latest first; lazy, 1 query when read."""
    blocs = Bloc.objects.select_related("organisation", "group", "event").order_by("-id")
    return blocs if actor.everything else blocs.filter(group_id__in=actor.groups(SEE))


def calls_for(actor: Actor) -> QuerySet[Caller]:
    """Calls of the actor's organisations to blocs that others founded, live ones only, the latest first; lazy."""
    calls = Caller.objects.filter(status__in=[Caller.Status.INVITED, Caller.Status.ACCEPTED])
    calls = calls.exclude(organisation_id=F("bloc__organisation_id")).select_related(
        "organisation", "group", "bloc__event", "bloc__organisation"
    )
    calls = calls.order_by("-id")
    return calls if actor.everything else calls.filter(group_id__in=actor.groups(SEE))


def calls_waiting(actor: Actor) -> list[Caller]:
    """The invitations to call to a bloc that the actor can answer, the oldest first (1 query)."""
    return list(_waiting().filter(group_id__in=actor.groups(ORGANISER)).order_by("id")[:50])


def waiting_call(caller_id: UUID) -> Caller | None:
    """An invitation that can still be accepted (1 query)."""
    return _waiting().filter(id=caller_id).first()


def any_call(caller_id: UUID) -> Caller | None:
    """An organisation that calls to a bloc, is asked to, or was, with all that a mail names (1 query)."""
    return _named().filter(id=caller_id).first()


def _waiting() -> QuerySet[Caller]:
    invited = _named().filter(status=Caller.Status.INVITED, expires_at__gt=now(), bloc__event__closes_at__gt=now())
    return invited.exclude(bloc__status=Status.CANCELLED).exclude(bloc__event__status=EventStatus.CANCELLED)


def _named() -> QuerySet[Caller]:
    return Caller.objects.select_related("organisation", "bloc__organisation", "bloc__event")


def called_ahead(actor: Actor) -> QuerySet[Bloc]:
    """The blocs to which the actor's groups call and that lie ahead, drafts too, the next first; lazy, 1 query."""
    calls = Caller.objects.filter(bloc=OuterRef("id"), status=Caller.Status.ACCEPTED)
    calls = calls if actor.everything else calls.filter(group_id__in=actor.groups(SEE))
    ahead = Bloc.objects.filter(Exists(calls), event__closes_at__gt=now()).exclude(status=Status.CANCELLED)
    return ahead.select_related("event", "organisation").order_by("event__opens_at", "id")


def blocs_within(groups: Sequence[UUID]) -> QuerySet[Any]:
    """The ids of all blocs that these groups founded; lazy, to be looked for in."""
    return Bloc.objects.filter(group_id__in=groups).values("id")


def called_by(organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, Bloc]:
    """Those of the blocs that an organisation calls to at this moment and everybody may see (1 query)."""
    blocs = Bloc.objects.filter(
        id__in=ids, callers__organisation_id=organisation_id, callers__status=Caller.Status.ACCEPTED
    )
    return {bloc.id: bloc for bloc in blocs.exclude(status=Status.DRAFT)}


def caller_of(bloc: Bloc, slug: str) -> Organisation:
    """The organisation of this slug, if it calls to the bloc (1 query).

    :raises NotFound: if it does not, or no longer.
    """
    caller = _calling().filter(bloc=bloc, organisation__slug=slug).first()
    if caller is None:
        raise NotFound
    return caller.organisation


def calls_to(organisation_id: UUID, bloc_id: UUID) -> bool:
    """Whether an organisation calls to a bloc at this moment (1 query)."""
    return _calling().filter(bloc_id=bloc_id, organisation_id=organisation_id).exists()


def standing_bloc(bloc_id: UUID) -> Bloc | None:
    """A bloc that somebody joined, with its event, unless it is off or gone (1 query)."""
    return Bloc.objects.select_related("event").filter(id=bloc_id, status=Status.PUBLISHED).first()


def is_off(bloc_id: UUID) -> bool:
    """Whether a bloc was called off (1 query)."""
    return Bloc.objects.filter(id=bloc_id, status=Status.CANCELLED).exists()


def there_of(ids: Collection[UUID]) -> set[UUID]:
    """Those of the blocs that there are (1 query, or none)."""
    return set(Bloc.objects.filter(id__in=ids).values_list("id", flat=True)) if ids else set()


def names_of_blocs(ids: Sequence[UUID], own: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """What blocs are called; for those to which one's own organisations call the name of their page in the desk.

    1 query.
    """
    calls = Caller.objects.filter(bloc=OuterRef("id"), organisation_id__in=own, status=Caller.Status.ACCEPTED)
    found = Bloc.objects.filter(id__in=ids).annotate(called=Exists(calls))
    return {id: (name, "bloc" if called else "") for id, name, called in found.values_list("id", "name", "called")}


def asked_in(events: QuerySet[Event]) -> list[Event]:
    """Those of the events in whose march blocs ask for a place, with how many in ``asking`` (1 query, or 2)."""
    waiting = Bloc.objects.filter(place=Place.ASKED, status=Status.PUBLISHED, event__in=events.order_by())
    asking = dict(waiting.values_list("event_id").annotate(Count("id")).order_by("event__opens_at")[:50])
    found = list(events.filter(id__in=asking)) if asking else []
    for event in found:
        event.asking = asking[event.id]  # type: ignore[attr-defined]
    return found


def group_of_bloc(bloc_id: UUID) -> UUID | None:
    """Whose a bloc is (1 query)."""
    return Bloc.objects.filter(id=bloc_id).values_list("group_id", flat=True).first()
