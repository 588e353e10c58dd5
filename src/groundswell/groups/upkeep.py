"""What time does to signing in: links, their mails, sessions and accounts go when they are no good any more."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.db.models.functions import Coalesce

from groundswell.groups.codes import GUESSES_COUNT
from groundswell.groups.invitations import forget_expired
from groundswell.groups.models import Account, Guesses, Invitation, SignedIn, SignInCode, SignInLink
from groundswell.kit.clock import now
from groundswell.outbox.operations import INSTALLATION, delete_older

LINKS_STAY = timedelta(days=1)
"""So long a link or a code that is too old is told from one that never was."""

SESSIONS_STAY = timedelta(0)

INVITATIONS_STAY = timedelta(days=30)
"""So long the link of an invitation that is over says why."""

ACCOUNTS_STAY = timedelta(days=30)
"""So long after its last sign-in an account without a role waits for a new one."""


def forget_sign_ins() -> int:
    """Delete links and codes that ended a day ago, mails of the day before, guesses that no longer count, old
    invitations, and sessions that ended (9 queries).
    """
    before = now() - LINKS_STAY
    SessionStore.clear_expired()
    forget_expired()
    Invitation.objects.filter(expires_at__lte=now() - INVITATIONS_STAY).delete()
    SignedIn.objects.filter(ends_at__lte=now() - SESSIONS_STAY).delete()
    links, _ = SignInLink.objects.filter(expires_at__lt=before).delete()
    codes, _ = SignInCode.objects.filter(expires_at__lt=before).delete()
    Guesses.objects.filter(last_at__lte=now() - GUESSES_COUNT).delete()
    return links + codes + delete_older(INSTALLATION, before)


def forget_accounts() -> int:
    """Delete accounts that have no role any more and did not sign in for a month (2 queries)."""
    idle = Account.objects.filter(memberships=None).annotate(seen=Coalesce("last_login", "created_at"))
    return idle.filter(seen__lte=now() - ACCOUNTS_STAY).delete()[0]
