"""The order of march: a bloc asks the event's host for a place, the host answers and arranges."""

from uuid import UUID

from django.db import transaction

from groundswell.blocs.errors import HasAPlace, NoHostHere, NotAsked, NotPublished
from groundswell.blocs.models import Bloc, Elsewhere, Place, Status
from groundswell.blocs.operations import locked, renew, require_ahead
from groundswell.events.models import Event
from groundswell.events.operations import locked as locked_event
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import NotFound
from groundswell.intake.touches import touch
from groundswell.kit.text import one_line
from groundswell.ledger.operations import record


@transaction.atomic
def ask_for_place(actor: Actor, *, bloc: Bloc) -> Bloc:
    """Ask the host for a place in the order of march; a host's own bloc has one at once (6 queries at most).

    :raises NotFound: if the bloc is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that founded it.
    :raises NotPublished: if nobody sees the bloc yet.
    :raises HasAPlace: if it asked already; after a refusal it may ask again.
    :raises NoHostHere: if nobody in this installation holds the event.
    :raises BlocCancelled, EventCancelled, EventOver: if there is no march.
    """
    bloc = locked(actor, bloc)
    if Elsewhere.objects.filter(event_id=bloc.event_id).exists():
        raise NoHostHere
    if bloc.status == Status.DRAFT:
        raise NotPublished
    if bloc.place in {Place.ASKED, Place.GRANTED}:
        raise HasAPlace
    if actor.may(ORGANISER, bloc.event.group_id, bloc.event.id):
        return _granted(actor, bloc)
    bloc.place, bloc.place_reason = Place.ASKED, ""
    bloc.save(update_fields=["place", "place_reason"])
    record(organisation_id=bloc.organisation_id, actor=actor.id, verb="blocs.ask_for_place", object_id=bloc.id)
    renew(bloc)
    return bloc


@transaction.atomic
def grant_place(actor: Actor, *, event: Event, bloc_id: UUID) -> Bloc:
    """Give a bloc that asked a place at the end of the march, from where it can be moved (7 queries).

    :raises NotFound: if the event is none of the actor's, or the bloc is not in it.
    :raises NotAllowed: unless the actor is an organiser of the event's group.
    :raises NotAsked: if the bloc does not wait for an answer.
    :raises EventCancelled, EventOver: if there is no march.
    """
    return _granted(actor, _asking(actor, event, bloc_id))


@transaction.atomic
def refuse_place(actor: Actor, *, event: Event, bloc_id: UUID, reason: str) -> Bloc:
    """Say no to a bloc that asked, or take its place back, with the reason that its callers read (6 queries).

    :raises NotFound: if the event is none of the actor's, or the bloc is not in it.
    :raises NotAllowed: unless the actor is an organiser of the event's group.
    :raises NotAsked: if the bloc neither waits for an answer nor has a place.
    :raises EventCancelled, EventOver: if there is no march.
    """
    bloc = _asking(actor, event, bloc_id, Place.GRANTED)
    bloc.place, bloc.position, bloc.place_reason = Place.REFUSED, None, one_line(reason)[:300]
    bloc.save(update_fields=["place", "position", "place_reason"])
    record(organisation_id=event.organisation_id, actor=actor.id, verb="blocs.refuse_place", object_id=bloc.id)
    renew(bloc)
    return bloc


@transaction.atomic
def move(actor: Actor, *, event: Event, bloc_id: UUID, to: int) -> list[UUID]:
    """Put a bloc at a place of the march, counted from 1, and let the others close up (5 queries).

    A place before the first is the first, one behind the last the last. Returns the new order.

    :raises NotFound: if the event is none of the actor's, or the bloc has no place in its march.
    :raises NotAllowed: unless the actor is an organiser of the event's group.
    :raises EventCancelled, EventOver: if there is no march.
    """
    event = locked_event(actor, event)
    require_ahead(event)
    march = list(Bloc.objects.filter(event=event, place=Place.GRANTED).order_by("position", "id"))
    moved = next((bloc for bloc in march if bloc.id == bloc_id), None)
    if moved is None:
        raise NotFound
    march.remove(moved)
    march.insert(max(to, 1) - 1, moved)
    changed = [bloc for number, bloc in enumerate(march) if bloc.position != number]
    for number, bloc in enumerate(march):
        bloc.position = number
    if changed:
        Bloc.objects.bulk_update(changed, ["position"])
        record(
            organisation_id=event.organisation_id,
            actor=actor.id,
            verb="blocs.move",
            object_id=event.id,
            bloc=str(bloc_id),
            to=march.index(moved) + 1,
        )
        touch(f"event:{event.id}:blocs")
    return [bloc.id for bloc in march]


def _asking(actor: Actor, event: Event, bloc_id: UUID, *more: Place) -> Bloc:
    """The bloc, locked behind its event as every change of the march is."""
    event = locked_event(actor, event)
    require_ahead(event)
    blocs = Bloc.objects.select_for_update(of=("self",)).select_related("event")
    bloc = blocs.filter(id=bloc_id, event=event).exclude(status=Status.DRAFT).first()
    if bloc is None:
        raise NotFound
    if bloc.place not in {Place.ASKED, *more}:
        raise NotAsked
    return bloc


def _granted(actor: Actor, bloc: Bloc) -> Bloc:
    march = Bloc.objects.filter(event_id=bloc.event_id, place=Place.GRANTED).order_by("-position")
    last = march.values_list("position", flat=True).first()
    bloc.place, bloc.place_reason = Place.GRANTED, ""
    bloc.position = 0 if last is None else last + 1
    bloc.save(update_fields=["place", "place_reason", "position"])
    record(organisation_id=bloc.event.organisation_id, actor=actor.id, verb="blocs.grant_place", object_id=bloc.id)
    renew(bloc)
    return bloc
