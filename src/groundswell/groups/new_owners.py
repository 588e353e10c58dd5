"""Making somebody an owner, which two people do."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext

from groundswell.groups.access import OWNER, Actor
from groundswell.groups.approvals import Kind, as_said, ask, spend
from groundswell.groups.granting import Terms, give
from groundswell.groups.invitations import invite_now
from groundswell.groups.models import Approval, Group, Invitation, Membership
from groundswell.groups.operations import checked_address, checked_name

NEW_OWNER = "groups.new_owner"


def ask_for_owner(actor: Actor, *, group: Group, email: str, terms: Terms, name: str = "") -> Approval:
    """Ask that somebody becomes an owner of a group, or at an event of its; an earlier request for them ends.

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless the actor is its owner, and somebody.
    :raises InvalidFields: for an address or a name that cannot be one, and for terms that cannot be given.
    """
    actor.require(OWNER, group.id)
    terms.check()
    address = checked_address(email).lower()
    said = {
        "email": address,
        "name": checked_name(name, needed=False),
        "ends_at": terms.ends_at.isoformat() if terms.ends_at else "",
        "event_id": str(terms.event_id or ""),
    }
    subject = uuid5(group.id, address)
    return ask(actor, kind=NEW_OWNER, group=group, subject=subject, title=group.name, said=said)


@transaction.atomic
def make_owner(actor: Actor, *, approval: Approval, by_mail: bool) -> Invitation | Membership:
    """Make them an owner to whom a second person agreed: invited by mail, or at once where no mail goes out.

    :raises NotFound: unless the actor asked for it, and the group is still theirs.
    :raises NotAllowed: unless the actor still owns the group.
    :raises InvalidFields: if the role would have ended by now.
    :raises ApprovalRefused: if it cannot be used, each reason by its own name; see
        :func:`groundswell.groups.approvals.spend`.
    """
    actor.require(OWNER, approval.group_id)
    spent = spend(actor, approval=approval, kind=NEW_OWNER)
    said = spent.said
    terms = Terms(
        role=OWNER,
        ends_at=datetime.fromisoformat(said["ends_at"]) if said["ends_at"] else None,
        event_id=UUID(said["event_id"]) if said["event_id"] else None,
    )
    verb = invite_now if by_mail else give
    return verb(actor, group=spent.group, email=said["email"], terms=terms, name=said["name"])


def _sentence(approval: Approval) -> str:
    words = gettext("Make %(email)s an owner of %(group)s")
    return words % {"email": approval.said["email"], "group": approval.title}


KIND = Kind(read=as_said, sentence=_sentence)
