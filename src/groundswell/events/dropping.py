"""Throwing a draft away, and bringing it back for a day."""

from django.db import transaction

from groundswell.events.errors import NotADraft, SomethingHangsOnIt
from groundswell.events.models import Event, Status
from groundswell.events.operations import locked, renew
from groundswell.events.timing import COMES_BACK
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Invitation, Membership
from groundswell.kit.clock import now
from groundswell.kit.scope import everywhere
from groundswell.ledger.operations import record

GO_ALONG = {"Speaker", "Question", "Picture", "Notice", "Tally"}
"""What a draft takes along, and brings back: it was typed for this draft alone, or tells of nobody."""


@transaction.atomic
def drop_draft(actor: Actor, *, event: Event) -> Event:
    """Throw a draft away; it can come back for a day (6 queries, and 1 for each table that points to events).

    Who speaks, what it asks, its picture and its reminders go along. Whatever others did with it stands in the
    way: answers, blocs, meetings, endorsements, those who hold it too, and roles for it alone.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotADraft: if it was published.
    :raises SomethingHangsOnIt: if more than what goes along hangs on it.
    """
    event = locked(actor, event)
    if event.status != Status.DRAFT:
        raise NotADraft
    if _something_hangs_on(event):
        raise SomethingHangsOnIt
    event.dropped_at, event.publish_at = now(), None
    event.save(update_fields=["dropped_at", "publish_at"])
    record(organisation_id=event.organisation_id, actor=actor.id, verb="events.drop_draft", object_id=event.id)
    renew(event)
    return event


def _something_hangs_on(event: Event) -> bool:
    if any(roles.objects.filter(event_id=event.id).exists() for roles in (Membership, Invitation)):
        return True
    hanging = [each for each in Event._meta.related_objects if each.related_model.__name__ not in GO_ALONG]
    with everywhere("a draft is not thrown away under what another organisation did with it; only whether it did"):
        return any(
            each.related_model._base_manager.filter(**{each.field.name: event}).exists() for each in hanging
        )


@transaction.atomic
def bring_draft_back(actor: Actor, *, event: Event) -> Event:
    """Have a draft again that was thrown away; it is published by itself no more (4 queries).

    :raises NotFound: if it is none of the actor's, or was thrown away more than a day ago.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    actor.require(ORGANISER, event.group_id, event.id)
    dropped = Event.with_dropped.filter(id=event.id, dropped_at__gt=now() - COMES_BACK)
    if not dropped.update(dropped_at=None):
        raise NotFound
    record(
        organisation_id=event.organisation_id, actor=actor.id, verb="events.bring_draft_back", object_id=event.id
    )
    renew(event)
    return event
