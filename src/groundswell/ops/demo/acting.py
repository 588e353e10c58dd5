"""What people of the demo do: forms that are read as front reads them, and carried out as settling does."""

from uuid import UUID

from groundswell.intake import kinds
from groundswell.intake.kinds import Action
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7


def act(kind: str, organisation_id: UUID, forms: list[tuple[UUID, dict[str, str], str]]) -> None:
    """Send forms, each with what it is about and the share link by which somebody came."""
    known = kinds.named(kind)
    actions = [
        Action(
            id=uuid7(),
            kind=kind,
            organisation_id=organisation_id,
            subject=subject,
            payload=known.parse(form),
            received_at=now(),
            via=via,
        )
        for subject, form, via in forms
    ]
    refused = known.settle(organisation_id, actions)
    assert not refused, refused
