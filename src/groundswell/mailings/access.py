"""The only way to mailings in the back office."""

from uuid import UUID

from django.db.models import QuerySet

from groundswell.groups.access import SEND, Actor
from groundswell.groups.errors import NotFound
from groundswell.groups.roles import May, Role
from groundswell.mailings.models import Mailing


def mailing_for(actor: Actor, mailing_id: UUID, what: Role | May = SEND) -> Mailing:
    """The mailing, for an actor who may this in its group (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    found = _with_rows().filter(id=mailing_id).first()
    if found is None:
        raise NotFound
    actor.require(what, found.group_id)
    return found


def mailings_for(actor: Actor, organisation_id: UUID) -> QuerySet[Mailing]:
    """An organisation's mailings of those groups in which the actor may send, the latest first; lazy."""
    return (
        _with_rows()
        .filter(organisation_id=organisation_id, group_id__in=actor.groups(SEND))
        .order_by("-created_at")
    )


def _with_rows() -> QuerySet[Mailing]:
    return Mailing.objects.select_related("organisation", "group", "event__organisation", "segment")
