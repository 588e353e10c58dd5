"""What the ledger says of notices."""

from groundswell.attendances.models import Notice
from groundswell.groups.access import Actor
from groundswell.ledger.operations import record


def record_notice(actor: Actor | None, notice: Notice, *, verb: str) -> None:
    """Write into the ledger who did what about a notice, or that it was done by itself (1 query)."""
    record(
        organisation_id=notice.organisation_id,
        actor=actor.id if actor else None,
        verb=verb,
        object_id=notice.bloc_id or notice.event_id,
        kind=str(notice.kind),
    )
