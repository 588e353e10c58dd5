"""Who calls: a token, which acts for one organisation. Cookies mean nothing here."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from groundswell.api import limits
from groundswell.groups.access import Actor, actor_for_token
from groundswell.groups.queries import live_token
from groundswell.kit.logs import note
from groundswell.kit.scope import confine


@dataclass(frozen=True)
class Caller:
    """The actor that a token stands for, and the one organisation that it is good for."""

    actor: Actor
    organisation_id: UUID


class Token(HttpBearer):
    """``Authorization: Bearer …`` with a token from ``./groundswell manage token`` (2 queries).

    :raises TooOften: if the token has used up its minute.
    """

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        found = live_token(token)
        if found is None:
            return None
        note(organisation=found.organisation_id)
        confine([found.organisation_id])
        request.allowance = limits.ALLOWANCE.spend(found.id)  # type: ignore[attr-defined]
        return Caller(actor_for_token(found), found.organisation_id)


def caller(request: HttpRequest) -> Caller:
    """Who calls the operation at hand; it has been let in before."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found
