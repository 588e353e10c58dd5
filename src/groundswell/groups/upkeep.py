"""What no longer signs anybody in goes: links that were used or are too old, and sessions that ended."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from groundswell.groups.models import SignInLink
from groundswell.kit.clock import now

LINKS_STAY = timedelta(days=7)
"""So long a link that is too old is told from one that never was."""

SESSIONS_STAY = timedelta(0)


def delete_old_sign_ins() -> int:
    """Delete sign-in links a week after their end, and sessions at theirs (2 queries)."""
    links = SignInLink.objects.filter(expires_at__lte=now() - LINKS_STAY).delete()[0]
    return links + Session.objects.filter(expire_date__lte=now() - SESSIONS_STAY).delete()[0]
