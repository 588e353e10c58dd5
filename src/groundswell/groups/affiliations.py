"""How organisations stand to each other: offered by one side, accepted by the other, ended by either."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

from groundswell.groups.access import OWNER, Actor, living
from groundswell.groups.errors import (
    AlreadyAffiliated,
    GoesRound,
    InvalidFields,
    NotFound,
    OfferAccepted,
    OfferEnded,
    OfferExpired,
    OwnOffer,
    WithItself,
)
from groundswell.groups.models import Affiliation, Group, Membership, Organisation
from groundswell.groups.queries import organisation_at
from groundswell.intake.touches import touch
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

OFFERED_MAIL = "groups.affiliation_offered"
ACCEPTED_MAIL = "groups.affiliation_accepted"
ENDED_MAIL = "groups.affiliation_ended"

OFFER_LASTS = timedelta(days=30)
ENDED_STAY = timedelta(days=30)
"""So long after its end whoever comes too late is told what became of an affiliation."""

Kind = Affiliation.Kind
PARTS = (Kind.WING, Kind.BRANCH)
"""What makes one organisation a part of another: of these no circle can be made."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An affiliation as one of its two organisations sees it; ``ours`` is whether it stands in the other one."""

    affiliation: Affiliation
    other: Organisation
    ours: bool

    @property
    def kind(self) -> Affiliation.Kind:
        """What the two are to each other."""
        return Kind(self.affiliation.kind)

    @property
    def sentence(self) -> str:
        """The same in words, with both names."""
        return sentence(self.affiliation)

    @property
    def accepted(self) -> bool:
        """Whether it holds."""
        return self.affiliation.accepted_at is not None

    @property
    def expires_at(self) -> datetime:
        """Until when the offer can be accepted."""
        return self.affiliation.offered_at + OFFER_LASTS

    @property
    def offered_here(self) -> bool:
        """Whether this side offered it."""
        return self.affiliation.offered_by_body != self.ours


_SENTENCES = {
    Kind.WING: gettext_lazy("%(organisation)s is a wing of %(body)s."),
    Kind.BRANCH: gettext_lazy("%(organisation)s is a branch of %(body)s."),
    Kind.AFFILIATE: gettext_lazy("%(organisation)s is affiliated to %(body)s."),
    Kind.ALLY: gettext_lazy("%(organisation)s and %(body)s are allies."),
}


def sentence(affiliation: Affiliation) -> str:
    """What two organisations are to each other, in words (0 queries)."""
    names = {"organisation": affiliation.organisation.name, "body": affiliation.body.name}
    return str(_SENTENCES[Kind(affiliation.kind)]) % names


@transaction.atomic
def offer_affiliation(
    actor: Actor, *, organisation: Organisation, address: str, kind: Affiliation.Kind, as_body: bool = False
) -> Affiliation:
    """Offer to be something to the organisation at a public address; with ``as_body``, that it be that to us.

    Its owners get a mail. 13 queries, 12 of an ally.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: if no organisation has that address.
    :raises WithItself: if it is the organisation's own.
    :raises GoesRound: if one would be a part of itself.
    :raises AlreadyAffiliated: while there is something between the two.
    """
    _require_owner(actor, organisation)
    other = _at(address)
    if other == organisation:
        raise WithItself
    stands, body = (other, organisation) if as_body else (organisation, other)
    _lock(organisation, other)
    if kind in PARTS:
        _refuse_circle(stands.id, body.id)
    between = Affiliation.objects.filter(_between(organisation.id, other.id), ended_at=None)
    if between.exclude(_expired()).exists():
        raise AlreadyAffiliated
    between.update(ended_at=now())
    made = Affiliation.objects.create(organisation=stands, body=body, kind=kind, offered_by_body=as_body)
    _record(actor, organisation, made, "groups.offer_affiliation")
    _tell_owners(actor, made, other.id, OFFERED_MAIL)
    return made


@transaction.atomic
def accept_affiliation(actor: Actor, *, organisation: Organisation, affiliation_id: UUID) -> Affiliation:
    """Accept what the other side offered; both public pages show it from now on (11 queries).

    :raises NotFound: if the organisation is none of the actor's, or on neither side.
    :raises NotAllowed: unless the actor owns its root group.
    :raises OwnOffer: if this side offered it.
    :raises OfferAccepted: if it was accepted before.
    :raises OfferEnded: if it was declined, taken back or ended.
    :raises OfferExpired: after 30 days.
    :raises GoesRound: if meanwhile one would be a part of itself.
    """
    found = _locked(actor, organisation, affiliation_id)
    _refuse_acceptance(found, organisation)
    found.accepted_at = now()
    found.save(update_fields=["accepted_at"])
    _record(actor, organisation, found, "groups.accept_affiliation")
    _tell_owners(actor, found, _other_side(found, organisation), ACCEPTED_MAIL)
    _renew(found)
    return found


@transaction.atomic
def end_affiliation(actor: Actor, *, organisation: Organisation, affiliation_id: UUID) -> Affiliation:
    """Decline an offer, take one's own back, or end what holds: either side may, at any time (10 queries).

    The other side's owners get a mail, unless an offer was taken back.

    :raises NotFound: if the organisation is none of the actor's, or on neither side.
    :raises NotAllowed: unless the actor owns its root group.
    :raises OfferEnded: if it ended before.
    """
    found = _locked(actor, organisation, affiliation_id)
    if found.ended_at:
        raise OfferEnded
    found.ended_at, found.ended_by_body = now(), found.body_id == organisation.id
    found.save(update_fields=["ended_at", "ended_by_body"])
    _record(actor, organisation, found, "groups.end_affiliation")
    if found.accepted_at or not _offered_by(found, organisation):
        _tell_owners(actor, found, _other_side(found, organisation), ENDED_MAIL)
    if found.accepted_at:
        _renew(found)
    return found


def _require_owner(actor: Actor, organisation: Organisation) -> None:
    actor.require(OWNER, Group.objects.values_list("id", flat=True).get(organisation=organisation, parent=None))


def _at(address: str) -> Organisation:
    try:
        return organisation_at(address)
    except NotFound:
        sentence = gettext("No organisation here has this address. It stands at the top of its page: %(where)s")
        raise InvalidFields({"address": sentence % {"where": f"{settings.PUBLIC_URL}/g/…"}}) from None


def _lock(*organisations: Organisation) -> None:
    """Let offers between two organisations take turns, from whichever side they come."""
    ids = [organisation.id for organisation in organisations]
    list(Organisation.objects.select_for_update().filter(id__in=ids).order_by("id").values_list("id"))


def _locked(actor: Actor, organisation: Organisation, affiliation_id: UUID) -> Affiliation:
    _require_owner(actor, organisation)
    # All of those of which a circle could be made: two who accept at once might close one together.
    rows = Affiliation.objects.filter(Q(id=affiliation_id) | Q(kind__in=PARTS, ended_at=None))
    locked = {one.id: one for one in rows.select_for_update().order_by("id")}
    found = locked.get(affiliation_id)
    if found is None or organisation.id not in {found.organisation_id, found.body_id}:
        raise NotFound
    return found


def _refuse_acceptance(found: Affiliation, organisation: Organisation) -> None:
    if found.ended_at:
        raise OfferEnded
    if found.accepted_at:
        raise OfferAccepted
    if _offered_by(found, organisation):
        raise OwnOffer
    if found.offered_at <= now() - OFFER_LASTS:
        raise OfferExpired
    if found.kind in PARTS:
        _refuse_circle(found.organisation_id, found.body_id)


def _refuse_circle(part: UUID, whole: UUID) -> None:
    """Refuse what would make ``part`` a part of itself (1 query)."""
    rows = Affiliation.objects.filter(kind__in=PARTS, ended_at=None).exclude(accepted_at=None)
    above: dict[UUID, list[UUID]] = {}
    for one, body in rows.values_list("organisation_id", "body_id"):
        above.setdefault(one, []).append(body)
    seen, waiting = set(), [whole]
    while waiting:
        one = waiting.pop()
        if one == part:
            raise GoesRound
        if one not in seen:
            seen.add(one)
            waiting += above.get(one, [])


def _expired() -> Q:
    return Q(accepted_at=None, offered_at__lte=now() - OFFER_LASTS)


def _between(one: UUID, other: UUID) -> Q:
    return Q(organisation=one, body=other) | Q(organisation=other, body=one)


def _offered_by(found: Affiliation, organisation: Organisation) -> bool:
    return found.offered_by_body == (found.body_id == organisation.id)


def _other_side(found: Affiliation, organisation: Organisation) -> UUID:
    return found.organisation_id if found.body_id == organisation.id else found.body_id


def _record(actor: Actor, organisation: Organisation, affiliation: Affiliation, verb: str) -> None:
    """One row in each side's ledger; which account acted, only its own side's says."""
    for side in (affiliation.organisation_id, affiliation.body_id):
        record(
            organisation_id=side,
            actor=actor.id if side == organisation.id else None,
            verb=verb,
            object_id=affiliation.id,
            kind=affiliation.kind,
            by=str(organisation.id),
        )


def _tell_owners(actor: Actor, affiliation: Affiliation, organisation_id: UUID, mail: str) -> None:
    """Write to all who own the organisation but the actor, who may own both."""
    owners = Membership.objects.filter(
        living(), organisation_id=organisation_id, group__parent=None, role=OWNER, event_id=None
    )
    if actor.id:
        owners = owners.exclude(account_id=actor.id)
    # Of no organisation, so that no outbox at the desk shows who the owners are.
    outbox.enqueue(
        outbox.Draft(
            kind=mail,
            organisation_id=outbox.INSTALLATION,
            subject=affiliation.id,
            email=email,
            due_at=now(),
            about=account,
        )
        for account, email in owners.values_list("account_id", "account__email")
    )


def _renew(affiliation: Affiliation) -> None:
    touch(f"organisation:{affiliation.organisation_id}", f"organisation:{affiliation.body_id}")


def standings_of(organisation: Organisation) -> list[Standing]:
    """What an organisation is to others, and what is offered, the oldest first (1 query)."""
    rows = _of(organisation).filter(ended_at=None).exclude(_expired())
    return _seen_from(organisation, rows.order_by("id"))


def public_standings(organisation: Organisation) -> list[Standing]:
    """What an organisation is to others, as its page shows it: by kind, the oldest first (1 query)."""
    return _seen_from(
        organisation, _of(organisation).filter(ended_at=None).exclude(accepted_at=None).order_by("id")
    )


def offers_to(organisation_ids: Iterable[UUID]) -> int:
    """How many offers wait for these organisations' answer (1 query)."""
    ids = list(organisation_ids)
    theirs = Q(organisation__in=ids, offered_by_body=True) | Q(body__in=ids, offered_by_body=False)
    return Affiliation.objects.filter(theirs, ended_at=None, accepted_at=None).exclude(_expired()).count()


def affiliation_of(organisation: Organisation, affiliation_id: UUID) -> Standing:
    """One of an organisation's affiliations (1 query).

    :raises NotFound: if it has none of that id, or it has ended.
    """
    found = _seen_from(organisation, _of(organisation).filter(id=affiliation_id, ended_at=None))
    if not found:
        raise NotFound
    return found[0]


def _of(organisation: Organisation) -> QuerySet[Affiliation]:
    sides = Q(organisation=organisation) | Q(body=organisation)
    return Affiliation.objects.select_related("organisation", "body").filter(sides)


def _seen_from(organisation: Organisation, rows: Iterable[Affiliation]) -> list[Standing]:
    return [
        Standing(affiliation=row, other=row.body if ours else row.organisation, ours=ours)
        for row in rows
        for ours in [row.organisation_id == organisation.id]
    ]


def forget_affiliations() -> int:
    """Delete those that ended a month ago, and offers whose time was over a month ago (2 queries)."""
    ended = Affiliation.objects.filter(ended_at__lte=now() - ENDED_STAY).delete()[0]
    stale = Affiliation.objects.filter(accepted_at=None, offered_at__lte=now() - OFFER_LASTS - ENDED_STAY)
    return ended + stale.delete()[0]
