"""Calling blocs, changing, publishing and cancelling them."""

from collections.abc import Sequence

from django.db import transaction

from groundswell.blocs.details import OWN, Coach, Details, Held, Looks, checked, checked_held, details_of
from groundswell.blocs.errors import (
    BlocCancelled,
    ChangedMeanwhile,
    EventCancelled,
    EventNotPublished,
    EventOver,
    NotADraft,
    NotPublished,
)
from groundswell.blocs.models import Bloc, Caller, Elsewhere, PickUp, Place, Status, Steward
from groundswell.events import operations as events
from groundswell.events.details import Details as EventDetails
from groundswell.events.models import Event
from groundswell.events.models import Status as EventStatus
from groundswell.groups.access import ORGANISER, SEE, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Group
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.operations import record


@transaction.atomic
def call(actor: Actor, *, group: Group, event: Event, details: Details) -> Bloc:
    """Make a bloc in an event of anybody's as a draft, with an address from its name (9 queries at most).

    :raises NotFound: if the group is none of the actor's, or the event is somebody else's draft.
    :raises NotAllowed: unless the actor is an organiser in the group.
    :raises EventCancelled, EventOver: if the event does not lie ahead.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, group.id)
    require_ahead(event)
    if event.status == EventStatus.DRAFT and not actor.may(SEE, event.group_id, event.id):
        raise NotFound
    values = checked(details)
    bloc = Bloc.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        event=event,
        slug=events.free_slug(Bloc, values.name, f"{event.day:%Y-%m-%d}"),
        **_own(values),
    )
    Caller.objects.create(
        bloc=bloc, organisation_id=group.organisation_id, group=group, status=Caller.Status.ACCEPTED
    )
    _set_stewards(bloc, values.stewards)
    _set_pick_ups(bloc, values.pick_ups)
    record(organisation_id=bloc.organisation_id, actor=actor.id, verb="blocs.call", object_id=bloc.id)
    return bloc


@transaction.atomic
def call_elsewhere(actor: Actor, *, group: Group, event: EventDetails, held: Held, details: Details) -> Bloc:
    """The same in an event that somebody outside this installation holds (18 queries at most).

    The event becomes one of the organisation's own, published, with who holds it beside it.

    :raises NotFound, NotAllowed, InThePast: as :func:`groundswell.events.operations.announce` and ``publish`` do.
    :raises InvalidFields: with a sentence for each field of the event, its host or the bloc that is wrong.
    """
    held = checked_held(held)
    made = events.publish(actor, event=events.announce(actor, group=group, details=event))
    Elsewhere.objects.create(event=made, organisation_id=group.organisation_id, host=held.host, url=held.url)
    return call(actor, group=group, event=made, details=details)


@transaction.atomic
def change(actor: Actor, *, bloc: Bloc, details: Details, seen: int | None = None) -> Bloc:
    """Change what a bloc says, its stewards and coaches; its address stays (12 queries at most).

    ``seen`` is the version that the change was made on, where the caller knows it.

    :raises NotFound: if the bloc is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that founded it.
    :raises BlocCancelled, EventCancelled, EventOver: if there is nothing to change any more.
    :raises ChangedMeanwhile: if it is not the version that was seen.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    bloc = locked(actor, bloc)
    if seen not in {None, bloc.version}:
        raise ChangedMeanwhile
    values = checked(details)
    before = details_of(bloc)
    for name, value in _own(values).items():
        setattr(bloc, name, value)
    bloc.version += 1
    bloc.save(update_fields=[*OWN, "version"])
    if values.stewards != before.stewards:
        _set_stewards(bloc, values.stewards)
    if values.pick_ups != before.pick_ups:
        _set_pick_ups(bloc, values.pick_ups)
    record(organisation_id=bloc.organisation_id, actor=actor.id, verb="blocs.change", object_id=bloc.id)
    renew(bloc)
    return bloc


@transaction.atomic
def publish(actor: Actor, *, bloc: Bloc) -> Bloc:
    """Show a draft to everybody (4 queries).

    :raises NotFound: if the bloc is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that founded it.
    :raises NotADraft, BlocCancelled, EventCancelled, EventOver: if it was shown before, or cannot be any more.
    :raises EventNotPublished: if nobody sees the event around it yet.
    """
    bloc = locked(actor, bloc)
    if bloc.status != Status.DRAFT:
        raise NotADraft
    if bloc.event.status == EventStatus.DRAFT:
        raise EventNotPublished
    bloc.status, bloc.published_at = Status.PUBLISHED, now()
    bloc.save(update_fields=["status", "published_at"])
    record(organisation_id=bloc.organisation_id, actor=actor.id, verb="blocs.publish", object_id=bloc.id)
    renew(bloc)
    return bloc


@transaction.atomic
def cancel(actor: Actor, *, bloc: Bloc) -> Bloc:
    """Call a published bloc off: its page stays and says so, and its place in the march is free (4 queries).

    :raises NotFound: if the bloc is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that founded it.
    :raises NotPublished, BlocCancelled, EventCancelled, EventOver: if there is nothing to call off.
    """
    bloc = locked(actor, bloc)
    if bloc.status == Status.DRAFT:
        raise NotPublished
    bloc.status, bloc.place, bloc.position = Status.CANCELLED, Place.NONE, None
    bloc.version += 1
    bloc.save(update_fields=["status", "place", "position", "version"])
    record(organisation_id=bloc.organisation_id, actor=actor.id, verb="blocs.cancel", object_id=bloc.id)
    renew(bloc)
    return bloc


def locked(actor: Actor, bloc: Bloc) -> Bloc:
    """The bloc as it is now, locked until the transaction ends, for an organiser of its group (1 query).

    :raises BlocCancelled, EventCancelled, EventOver: if nothing can be done to it any more.
    """
    actor.require(ORGANISER, bloc.group_id)
    found = Bloc.objects.select_for_update(of=("self",)).select_related("event").get(pk=bloc.pk)
    if found.status == Status.CANCELLED:
        raise BlocCancelled
    require_ahead(found.event)
    return found


def require_ahead(event: Event) -> None:
    """Refuse an event that does not take place, or has (0 queries).

    :raises EventCancelled, EventOver: accordingly.
    """
    if event.status == EventStatus.CANCELLED:
        raise EventCancelled
    if event.status == EventStatus.OVER or event.closes_at <= now():
        raise EventOver


def renew(bloc: Bloc) -> None:
    """Let a bloc's page be made anew, and what lists the blocs of its event (1 query)."""
    touch(f"bloc:{bloc.id}", f"event:{bloc.event_id}:blocs")


def _own(values: Details) -> dict[str, object]:
    return {name: getattr(values, name) for name in OWN}


def _set_stewards(bloc: Bloc, stewards: Sequence[Looks]) -> None:
    Steward.objects.filter(bloc=bloc).delete()
    Steward.objects.bulk_create(
        Steward(
            organisation_id=bloc.organisation_id,
            bloc=bloc,
            position=position,
            section=one.section,
            name=one.name,
            phone=one.phone,
        )
        for position, one in enumerate(stewards)
    )


def _set_pick_ups(bloc: Bloc, coaches: Sequence[Coach]) -> None:
    """Seats are taken on a coach: one that stays keeps its row."""
    rows = _rows(bloc, coaches)
    PickUp.objects.filter(bloc=bloc).exclude(id__in=[row.id for row in rows]).delete()
    PickUp.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["position", "where", "leaves", "seats", "note"],
        unique_fields=["id"],
    )


def _rows(bloc: Bloc, coaches: Sequence[Coach]) -> list[PickUp]:
    free = set(PickUp.objects.filter(bloc=bloc).values_list("id", flat=True))
    rows = []
    for position, one in enumerate(coaches):
        # An id that is none of this bloc's, or stands in two lines, is nobody's claim to a row.
        known = one.id if one.id in free else None
        free.discard(known)
        rows.append(
            PickUp(
                id=known or uuid7(),
                organisation_id=bloc.organisation_id,
                bloc=bloc,
                position=position,
                where=one.where,
                leaves=one.leaves,
                seats=one.seats,
                note=one.note,
            )
        )
    return rows
