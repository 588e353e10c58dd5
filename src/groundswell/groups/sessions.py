"""Where somebody is signed in: listed and ended by themselves, all of an organisation's by its owners.

From which address is not kept.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from groundswell.groups.access import OWNER, Actor, living
from groundswell.groups.errors import NotFound
from groundswell.groups.models import Account, Group, Membership, Organisation, SignedIn
from groundswell.kit.clock import now
from groundswell.ledger.operations import record


def note_session(*, account: Account, key: str, device: str) -> None:
    """Write down that a session began on a device, in words such as "Firefox, Android" (1 query)."""
    ends_at = now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignedIn.objects.create(account=account, session_key=key, device=device, ends_at=ends_at)


def renew_session(*, former: str, key: str) -> None:
    """Write down that a session goes on under another key (1 query)."""
    SignedIn.objects.filter(session_key=former).update(session_key=key)


def sessions_of(account: Account) -> list[SignedIn]:
    """The sessions of an account that are still open, the newest first (1 query)."""
    mine = SignedIn.objects.filter(account=account, session_key__in=_open())
    return list(mine.order_by("-began_at", "id"))


@transaction.atomic
def end_session(*, account: Account, session_id: UUID) -> None:
    """End one session of an account, at once (3 queries).

    :raises NotFound: if the account has none of that id.
    """
    if not _end(SignedIn.objects.filter(account=account, id=session_id)):
        raise NotFound


@transaction.atomic
def end_sessions(*, account: Account, but: str = "") -> int:
    """End all sessions of an account but the one with this key; returns how many (3 queries)."""
    return _end(SignedIn.objects.filter(account=account).exclude(session_key=but))


@transaction.atomic
def end_sessions_of(actor: Actor, *, group: Group, account_id: UUID) -> int:
    """End every session of one person who has a role in a group or at an event of its, at once (6 queries).

    Somebody who works in another organisation as well is signed out there, too.

    :raises NotFound: if the group is none of the actor's, or nobody of that id has a role there.
    :raises NotAllowed: unless the actor is its owner.
    """
    actor.require(OWNER, group.id)
    there = Membership.objects.select_related("account").filter(living(), group=group, account_id=account_id)
    role = there.first()
    if role is None:
        raise NotFound
    ended = end_sessions(account=role.account)
    record(
        organisation_id=group.organisation_id,
        actor=actor.id,
        verb="groups.end_sessions",
        object_id=group.id,
        account=str(account_id),
        sessions=ended,
    )
    return ended


def open_sessions_in(organisation: Organisation) -> int:
    """How many sessions of its people are open (1 query)."""
    return _of_people_in(organisation).filter(session_key__in=_open()).count()


@transaction.atomic
def end_all_sessions(actor: Actor, *, organisation: Organisation, but: str = "") -> int:
    """End every session of everybody with a role in an organisation, at once; returns how many (5 queries).

    All but the one with this key: whoever presses the button sees what comes of it. Somebody who works in
    another organisation as well is signed out there, too.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    """
    actor.require(OWNER, Group.objects.get(organisation=organisation, parent=None).id)
    ended = _end(_of_people_in(organisation).exclude(session_key=but))
    record(organisation_id=organisation.id, actor=actor.id, verb="groups.end_all_sessions", sessions=ended)
    return ended


def _open() -> QuerySet[Session, str]:
    return Session.objects.filter(expire_date__gt=now()).values_list("session_key", flat=True)


def _of_people_in(organisation: Organisation) -> QuerySet[SignedIn]:
    people = Membership.objects.filter(living(), organisation=organisation).values("account_id")
    return SignedIn.objects.filter(account_id__in=people)


def _end(which: QuerySet[SignedIn]) -> int:
    keys = list(which.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    ended: int = SignedIn.objects.filter(session_key__in=keys).delete()[0]
    return ended
