"""What somebody signs in with beside their mailbox: an authenticator app, passkeys, written-down codes.

They are allauth's rows; who must have one, who may take one away, and who is told, is decided here.
"""

from collections.abc import Iterable
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.groups.access import OWNER, Actor, roles_of
from groundswell.groups.errors import LastFactor, NotAllowed, NotFound
from groundswell.groups.models import Account, Group
from groundswell.groups.roles import May
from groundswell.groups.sessions import end_sessions
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
CHANGED_MAIL = "groups.factors_changed"


ALONE = frozenset({May.SEE, May.PRESS, May.ASSIGNED})
"""What a mailbox alone is enough for: figures, and at most fifty people who were assigned."""


def needs_factor(actor: Actor) -> bool:
    """Whether a mailbox alone is too little for them: by their rights, whichever roles these come from.

    They see more than fifty people, or change what people told us in confidence. OWASP ASVS 5, 6.3.6: mail is no
    factor for them.
    """
    return bool(actor.anywhere() - ALONE)


MANY = frozenset({May.NAMES, May.CONTACT, May.EXPORT})
"""What shows more than fifty people."""


def needs_passkey(actor: Actor) -> bool:
    """Whether they see so many people that nothing will do that can be lured out of them, where passkeys can be.

    The digits of an app can be typed into a page that only looks like this one; a passkey answers no other page.
    """
    return bool(actor.anywhere() & MANY)


def factors_of(account: Account) -> list[Authenticator]:
    """What the account signs in with, the oldest first, without written-down codes (1 query)."""
    return list(Authenticator.objects.filter(user=account).exclude(type=CODES).order_by("id"))


def has_factor(account: Account) -> bool:
    """Whether the account has an authenticator app or a passkey (1 query)."""
    return bool(_second(account).exists())


def codes_left(account: Account) -> int:
    """How many of the written-down codes were not used yet (1 query)."""
    codes = Authenticator.objects.filter(user=account, type=CODES).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


@transaction.atomic
def take_factor_away(actor: Actor, *, account: Account, factor_id: int) -> None:
    """Take an app or a passkey of one's own away, with the written-down codes if it was the last (6 queries).

    :raises NotFound: if the account has none of that id.
    :raises LastFactor: if it is the last one, and the actor needs one.
    """
    # Locked, so that two windows do not take away the last two.
    Account.objects.select_for_update().get(id=account.id)
    mine = {factor.id: factor for factor in _second(account)}
    if factor_id not in mine:
        raise NotFound
    if len(mine) == 1 and needs_factor(actor):
        raise LastFactor
    mine[factor_id].delete()
    if len(mine) == 1:
        Authenticator.objects.filter(user=account).delete()
    tell_of_change([account])


@transaction.atomic
def reset_factors(actor: Actor, *, group: Group, account_id: UUID) -> None:
    """Let somebody begin anew who lost their second step: all of it goes, and every session ends (9 queries).

    At the next sign-in by mail they set up another. A mail tells of it.

    :raises NotFound: if the group is none of the actor's, or nobody of that id has a role in it.
    :raises NotAllowed: unless the actor owns every group in which that account has a role, so that no
        organisation opens what another one has closed; then it takes a link from the command line.
    """
    actor.require(OWNER, group.id)
    account = Account.objects.filter(id=account_id, memberships__group=group).distinct().first()
    if account is None:
        raise NotFound
    roles = roles_of(account).values_list("group_id", flat=True)
    if not all(actor.may(OWNER, each) for each in roles):
        raise NotAllowed(_("They have a role elsewhere, too. Whoever looks after the machine can let them in."))
    Authenticator.objects.filter(user=account).delete()
    end_sessions(account=account)
    tell_of_change([account])
    record(
        organisation_id=group.organisation_id,
        actor=actor.id,
        verb="groups.reset_factors",
        object_id=group.id,
        account=str(account.id),
    )


def tell_of_change(accounts: Iterable[Account]) -> None:
    """Mail these accounts that how they sign in was changed, in the caller's transaction (1 query)."""
    outbox.enqueue(
        outbox.Draft(
            kind=CHANGED_MAIL,
            organisation_id=outbox.INSTALLATION,
            subject=account.id,
            email=account.email,
            language=get_language() or "",
            due_at=now(),
        )
        for account in accounts
    )


def _second(account: Account):  # type: ignore[no-untyped-def]
    return Authenticator.objects.filter(user=account).exclude(type=CODES)
