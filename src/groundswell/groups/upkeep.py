"""What time does to signing in: links, their mails and sessions go when they are no good any more."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore

from groundswell.groups.models import SignInLink
from groundswell.kit.clock import now
from groundswell.outbox.operations import INSTALLATION, delete_older

LINKS_STAY = timedelta(days=1)
"""So long a link that is too old is told from one that never was."""

SESSIONS_STAY = timedelta(0)


def forget_sign_ins() -> int:
    """Delete links that ended a day ago, mails of the day before, and sessions that ended (4 queries)."""
    before = now() - LINKS_STAY
    SessionStore.clear_expired()
    links, _ = SignInLink.objects.filter(expires_at__lt=before).delete()
    return links + delete_older(INSTALLATION, before)
