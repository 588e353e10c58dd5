"""Announcing events, changing, publishing and cancelling them."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from groundswell.events.details import Details, checked, slug_of
from groundswell.events.errors import ChangedMeanwhile, InThePast, NotADraft, NotOpen
from groundswell.events.models import Event, Status
from groundswell.events.timing import span
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.errors import InvalidFields
from groundswell.groups.models import Campaign, Group
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.operations import record


@transaction.atomic
def announce(actor: Actor, *, group: Group, details: Details, campaign: Campaign | None = None) -> Event:
    """Make an event as a draft, with an address from its title (4 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser there.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, group.id)
    _require_same_organisation(campaign, group.organisation_id)
    values = checked(details)
    when = span(values.day, values.starts, values.ends, values.zone)
    event = Event.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        campaign=campaign,
        slug=_free_slug(values),
        opens_at=when.opens_at,
        closes_at=when.closes_at,
        **asdict(values),
    )
    _record(actor, event, "events.announce")
    return event


@transaction.atomic
def change(
    actor: Actor,
    *,
    event: Event,
    details: Details,
    campaign: Campaign | None = None,
    seen: int | None = None,
) -> Event:
    """Change a draft or a published event; its address stays (4 queries).

    ``seen`` is the version that the change was made on, where the caller knows it.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is cancelled or over.
    :raises ChangedMeanwhile: if it is not the version that was seen.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    event = _locked(actor, event)
    if event.status not in {Status.DRAFT, Status.PUBLISHED}:
        raise NotOpen
    if seen not in {None, event.version}:
        raise ChangedMeanwhile
    _require_same_organisation(campaign, event.organisation_id)
    values = checked(details)
    when = span(values.day, values.starts, values.ends, values.zone)
    for name, value in asdict(values).items():
        setattr(event, name, value)
    event.campaign, event.opens_at, event.closes_at = campaign, when.opens_at, when.closes_at
    event.version += 1
    event.save()
    _record(actor, event, "events.change")
    _renew(event)
    return event


@transaction.atomic
def publish(actor: Actor, *, event: Event) -> Event:
    """Show a draft to everybody and open it for answers (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotADraft: if it was published before.
    :raises InThePast: if it would be over already.
    """
    event = _locked(actor, event)
    if event.status != Status.DRAFT:
        raise NotADraft
    if event.closes_at <= now():
        raise InThePast
    event.status, event.published_at = Status.PUBLISHED, now()
    event.save(update_fields=["status", "published_at"])
    _record(actor, event, "events.publish")
    _renew(event)
    return event


@transaction.atomic
def cancel(actor: Actor, *, event: Event) -> Event:
    """Call a published event off; its page stays and says so (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is not published, cancelled already or over.
    """
    event = _locked(actor, event)
    if event.status != Status.PUBLISHED:
        raise NotOpen
    event.status = Status.CANCELLED
    event.version += 1
    event.save(update_fields=["status", "version"])
    _record(actor, event, "events.cancel")
    _renew(event)
    return event


def close_over() -> int:
    """Mark events whose time is past as over; returns how many (2 queries, and 1 for each)."""
    past = Event.objects.filter(status=Status.PUBLISHED, closes_at__lte=now())
    return sum(_close(event) for event in list(past[:100]))


@transaction.atomic
def _close(event: Event) -> int:
    closed = Event.objects.filter(pk=event.pk, status=Status.PUBLISHED, closes_at__lte=now()).update(
        status=Status.OVER
    )
    if closed:
        _renew(event)
    return closed


def _locked(actor: Actor, event: Event) -> Event:
    actor.require(ORGANISER, event.group_id)
    return Event.objects.select_for_update().get(pk=event.pk)


def _require_same_organisation(campaign: Campaign | None, organisation_id: UUID) -> None:
    if campaign is not None and campaign.organisation_id != organisation_id:
        raise InvalidFields({"campaign": "This campaign belongs to another organisation."})


def _free_slug(values: Details) -> str:
    base = slug_of(values.title)
    for candidate in (base, f"{base}-{values.day:%Y-%m-%d}"):
        if not Event.objects.filter(slug=candidate).exists():
            return candidate
    return f"{base}-{uuid7().hex[-8:]}"


def _record(actor: Actor, event: Event, verb: str) -> None:
    record(organisation_id=event.organisation_id, actor=actor.id, verb=verb, object_id=event.id)


def _renew(event: Event) -> None:
    # Page and action: both depend on what an event says of itself.
    touch(f"event:{event.id}", f"organisation:{event.organisation_id}", "events")
