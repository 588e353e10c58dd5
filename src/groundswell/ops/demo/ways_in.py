"""Signing in as one organisation of the demo, to see what it sees and what it does not."""

from dataclasses import dataclass

from django.db import transaction

from groundswell.groups.access import OWNER, SYSTEM
from groundswell.groups.granting import Terms, grant
from groundswell.groups.queries import account_by_email, organisation_by_slug, root_group
from groundswell.ops.demo.facts import BODIES, Body


@dataclass(frozen=True)
class WayIn:
    """An account that owns one organisation and nothing else."""

    name: str
    email: str


@transaction.atomic
def ways_in() -> list[WayIn]:
    """The accounts of the demo's organisations that were made by this call; a second one makes none."""
    return [_made(body) for body in BODIES if account_by_email(_email(body)) is None]


def _made(body: Body) -> WayIn:
    group = root_group(organisation_by_slug(body.slug).id)
    grant(SYSTEM, group=group, email=_email(body), terms=Terms(role=OWNER), name=f"Organiser of {body.name}")
    return WayIn(body.name, _email(body))


def _email(body: Body) -> str:
    # Where no mail ever arrives (RFC 2606).
    return f"{body.slug}@groundswell.invalid"
