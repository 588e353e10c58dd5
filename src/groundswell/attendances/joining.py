"""Joining a bloc: one answer, to the bloc and to the event around it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from groundswell.attendances.answers import Answer, payload_of, read_answer, within
from groundswell.attendances.operations import explain, take
from groundswell.blocs.errors import BlocCancelled
from groundswell.blocs.models import Bloc, Status
from groundswell.blocs.queries import called_by
from groundswell.groups.errors import NotFound
from groundswell.intake.kinds import Action, Refused


def join(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
    """Record answers given on a bloc's page of an organisation that calls to it: they are answers to its event.

    So nobody counts twice: who answered before on the same organisation's page of the event keeps that one answer,
    and comes with the bloc once their mailbox says yes. Refuses (NotFound) what is to a bloc that is unknown, a
    draft, or not called by the organisation, and (BlocCancelled) what came too late for it, with a mail that says
    so; all else as :func:`groundswell.attendances.operations.attend` does. Queries: 1, and those of it.
    """
    blocs = called_by(organisation_id, {action.subject for action in actions})
    refused = [refusal for action in actions if (refusal := _refusal(action, blocs))]
    codes = {refusal.action: refusal.code for refusal in refused}
    late = [_inside(action, blocs) for action in actions if codes.get(action.id) == BlocCancelled.code]
    explain(organisation_id, late)
    joined = [_inside(action, blocs) for action in actions if action.id not in codes]
    return [*refused, *(take(organisation_id, joined) if joined else [])]


def _refusal(action: Action, blocs: Mapping[UUID, Bloc]) -> Refused | None:
    bloc = blocs.get(action.subject)
    if bloc is None:
        return Refused.because(action, NotFound)
    return Refused.because(action, BlocCancelled) if bloc.status == Status.CANCELLED else None


def _inside(action: Action, blocs: Mapping[UUID, Bloc]) -> tuple[Action, Answer]:
    """The action as one on the bloc's event, with the bloc in its payload until it is confirmed."""
    bloc = blocs[action.subject]
    answer = within(read_answer(action.payload), bloc.id)
    return replace(action, subject=bloc.event_id, payload=payload_of(answer)), answer
