"""Announcing events, changing, publishing and cancelling them."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from groundswell.events.checklist import TASKS
from groundswell.events.details import Details, checked, details_of, slug_of
from groundswell.events.errors import (
    ChangedMeanwhile,
    InThePast,
    NoCapacity,
    NotADraft,
    NotCancelled,
    NotOpen,
    StillAhead,
)
from groundswell.events.models import Event, Question, Series, Speaker, Status
from groundswell.events.timing import span
from groundswell.groups.access import ORGANISER, SEND, SYSTEM, Actor
from groundswell.groups.errors import GroupRetired, InvalidFields, NotFound
from groundswell.groups.models import Campaign, Group
from groundswell.groups.roles import May, Role
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.operations import record


@transaction.atomic
def announce(
    actor: Actor,
    *,
    group: Group,
    details: Details,
    campaign: Campaign | None = None,
    series: Series | None = None,
) -> Event:
    """Make an event as a draft, with an address from its title (4 queries).

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser there.
    :raises GroupRetired: if the group has ended.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    actor.require(ORGANISER, group.id)
    if group.retired_at:
        raise GroupRetired
    _require_same_organisation(group.organisation_id, campaign, series)
    values = checked(details)
    when = span(values.day, values.starts, values.ends, values.zone)
    event = Event.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        campaign=campaign,
        series=series,
        slug=free_slug(Event, values.title, f"{values.day:%Y-%m-%d}"),
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
    series: Series | None = None,
    seen: int | None = None,
) -> Event:
    """Change a draft or a published event; its address stays (4 queries, 5 where its capacity changes).

    ``seen`` is the version that the change was made on, where the caller knows it. Where time, place or link of
    what is public move, the event keeps what it said before, so that its page can tell.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is cancelled or over.
    :raises ChangedMeanwhile: if it is not the version that was seen.
    :raises InvalidFields: with a sentence for each field that is wrong; where several organisations bring people,
        a capacity that is not in tens, or was changed within the hour.
    """
    event = locked(actor, event)
    if event.status not in {Status.DRAFT, Status.PUBLISHED}:
        raise NotOpen
    if seen not in {None, event.version}:
        raise ChangedMeanwhile
    _require_same_organisation(event.organisation_id, campaign, series)
    values = checked(details)
    when = span(values.day, values.starts, values.ends, values.zone)
    _keep_former(event, values)
    _limit(event, values.capacity)
    for name, value in asdict(values).items():
        setattr(event, name, value)
    event.campaign, event.series = campaign, series
    event.opens_at, event.closes_at = when.opens_at, when.closes_at
    event.version += 1
    event.save()
    _record(actor, event, "events.change")
    renew(event)
    return event


@transaction.atomic
def publish(actor: Actor, *, event: Event) -> Event:
    """Show a draft to everybody and open it for answers (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotADraft: if it was published before.
    :raises InThePast: if it would be over already.
    """
    event = locked(actor, event)
    if event.status != Status.DRAFT:
        raise NotADraft
    if event.closes_at <= now():
        raise InThePast
    event.status, event.published_at, event.publish_at = Status.PUBLISHED, now(), None
    event.save(update_fields=["status", "published_at", "publish_at"])
    _record(actor, event, "events.publish")
    renew(event)
    return event


@transaction.atomic
def write_down(actor: Actor, *, group: Group, details: Details) -> Event:
    """Store an event that was held without being announced here; nobody can answer to it any more (5 queries).

    :raises NotFound, NotAllowed, GroupRetired, InvalidFields: as :func:`announce` does.
    :raises StillAhead: if it is not over yet.
    """
    event = announce(actor, group=group, details=details)
    if event.closes_at > now():
        raise StillAhead
    event.status, event.published_at = Status.OVER, now()
    event.save(update_fields=["status", "published_at"])
    _record(actor, event, "events.write_down")
    renew(event)
    return event


@transaction.atomic
def withdraw(actor: Actor, *, event: Event) -> Event:
    """Make a published event a draft again, as if it had never been shown (4 queries).

    Whoever calls this makes sure that nobody has answered yet: to them it would be gone without a word.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is not published, cancelled or over.
    """
    event = locked(actor, event)
    if event.status != Status.PUBLISHED:
        raise NotOpen
    event.status, event.published_at = Status.DRAFT, None
    event.former, event.changed_at = {}, None
    event.save(update_fields=["status", "published_at", "former", "changed_at"])
    _record(actor, event, "events.withdraw")
    renew(event)
    return event


@transaction.atomic
def cancel(actor: Actor, *, event: Event) -> Event:
    """Call a published event off; its page stays and says so (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is not published, cancelled already or over.
    """
    event = locked(actor, event)
    if event.status != Status.PUBLISHED:
        raise NotOpen
    event.status = Status.CANCELLED
    event.version += 1
    event.save(update_fields=["status", "version"])
    _record(actor, event, "events.cancel")
    renew(event)
    return event


@transaction.atomic
def reinstate(actor: Actor, *, event: Event) -> Event:
    """Let an event that was called off take place after all; its calendars follow (4 queries).

    Whoever calls this makes sure that nobody was told yet: they would stay away.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotCancelled: if it is not cancelled.
    :raises InThePast: if it would be over by now.
    """
    event = locked(actor, event)
    if event.status != Status.CANCELLED:
        raise NotCancelled
    if event.closes_at <= now():
        raise InThePast
    event.status = Status.PUBLISHED
    event.version += 1
    event.save(update_fields=["status", "version"])
    _record(actor, event, "events.reinstate")
    renew(event)
    return event


@transaction.atomic
def tell_nobody(actor: Actor, *, event: Event) -> Event:
    """Say that nobody needs to be told of what has moved so far, or that it is cancelled (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor may write to its people.
    """
    actor.require(SEND, event.group_id, event.id)
    event = Event.objects.select_for_update().get(pk=event.pk)
    event.told_nobody = event.version
    event.save(update_fields=["told_nobody"])
    _record(actor, event, "events.tell_nobody")
    return event


@transaction.atomic
def schedule(actor: Actor, *, event: Event, at: datetime | None) -> Event:
    """Let a draft be published by itself at a moment, or with None not any more (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotADraft: if it was published before.
    :raises InvalidFields: if the moment has passed, or the event would be over by then.
    """
    event = locked(actor, event)
    if event.status != Status.DRAFT:
        raise NotADraft
    if at is not None and at <= now():
        raise InvalidFields({"publish_at": _("Choose a moment that lies ahead.")})
    if at is not None and at >= event.closes_at:
        raise InvalidFields({"publish_at": _("By then the event would be over.")})
    event.publish_at = at
    event.save(update_fields=["publish_at"])
    _record(actor, event, "events.schedule")
    return event


def publish_due() -> int:
    """Publish the drafts whose moment has come; returns how many (1 query, and 5 for each)."""
    due = Event.objects.filter(status=Status.DRAFT, publish_at__lte=now()).order_by("publish_at")
    return sum(_publish_due(event) for event in list(due[:100]))


def _publish_due(event: Event) -> bool:
    try:
        publish(SYSTEM, event=event)
    except (NotADraft, InThePast):
        # Published by hand in this moment, or moved into the past since: nothing waits for the clock any more.
        Event.objects.filter(pk=event.pk).update(publish_at=None)
        return False
    return True


@transaction.atomic
def copy(actor: Actor, *, event: Event, day: date, group: Group | None = None) -> Event:
    """Make a draft for another day, perhaps in another town, with what an event says and asks (10 queries).

    Time and place stay as they are until somebody changes them; who speaks is invited; a picture is not copied.

    :raises NotFound: if the event or the group is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of both groups.
    :raises InvalidFields: if the day is none that can be.
    """
    actor.require(ORGANISER, event.group_id, event.id)
    into = group or event.group
    same = into.organisation_id == event.organisation_id
    made = announce(
        actor,
        group=into,
        details=replace(details_of(event), day=day),
        campaign=event.campaign if same else None,
        series=event.series if same else None,
    )
    _copy_programme(event, made)
    _copy_questions(event, made)
    return made


def _copy_programme(event: Event, made: Event) -> None:
    speakers = list(Speaker.objects.filter(event=event).order_by("position"))
    for speaker in speakers:
        # Who spoke in one town has not promised to speak in the next.
        speaker.pk, speaker.event, speaker.standing = uuid7(), made, Speaker.Standing.INVITED
        speaker.organisation_id = made.organisation_id
    Speaker.objects.bulk_create(speakers)


def _copy_questions(event: Event, made: Event) -> None:
    asked = list(Question.objects.filter(event=event).order_by("position"))
    for question in asked:
        question.pk, question.event, question.organisation_id = uuid7(), made, made.organisation_id
    Question.objects.bulk_create(asked)


@transaction.atomic
def tick(actor: Actor, *, event: Event, done: Collection[str]) -> Event:
    """Say what of the checklist is done (4 queries). Names that are not on it are left out.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    event = locked(actor, event)
    event.checklist = sorted(set(done) & set(TASKS))
    event.save(update_fields=["checklist"])
    _record(actor, event, "events.tick")
    return event


@transaction.atomic
def switch_door_list(actor: Actor, *, event: Event, on: bool) -> Event:
    """Switch the list by which people are checked off at the door on or off (4 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NoCapacity: for an event without a capacity: an open demonstration keeps no register.
    """
    event = locked(actor, event)
    if on and event.capacity is None:
        raise NoCapacity
    event.door_list = on
    event.save(update_fields=["door_list"])
    _record(actor, event, "events.door_list")
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
        renew(event)
    return closed


def locked(actor: Actor, event: Event, what: Role | May = ORGANISER) -> Event:
    """The event as it is now, locked until the transaction ends, for whoever may this at it (1 query)."""
    actor.require(what, event.group_id, event.id)
    found = Event.objects.select_for_update().filter(pk=event.pk).first()
    if found is None:
        raise NotFound
    return found


def _require_same_organisation(organisation_id: UUID, campaign: Campaign | None, series: Series | None) -> None:
    if campaign is not None and campaign.organisation_id != organisation_id:
        raise InvalidFields({"campaign": _("This campaign belongs to another organisation.")})
    if series is not None and series.organisation_id != organisation_id:
        raise InvalidFields({"series": _("This series belongs to another organisation.")})


CAPACITY_STANDS = timedelta(hours=1)
"""How long a capacity stays as it is where several organisations bring people."""


def _limit(event: Event, capacity: int | None) -> None:
    """Let no host find out by trying what others bring: each capacity tells whether there are so many people."""
    if capacity == event.capacity:
        return
    # Whether others bring people is known above; what is asked here is that one flag, and no figure.
    if Event.objects.filter(pk=event.pk, tally__together=True).exists():
        if capacity is not None and capacity % 10:
            sentence = _("Others bring people to this event: choose a number in tens, such as 40.")
            raise InvalidFields({"capacity": sentence})
        # A clock that is set back must not keep it for longer than the hour.
        if event.capacity_at and abs(now() - event.capacity_at) < CAPACITY_STANDS:
            sentence = _("Others bring people to this event: the number of places can change once an hour.")
            raise InvalidFields({"capacity": sentence})
    event.capacity_at = now()


WHEN = ("day", "starts", "ends", "zone")
WHERE = ("venue_name", "venue_address", "venue_postcode", "latitude", "longitude")
ONLINE = ("online",)


def _keep_former(event: Event, values: Details) -> None:
    """Note what moves have replaced, time, place and link each by itself; what is back where it was is forgotten.

    What was "to be announced" before has not moved either. The ``version`` is that of the last move, also where
    nothing is left to tell: whoever was told of the move before stands at the wrong place now.
    """
    if event.status != Status.PUBLISHED:
        return
    former, moved = dict(event.former), False
    for names in (WHEN, WHERE, ONLINE):
        was, becomes = _said(event, names), _said(values, names)
        before = {name: former[name] for name in names if name in former}
        if was == becomes or not (before or _was_known(event, was, becomes)):
            continue
        moved = True
        former = {name: value for name, value in former.items() if name not in names}
        former |= {} if before == becomes else before or was
    if moved:
        event.former = {**former, "version": event.version + 1}
        event.changed_at = now()


def _was_known(event: Event, was: dict[str, object], becomes: dict[str, object]) -> bool:
    if "day" in was:
        return event.starts is not None or was["day"] != becomes["day"]
    return bool(event.online_url) if "online" in was else bool(event.venue_name) or event.latitude is not None


def _said(event: Event | Details, names: Collection[str]) -> dict[str, object]:
    if names is ONLINE:
        # The link itself is for those who are coming: that it is another one can be told without it.
        return {"online": sha256(event.online_url.encode()).hexdigest() if event.online_url else ""}
    return {name: _plain(getattr(event, name)) for name in names}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, time)) else value


def free_slug(model: type[Model], title: str, *more: str) -> str:
    """An address that no row of a model has yet: from the title, then with ``more``, then with chance.

    Queries: 1, and at most 1 for each of ``more``.
    """
    base = slug_of(title)
    for candidate in (base, *(f"{base}-{each}" for each in more)):
        # Also of what was thrown away: it may come back.
        if not model._base_manager.filter(slug=candidate).exists():
            return candidate
    return f"{base}-{uuid7().hex[-8:]}"


def _record(actor: Actor, event: Event, verb: str) -> None:
    record(organisation_id=event.organisation_id, actor=actor.id, verb=verb, object_id=event.id)


def renew(event: Event) -> None:
    """Let pages and action of an event be made anew (1 query)."""
    # Page and action: both depend on what an event says of itself.
    series = [f"series:{event.series_id}"] if event.series_id else []
    touch(f"event:{event.id}", f"organisation:{event.organisation_id}", "events", *series)
