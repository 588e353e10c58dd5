"""Where somebody is signed in: listed and ended by themselves. From which address is not kept."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from groundswell.groups.errors import NotFound
from groundswell.groups.models import Account, SignedIn
from groundswell.kit.clock import now


def note_session(*, account: Account, key: str, device: str) -> None:
    """Write down that a session began on a device, in words such as "Firefox, Android" (1 query)."""
    ends_at = now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignedIn.objects.create(account=account, session_key=key, device=device, ends_at=ends_at)


def sessions_of(account: Account) -> list[SignedIn]:
    """The sessions of an account that are still open, the newest first (1 query)."""
    open_ = Session.objects.filter(expire_date__gt=now()).values("session_key")
    return list(SignedIn.objects.filter(account=account, session_key__in=open_).order_by("-began_at", "id"))


@transaction.atomic
def end_session(*, account: Account, session_id: UUID) -> None:
    """End one session of an account, at once (3 queries).

    :raises NotFound: if the account has none of that id.
    """
    if not _end(account, SignedIn.objects.filter(id=session_id)):
        raise NotFound


@transaction.atomic
def end_sessions(*, account: Account, but: str = "") -> int:
    """End all sessions of an account but the one with this key; returns how many (3 queries)."""
    return _end(account, SignedIn.objects.exclude(session_key=but))


def _end(account: Account, which) -> int:  # type: ignore[no-untyped-def]
    keys = list(which.filter(account=account).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    ended: int = SignedIn.objects.filter(session_key__in=keys).delete()[0]
    return ended
