"""Keys for programs that carry contact data, which two people make; and taking any key back."""

from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext

from groundswell.groups.access import OWNER, Actor
from groundswell.groups.approvals import Kind, as_said, ask, spend
from groundswell.groups.errors import NotFound
from groundswell.groups.models import ApiToken, Approval, Group, Organisation
from groundswell.groups.operations import checked_name, new_token
from groundswell.groups.roles import Role
from groundswell.kit.clock import now
from groundswell.ledger.operations import record

NEW_TOKEN = "groups.new_token"  # noqa: S105


def ask_for_token(actor: Actor, *, organisation: Organisation, label: str, role: Role) -> Approval:
    """Ask for a key that shows names and addresses to a program; an earlier request for the same label ends.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group, and is somebody.
    :raises InvalidFields: for a label that cannot be one.
    """
    root = _root(organisation)
    actor.require(OWNER, root.id)
    said = {"label": checked_name(label, "label", longest=80), "role": role.value}
    subject = uuid5(root.id, said["label"])
    return ask(actor, kind=NEW_TOKEN, group=root, subject=subject, title=organisation.name, said=said)


@transaction.atomic
def make_token(actor: Actor, *, approval: Approval) -> str:
    """The secret of a key to which a second person agreed; it is shown once.

    :raises NotFound: unless the actor asked for it, and the organisation is still theirs.
    :raises NotAllowed: unless the actor still owns its root group.
    :raises ApprovalRefused: if it cannot be used, each reason by its own name; see
        :func:`groundswell.groups.approvals.spend`.
    """
    actor.require(OWNER, approval.group_id)
    spent = spend(actor, approval=approval, kind=NEW_TOKEN)
    organisation, said = spent.organisation, spent.said
    role = Role(said["role"])
    return new_token(actor, organisation=organisation, label=said["label"], contact_data=True, role=role)


@transaction.atomic
def revoke_token(actor: Actor, *, organisation: Organisation, token_id: UUID) -> None:
    """Take a key back; its next request is refused (4 queries).

    :raises NotFound: if the organisation is none of the actor's, or has no such key.
    :raises NotAllowed: unless the actor owns its root group.
    """
    actor.require(OWNER, _root(organisation).id)
    mine = ApiToken.objects.filter(organisation=organisation, id=token_id, revoked_at=None)
    if mine.update(revoked_at=now()) != 1:
        raise NotFound
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.revoke_api_token", object_id=token_id)


def tokens_of(organisation: Organisation) -> list[ApiToken]:
    """The keys of an organisation that open anything, the newest first (1 query)."""
    return list(ApiToken.objects.filter(organisation=organisation, revoked_at=None).order_by("-created_at", "id"))


def _root(organisation: Organisation) -> Group:
    return Group.objects.get(organisation=organisation, parent=None)


def _sentence(approval: Approval) -> str:
    words = gettext("Give the program “%(label)s” the names and addresses of everybody in %(organisation)s")
    return words % {"label": approval.said["label"], "organisation": approval.title}


KIND = Kind(read=as_said, sentence=_sentence)
