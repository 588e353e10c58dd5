"""A recovery address, held apart: whoever reads it can stop what an organisation's only owner is about to do."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import get_language, gettext

from groundswell.groups.access import OWNER, Actor, living
from groundswell.groups.errors import BadLink, InvalidFields
from groundswell.groups.models import Group, Membership, Organisation, RecoveryAddress
from groundswell.groups.operations import checked_address
from groundswell.kit import crypto
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

CONFIRM_MAIL = "groups.recovery_asked"
CHANGED_MAIL = "groups.recovery_changed"

WORKS_FOR = timedelta(days=7)
"""So long an address can be confirmed, and one that was replaced is still told what somebody alone asks for: else
whoever takes over the only owner's account would put their own in its place first."""

RECOVERY_STAYS = timedelta(0)


@transaction.atomic
def name_recovery(actor: Actor, *, organisation: Organisation, email: str) -> RecoveryAddress | None:
    """Name another recovery address, which counts once it is confirmed; without one, have none any more.

    The one that counted until now is told.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: for what is no address, or is that of somebody who works there: it must be held
        separately.
    """
    actor.require(OWNER, Group.objects.get(organisation=organisation, parent=None).id)
    address = checked_address(email).lower() if email.strip() else ""
    if Membership.objects.filter(living(), organisation=organisation, account__email=address).exists():
        raise InvalidFields({"email": gettext("Choose an address that nobody signs in with here.")})
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.name_recovery", named=bool(address))
    former = recovery_of(organisation)
    if former:
        _tell(former, CHANGED_MAIL)
    RecoveryAddress.objects.filter(organisation=organisation, confirmed_at=None).delete()
    if not address:
        _end(former)
        return None
    made = RecoveryAddress.objects.create(organisation=organisation, email=address, ends_at=now() + WORKS_FOR)
    _tell(made, CONFIRM_MAIL)
    return made


@transaction.atomic
def confirm_recovery(*, token: str) -> RecoveryAddress:
    """Let a recovery address count from now on, in the place of the one that did.

    :raises BadLink: if it is unknown, confirmed, replaced or too old.
    """
    found = recovery_to_confirm(token)
    former = recovery_of(found.organisation)
    # The guarded update decides between two who press at the same moment.
    mine = RecoveryAddress.objects.filter(id=found.id, confirmed_at=None)
    if mine.update(confirmed_at=now(), ends_at=None) != 1:
        raise BadLink
    _end(former)
    record(organisation_id=found.organisation_id, actor=None, verb="groups.confirm_recovery")
    return found


def recovery_to_confirm(token: str) -> RecoveryAddress:
    """The address that a link would confirm, with its organisation (1 query).

    :raises BadLink: if it is unknown, confirmed, replaced or too old.
    """
    try:
        [address_id] = crypto.verify(settings.SECRETS.links, "recovery", token)
    except ValueError:
        raise BadLink from None
    waiting = RecoveryAddress.objects.select_related("organisation").filter(confirmed_at=None, ends_at__gt=now())
    found = waiting.filter(id=address_id).first()
    if found is None:
        raise BadLink
    return found


def token_of(address_id: UUID) -> str:
    """What stands in the link that confirms an address; it is stored nowhere."""
    return crypto.sign(settings.SECRETS.links, "recovery", address_id)


def recovery_of(organisation: Organisation) -> RecoveryAddress | None:
    """The recovery address that counts (1 query)."""
    counting = RecoveryAddress.objects.filter(organisation=organisation, confirmed_at__isnull=False, ends_at=None)
    return counting.first()


def unwatched(organisations: Collection[UUID]) -> list[Organisation]:
    """Those of them with an only owner whom nobody could stop (1 query; none without organisations).

    No recovery address counts there, or only such as belongs to somebody who works there by now.
    """
    if not organisations:
        return []
    members = Membership.objects.filter(living(), organisation=OuterRef("organisation"))
    of_a_member = Exists(members.filter(account__email=OuterRef("email")))
    counting = RecoveryAddress.objects.filter(confirmed_at__isnull=False, ends_at=None).exclude(of_a_member)
    owners = Membership.objects.filter(living(), role=OWNER, event_id=None, group__parent=None)
    each = owners.filter(account__is_active=True, organisation=OuterRef("pk")).order_by().values("organisation")
    how_many = Subquery(each.annotate(owners=Count("account", distinct=True)).values("owners"))
    alone = Organisation.objects.filter(id__in=organisations).alias(owners=how_many).filter(owners=1)
    return list(alone.exclude(Exists(counting.filter(organisation=OuterRef("pk")))).order_by("name"))


def recovery_waiting(organisation: Organisation) -> RecoveryAddress | None:
    """The one that nobody has confirmed yet (1 query)."""
    rows = RecoveryAddress.objects.filter(organisation=organisation, confirmed_at=None, ends_at__gt=now())
    return rows.first()


def told_to(organisation: Organisation) -> list[str]:
    """Where to tell what somebody alone will do: the one that counts, and those replaced lately (1 query)."""
    rows = RecoveryAddress.objects.filter(organisation=organisation, confirmed_at__isnull=False)
    return list(rows.filter(Q(ends_at=None) | Q(ends_at__gt=now())).values_list("email", flat=True))


def forget_recovery() -> int:
    """Delete addresses that were replaced or never confirmed, seven days later (1 query)."""
    return RecoveryAddress.objects.filter(ends_at__lte=now() - RECOVERY_STAYS).delete()[0]


def _end(former: RecoveryAddress | None) -> None:
    if former:
        former.ends_at = now() + WORKS_FOR
        former.save(update_fields=["ends_at"])


def _tell(address: RecoveryAddress, kind: str) -> None:
    draft = outbox.Draft(
        kind=kind,
        organisation_id=outbox.INSTALLATION,
        subject=address.id,
        email=address.email,
        language=get_language() or "",
        due_at=now(),
    )
    outbox.enqueue([draft])
