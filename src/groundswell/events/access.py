"""The only way to an event in the back office."""

from uuid import UUID

from groundswell.events.invitations import require_good
from groundswell.events.models import CoHost, Event, Series, Template
from groundswell.groups.access import ORGANISER, SEE, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.roles import May, Role
from groundswell.kit.logs import note


def event_for(actor: Actor, event_id: UUID, what: Role | May = SEE) -> Event:
    """The event, for an actor who may this at it (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    event = Event.objects.select_related("organisation", "group", "campaign", "series").filter(id=event_id).first()
    if event is None:
        raise NotFound
    actor.require(what, event.group_id, event.id)
    note(organisation=event.organisation_id)
    return event


def draft_for(actor: Actor, event_id: UUID) -> Event:
    """The event, also a draft that was thrown away and is still kept, for an organiser of its group (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    event = Event.with_dropped.select_related("organisation", "group", "series").filter(id=event_id).first()
    if event is None:
        raise NotFound
    actor.require(ORGANISER, event.group_id, event.id)
    note(organisation=event.organisation_id)
    return event


def series_with(actor: Actor, series_id: UUID, what: Role | May = SEE) -> Series:
    """The series, for an actor who may this in its group (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    series = Series.objects.select_related("organisation", "group").filter(id=series_id).first()
    if series is None:
        raise NotFound
    actor.require(what, series.group_id)
    return series


def cohost_for(actor: Actor, cohost_id: UUID, what: Role | May = SEE) -> CoHost:
    """A co-host's side of an event, for an actor who may this in the group that answers for it (1 query).

    :raises NotFound: if there is none, it holds the event no longer, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    related = ("organisation", "group", "event__organisation", "event__group")
    accepted = CoHost.objects.select_related(*related).filter(standing=CoHost.Standing.ACCEPTED)
    cohost = accepted.filter(id=cohost_id).first()
    if cohost is None or cohost.group_id is None:
        raise NotFound
    actor.require(what, cohost.group_id)
    note(organisation=cohost.organisation_id)
    return cohost


def invited_for(actor: Actor, cohost_id: UUID) -> CoHost:
    """An invitation to hold an event together, for an organiser of the root of the invited (1 query).

    The organisation is asked: no branch speaks for it.

    :raises NotFound: if there is none that waits, or it is none of theirs.
    :raises InvitationAnswered, InvitationOld: if they said no to it, or it is older than 14 days.
    """
    related = ("organisation", "event__organisation", "event__group")
    asked = CoHost.objects.select_related(*related).filter(
        id=cohost_id,
        standing__in=[CoHost.Standing.INVITED, CoHost.Standing.DECLINED],
        organisation__groups__in=actor.groups(ORGANISER),
        organisation__groups__parent=None,
    )
    cohost = asked.first()
    if cohost is None:
        raise NotFound
    note(organisation=cohost.organisation_id)
    require_good(cohost)
    return cohost


def held_for(actor: Actor, event_id: UUID, slug: str = "", what: Role | May = SEE) -> CoHost:
    """A side of an event that an organisation holds or held, for its own people there (1 query).

    ``slug`` names the organisation, for an actor who has a role in several of them.

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    related = ("organisation", "group", "event__organisation", "event__group")
    held = CoHost.objects.select_related(*related).filter(
        event_id=event_id, agreed__isnull=False, group__in=actor.groups(SEE)
    )
    cohost = (held.filter(organisation__slug=slug) if slug else held).order_by("organisation__name").first()
    if cohost is None or cohost.group_id is None:
        raise NotFound
    actor.require(what, cohost.group_id)
    note(organisation=cohost.organisation_id)
    return cohost


def asked_for(actor: Actor, event: Event, cohost_id: UUID) -> CoHost:
    """An organisation that holds an event or was asked to, for an organiser of the event's group (1 query).

    :raises NotFound: if there is none that stands at this event, or the event is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    actor.require(ORGANISER, event.group_id, event.id)
    standing = {CoHost.Standing.INVITED, CoHost.Standing.ACCEPTED}
    asked = CoHost.objects.select_related("organisation", "group")
    cohost = asked.filter(event=event, id=cohost_id, standing__in=standing).first()
    if cohost is None:
        raise NotFound
    return cohost


def template_for(actor: Actor, template_id: UUID) -> Template:
    """The template, also one that was thrown away and is still kept, for an organiser of its group (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    template = Template.objects.select_related("organisation", "group").filter(id=template_id).first()
    if template is None:
        raise NotFound
    actor.require(ORGANISER, template.group_id)
    return template
