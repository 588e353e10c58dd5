"""Holding an event together: the host invites organisations, each accepts as itself and can leave again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from groundswell.events.cohosting import tell_organisers
from groundswell.events.errors import CoHostAlready, NoArrangement, NotOpen, OldArrangement
from groundswell.events.invitations import require_good, require_unanswered
from groundswell.events.models import Arrangement, CoHost, Event, Status
from groundswell.events.operations import locked, renew
from groundswell.groups.access import ORGANISER, SYSTEM, Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.groups.models import Group, Organisation
from groundswell.groups.queries import root_group
from groundswell.kit.clock import now
from groundswell.kit.text import bounded, one_line, paragraphs
from groundswell.ledger.operations import record
from groundswell.people.standard import publish_ally_wordings

Standing = CoHost.Standing
INVITATIONS_LAST = timedelta(days=14)
LONGEST_SHARED = 30
"""Days after the event for which co-hosts may show each other people: as long as answers are kept."""


@transaction.atomic
def arrange(actor: Actor, *, event: Event, duties: str, contact: str, days: int = LONGEST_SHARED) -> Arrangement:
    """Write down who answers for what, as a new version that the co-hosts are to agree to (6 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is cancelled or over.
    :raises InvalidFields: with a sentence for each field that is wrong.
    """
    event = _open(locked(actor, event))
    values = _checked(duties, contact, days)
    last = Arrangement.objects.filter(event=event).aggregate(last=Max("version"))["last"] or 0
    made = Arrangement.objects.create(
        organisation_id=event.organisation_id, event=event, version=last + 1, days=days, **values
    )
    _record(actor, event, "events.arrange", version=made.version)
    renew(event)
    return made


def _checked(duties: str, contact: str, days: int) -> dict[str, str]:
    errors: dict[str, str] = {}
    values = {
        "duties": bounded("duties", duties, 3000, paragraphs, errors),
        "contact": bounded("contact", contact, 200, one_line, errors),
    }
    for name, value in values.items():
        if not value:
            errors.setdefault(name, _("Write something here."))
    if not 1 <= days <= LONGEST_SHARED:
        errors["days"] = _("Enter a number from 1 to %(most)s.") % {"most": LONGEST_SHARED}
    if errors:
        raise InvalidFields(errors)
    return values


@transaction.atomic
def invite(actor: Actor, *, event: Event, organisation: Organisation) -> CoHost:
    """Ask an organisation to hold the event together; the invitation stands for 14 days (6 queries).

    Whoever declined, left or was removed can be asked again.

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    :raises NotOpen: if it is cancelled or over.
    :raises NoArrangement: while nobody has said who answers for what.
    :raises CoHostAlready: for its own organisation, one that holds it already, or that has not answered yet.
    """
    event = _open(locked(actor, event))
    before = {each.organisation_id: each for each in CoHost.objects.filter(event=event)}
    if not Arrangement.objects.filter(event=event).exists():
        raise NoArrangement
    known = before.get(organisation.id)
    if organisation.id == event.organisation_id or (known is not None and _stands(known)):
        raise CoHostAlready
    last = max((each.position for each in before.values()), default=0)
    cohost, _made = CoHost.objects.update_or_create(
        event=event,
        organisation=organisation,
        defaults={
            "position": last + 1,
            "standing": Standing.INVITED,
            "invited_at": now(),
            "expires_at": now() + INVITATIONS_LAST,
            "answered_at": None,
            # What it agreed to before, and until when it held the event, stays: it has people of that time.
        },
    )
    _record(actor, event, "events.invite_cohost", organisation=str(organisation.id))
    tell_organisers(cohost, actor)
    return cohost


def _stands(cohost: CoHost) -> bool:
    waiting = cohost.standing == Standing.INVITED and cohost.expires_at > now()
    return waiting or cohost.standing == Standing.ACCEPTED


@transaction.atomic
def accept(actor: Actor, *, cohost: CoHost, group: Group, version: int) -> CoHost:
    """Hold the event together from now on, as a group of the invited organisation.

    The forms of all who hold it get a box for each other one. 13 queries, and 2 to 8 for each who holds it.

    ``version`` is that of the arrangement which was read.

    :raises NotFound: if the invited organisation is none of the actor's, or the group none of its.
    :raises NotAllowed: unless the actor is an organiser of its root: no branch speaks for all of it.
    :raises InvitationAnswered, InvitationTakenBack, InvitationOld: if it is good no more, each by its own name.
    :raises NotOpen: if the event is cancelled or over.
    :raises OldArrangement: if who answers for what was changed meanwhile.
    """
    _require_organiser(actor, cohost, group)
    event, cohost = _locked(cohost)
    require_good(cohost)
    _require_newest(_open(event), version)
    cohost.standing, cohost.group, cohost.agreed = Standing.ACCEPTED, group, version
    cohost.answered_at, cohost.ended_at = now(), None
    cohost.save(update_fields=["standing", "group", "agreed", "answered_at", "ended_at"])
    _name_each_other(event, cohost.organisation)
    _record_both(actor, event, cohost, "events.accept_cohosting")
    tell_organisers(cohost, actor)
    renew(event)
    return cohost


def _name_each_other(event: Event, organisation: Organisation) -> None:
    """Let the forms of all who hold the event ask for the new one, and its own for each of them."""
    others = [one for one in holders_of(event) if one.id != organisation.id]
    # The words are the installation's own, and each side has just agreed to stand on the other's page.
    publish_ally_wordings(SYSTEM, organisation=organisation, partners=others)
    for other in others:
        publish_ally_wordings(SYSTEM, organisation=other, partners=[organisation])


def _require_organiser(actor: Actor, cohost: CoHost, group: Group) -> None:
    actor.require(ORGANISER, group.id)
    if group.organisation_id != cohost.organisation_id:
        raise NotFound
    actor.require(ORGANISER, root_group(cohost.organisation_id).id)


def _require_newest(event: Event, version: int) -> None:
    newest = Arrangement.objects.filter(event=event).aggregate(newest=Max("version"))["newest"]
    if newest != version:
        raise OldArrangement


@transaction.atomic
def decline(actor: Actor, *, cohost: CoHost, group: Group) -> CoHost:
    """Say no to an invitation (7 queries).

    :raises NotFound: if the invited organisation is none of the actor's, or the group none of its.
    :raises NotAllowed: unless the actor is an organiser of its root: no branch speaks for all of it.
    :raises InvitationAnswered, InvitationTakenBack: if there is nothing to say no to any more.
    """
    _require_organiser(actor, cohost, group)
    event, cohost = _locked(cohost)
    require_unanswered(cohost)
    return _end(actor, event, cohost, Standing.DECLINED, "events.decline_cohosting")


@transaction.atomic
def agree(actor: Actor, *, cohost: CoHost, version: int) -> CoHost:
    """Agree to a newer version of who answers for what (6 queries).

    :raises NotFound: if the co-host is none of the actor's, or holds the event no longer.
    :raises NotAllowed: unless the actor is an organiser of the group that answers for its part.
    :raises OldArrangement: if there is a newer one.
    """
    event, cohost = _locked(cohost)
    _require_own(actor, cohost)
    _require_newest(event, version)
    cohost.agreed = version
    cohost.save(update_fields=["agreed"])
    _record_both(actor, event, cohost, "events.agree_arrangement")
    return cohost


@transaction.atomic
def leave(actor: Actor, *, cohost: CoHost) -> CoHost:
    """Hold the event no longer, at once: the organisation keeps its own people and nothing else (6 queries).

    :raises NotFound: if the co-host is none of the actor's, or holds the event no longer.
    :raises NotAllowed: unless the actor is an organiser of the group that answers for its part.
    """
    event, cohost = _locked(cohost)
    _require_own(actor, cohost)
    return _end(actor, event, cohost, Standing.LEFT, "events.leave_cohosting")


@transaction.atomic
def remove(actor: Actor, *, cohost: CoHost) -> CoHost:
    """Let an organisation hold the event no longer, or take its invitation back, at once (6 queries).

    :raises NotFound: if the event is none of the actor's, or the organisation holds it no longer.
    :raises NotAllowed: unless the actor is an organiser of the event's group.
    """
    event, cohost = _locked(cohost)
    actor.require(ORGANISER, event.group_id, event.id)
    if cohost.standing not in {Standing.INVITED, Standing.ACCEPTED}:
        raise NotFound
    return _end(actor, event, cohost, Standing.REMOVED, "events.remove_cohost")


@transaction.atomic
def order_cohosts(actor: Actor, *, event: Event, order: Sequence[UUID]) -> None:
    """Put co-hosts into the order that was agreed; those who are not named come behind (5 queries).

    :raises NotFound: if the event is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of its group.
    """
    event = locked(actor, event)
    places = {key: place for place, key in enumerate(order)}
    rows = list(CoHost.objects.filter(event=event))
    rows.sort(key=lambda row: (places.get(row.id, len(places)), row.position))
    for position, row in enumerate(rows, start=1):
        row.position = position
    CoHost.objects.bulk_update(rows, ["position"])
    _record(actor, event, "events.order_cohosts")
    renew(event)


def cohosts_of(event_id: UUID) -> list[CoHost]:
    """Those who hold an event together with its host, in the agreed order (1 query)."""
    accepted = CoHost.objects.select_related("organisation").filter(event_id=event_id, standing=Standing.ACCEPTED)
    return list(accepted.order_by("position"))


def holders_of(event: Event) -> list[Organisation]:
    """All organisations that hold an event at this moment, its host first, the others as agreed (1 query)."""
    return [event.organisation, *(cohost.organisation for cohost in cohosts_of(event.id))]


def holding(event_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The organisations that hold each of the events at this moment, its host among them (2 queries)."""
    found = {
        event: {host}
        for event, host in Event.objects.filter(id__in=event_ids).values_list("id", "organisation_id")
    }
    accepted = CoHost.objects.filter(event_id__in=event_ids, standing=Standing.ACCEPTED)
    for event, organisation in accepted.values_list("event_id", "organisation_id"):
        found[event].add(organisation)
    return found


def all_cohosts_of(event: Event) -> list[CoHost]:
    """The same with all who were ever asked, for the host (1 query)."""
    return list(CoHost.objects.select_related("organisation", "group").filter(event=event).order_by("position"))


def side_of(event: Event, slug: str) -> Organisation:
    """The organisation of this slug, if it holds the event together with its host (1 query).

    :raises NotFound: if it does not, or no longer.
    """
    accepted = CoHost.objects.select_related("organisation").filter(event=event, standing=Standing.ACCEPTED)
    found = accepted.filter(organisation__slug=slug).first()
    if found is None:
        raise NotFound
    return found.organisation


def holds(event_id: UUID, organisation_id: UUID) -> bool:
    """Whether an organisation holds an event together with its host at this moment (1 query)."""
    return CoHost.objects.filter(
        event_id=event_id, organisation_id=organisation_id, standing=Standing.ACCEPTED
    ).exists()


def cohosted_by(organisation_id: UUID, event_ids: Collection[UUID]) -> Mapping[UUID, datetime | None]:
    """Which of the events this organisation holds together with others or held, and until when (1 query)."""
    held = CoHost.objects.filter(organisation_id=organisation_id, event_id__in=event_ids, agreed__isnull=False)
    return dict(held.values_list("event_id", "ended_at"))


def arrangement_of(event_id: UUID) -> Arrangement | None:
    """Who answers for what, as it is now; None where nobody has said (1 query)."""
    return Arrangement.objects.filter(event_id=event_id).order_by("-version").first()


def _open(event: Event) -> Event:
    if event.status not in {Status.DRAFT, Status.PUBLISHED}:
        raise NotOpen
    return event


def _locked(cohost: CoHost) -> tuple[Event, CoHost]:
    # The event first, as everywhere: who invites and who answers never wait for each other.
    event = Event.objects.select_for_update().get(pk=cohost.event_id)
    related = ("organisation", "group", "event__group")
    return event, CoHost.objects.select_related(*related).get(pk=cohost.pk)


def _require_own(actor: Actor, cohost: CoHost) -> None:
    if cohost.standing != Standing.ACCEPTED or cohost.group_id is None:
        raise NotFound
    actor.require(ORGANISER, cohost.group_id)


def _end(actor: Actor, event: Event, cohost: CoHost, standing: Standing, verb: str) -> CoHost:
    held = cohost.standing == Standing.ACCEPTED
    cohost.standing, cohost.ended_at = standing, now() if held else cohost.ended_at
    cohost.answered_at = cohost.answered_at or now()
    cohost.save(update_fields=["standing", "ended_at", "answered_at"])
    _record_both(actor, event, cohost, verb)
    if held or standing != Standing.REMOVED:
        # Whose invitation is taken back before they answered finds nothing any more; it needs no mail.
        tell_organisers(cohost, actor)
    renew(event)
    return cohost


def _record(actor: Actor, event: Event, verb: str, **more: object) -> None:
    record(organisation_id=event.organisation_id, actor=actor.id, verb=verb, object_id=event.id, **more)


def _record_both(actor: Actor, event: Event, cohost: CoHost, verb: str) -> None:
    """Each side's ledger says what concerns it, and names the actor only where they belong."""
    acting = event.organisation_id if verb == "events.remove_cohost" else cohost.organisation_id
    for organisation in (event.organisation_id, cohost.organisation_id):
        record(
            organisation_id=organisation,
            actor=actor.id if organisation == acting else None,
            verb=verb,
            object_id=event.id,
            organisation=str(cohost.organisation_id),
        )
