"""Invitations to a role: a mail with a link, which makes the account when it is accepted."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from groundswell.groups.access import OWNER, Actor, actor_for, living
from groundswell.groups.errors import (
    BadLink,
    InvalidFields,
    InvitationAccepted,
    InvitationExpired,
    InvitationReplaced,
    InvitationVoid,
    InvitationWithdrawn,
    NotAllowed,
    NotFound,
)
from groundswell.groups.granting import Terms, give, require_second_person
from groundswell.groups.models import Account, Group, Invitation, Membership
from groundswell.groups.operations import checked_address, checked_name
from groundswell.groups.roles import Role
from groundswell.kit import crypto
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

INVITATION_MAIL = "groups.invitation"
WELCOME_MAIL = "groups.welcome"
INVITATION_LASTS = timedelta(days=7)


@transaction.atomic
def invite(actor: Actor, *, group: Group, email: str, terms: Terms, name: str = "") -> Invitation | Membership:
    """Invite somebody to a role by mail; who has one in this group already gets the other one at once.

    Whether the address is an account's makes no difference. An earlier invitation of the same address to the
    same group ends. 6 queries, and those of ``give`` where it is a change.

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner, and somebody: the system has nobody to answer for it.
    :raises InvalidFields: for an address or a name that cannot be one, and for terms that cannot be given.
    :raises LastOwner: if the organisation would be left without an owner.
    :raises SecondPersonNeeded: if they would be a new owner; see :mod:`groundswell.groups.new_owners`.
    """
    require_second_person(actor, group=group, address=checked_address(email).lower(), terms=terms)
    return invite_now(actor, group=group, email=email, terms=terms, name=name)


@transaction.atomic
def invite_now(actor: Actor, *, group: Group, email: str, terms: Terms, name: str = "") -> Invitation | Membership:
    """The same as :func:`invite`, of an owner too: for what a second person has agreed to."""
    actor.require(OWNER, group.id)
    if actor.id is None:
        raise NotAllowed
    terms.check()
    address, called = checked_address(email).lower(), checked_name(name, needed=False)
    there = {"group": group, "event_id": terms.event_id}
    if Membership.objects.filter(living(), **there, account__email=address).exists():
        return give(actor, group=group, email=address, terms=terms, name=called)
    _end(Invitation.objects.filter(**there, email=address), Invitation.End.REPLACED)
    made = Invitation.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        invited_by_id=actor.id,
        email=address,
        name=called,
        role=terms.role,
        event_id=terms.event_id,
        contact=terms.contact,
        ends_at=terms.ends_at,
        expires_at=now() + INVITATION_LASTS,
    )
    # Of no organisation, so that no outbox at the desk shows its link: whoever has it has the role.
    draft = outbox.Draft(
        kind=INVITATION_MAIL,
        organisation_id=outbox.INSTALLATION,
        subject=made.id,
        email=address,
        language=get_language() or "",
        due_at=now(),
    )
    outbox.enqueue([draft])
    _record(actor, made, "groups.invite")
    return made


def welcome(membership: Membership, *, email: str) -> None:
    """Tell somebody by mail that they have a role, and where they sign in; no secret is in it (1 query)."""
    draft = outbox.Draft(
        kind=WELCOME_MAIL,
        organisation_id=outbox.INSTALLATION,
        subject=membership.id,
        email=email,
        due_at=now(),
    )
    outbox.enqueue([draft])


@transaction.atomic
def withdraw_invitation(actor: Actor, *, group: Group, invitation_id: UUID) -> None:
    """Take an invitation back; its link opens nothing any more (3 queries).

    :raises NotFound: if the group is none of the actor's, or has no such invitation.
    :raises NotAllowed: unless the actor is its owner.
    """
    actor.require(OWNER, group.id)
    found = Invitation.objects.filter(group=group, id=invitation_id, ended_as="")
    invitation = found.first()
    if invitation is None:
        raise NotFound
    _record(actor, invitation, "groups.withdraw_invitation")
    _end(found, Invitation.End.WITHDRAWN)


def forget_expired() -> int:
    """End what is too old, without whom it was for (1 query); returns how many."""
    return _end(Invitation.objects.filter(expires_at__lte=now()), Invitation.End.EXPIRED)


def _end(invitations: QuerySet[Invitation], how: Invitation.End) -> int:
    """End those of these that are open, without whom they were for; returns how many (1 query)."""
    return invitations.filter(ended_as="").update(ended_as=how, email="", name="")


def _record(actor: Actor, invitation: Invitation, verb: str) -> None:
    record(
        organisation_id=invitation.organisation_id,
        actor=actor.id,
        verb=verb,
        object_id=invitation.group_id,
        invitation=str(invitation.id),
        role=invitation.role,
    )


def waiting() -> Q:
    """Which invitations somebody can still take."""
    return Q(expires_at__gt=now(), ended_as="")


def invitations_in(groups: list[UUID]) -> QuerySet[Invitation]:
    """The invitations to these groups that are open, with their groups, the newest first; lazy, 1 query."""
    pending = Invitation.objects.select_related("group").filter(waiting(), group_id__in=groups)
    return pending.order_by("-expires_at", "id")


def token_of(invitation_id: UUID) -> str:
    """What stands in the link of an invitation; it is stored nowhere."""
    return crypto.sign(settings.SECRETS.links, "invitation", invitation_id)


ENDED = {
    Invitation.End.ACCEPTED: InvitationAccepted,
    Invitation.End.WITHDRAWN: InvitationWithdrawn,
    Invitation.End.REPLACED: InvitationReplaced,
    Invitation.End.EXPIRED: InvitationExpired,
}


def invitation_of(token: str) -> Invitation:
    """The open invitation of a link, with its group (1 query).

    :raises BadLink: if it is unknown.
    :raises InvitationAccepted: if somebody has taken the role.
    :raises InvitationWithdrawn: if it was taken back.
    :raises InvitationReplaced: if another one was sent to the same address.
    :raises InvitationExpired: if it is too old.
    """
    try:
        [invitation_id] = crypto.verify(settings.SECRETS.links, "invitation", token)
    except ValueError:
        raise BadLink from None
    found = Invitation.objects.select_related("group", "invited_by")
    invitation = found.filter(id=invitation_id).first()
    if invitation is None:
        raise BadLink
    if invitation.ended_as:
        raise ENDED[Invitation.End(invitation.ended_as)]
    if invitation.expires_at <= now():
        raise InvitationExpired
    return invitation


@transaction.atomic
def accept(*, token: str) -> Account:
    """Give the role that a link invites to, once, to the account of its address, which is made if need be.

    :raises BadLink: as :func:`invitation_of` does.
    :raises InvitationExpired: if the role would have ended by now as well.
    :raises InvitationVoid: if whoever invited may not any more.
    """
    invitation = invitation_of(token)
    # The guarded update decides between two who press at the same moment.
    if _end(Invitation.objects.filter(id=invitation.id), Invitation.End.ACCEPTED) != 1:
        raise InvitationAccepted
    try:
        given = give(
            actor_for(invitation.invited_by),
            group=invitation.group,
            email=invitation.email,
            terms=Terms(
                role=Role(invitation.role),
                ends_at=invitation.ends_at,
                event_id=invitation.event_id,
                contact=invitation.contact,
            ),
            name=invitation.name,
        )
    except InvalidFields:
        raise InvitationExpired from None
    except (NotAllowed, NotFound):
        raise InvitationVoid from None
    return given.account
