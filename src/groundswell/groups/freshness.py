"""How long ago somebody proved that it is them: what is grave is done only soon after."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from groundswell.kit.clock import now

FRESH = timedelta(minutes=15)
"""For so long after signing in, or proving it once more, nobody is asked again."""


def fresh_until(records: Sequence[Mapping[str, object]]) -> datetime | None:
    """Until when a sign-in counts as fresh; None where it does not any more, or never did (0 queries).

    ``records`` are allauth's, of a session: when its account proved who it is, and how. For an approval by a
    second person, this is what to ask of them.
    """
    if not records:
        return None
    until = datetime.fromtimestamp(float(str(records[-1]["at"])), UTC) + FRESH
    return until if until > now() else None
