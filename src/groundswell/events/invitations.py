"""Whether an invitation to hold an event together is good still, and why it is not."""

from groundswell.events.errors import InvitationAnswered, InvitationOld, InvitationTakenBack
from groundswell.events.models import CoHost
from groundswell.kit.clock import now

Standing = CoHost.Standing


def require_good(cohost: CoHost) -> None:
    """Refuse an invitation that can be accepted no more (0 queries).

    :raises InvitationAnswered: if the invited organisation said yes or no, also where it left afterwards.
    :raises InvitationTakenBack: if the host asks no longer.
    :raises InvitationOld: if it is older than 14 days.
    """
    require_unanswered(cohost)
    if cohost.expires_at <= now():
        raise InvitationOld


def require_unanswered(cohost: CoHost) -> None:
    """The same of one that may be old: whoever says no to it says nothing wrong (0 queries)."""
    if cohost.standing == Standing.REMOVED:
        raise InvitationTakenBack
    if cohost.standing != Standing.INVITED:
        raise InvitationAnswered
