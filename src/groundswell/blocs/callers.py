"""Who calls to a bloc: organisations are asked by the founding one, and answer as themselves."""

from collections.abc import Mapping

from django.db import transaction

from groundswell.blocs.errors import (
    AlreadyCalled,
    BlocCancelled,
    CallsAlready,
    Founding,
    InvitationOld,
    NotInvited,
    SaidNo,
    TakenOff,
)
from groundswell.blocs.models import Bloc, Caller, Status, two_weeks
from groundswell.blocs.operations import locked, renew, require_ahead
from groundswell.groups.access import ORGANISER, Actor
from groundswell.groups.models import Group
from groundswell.groups.queries import organisers_of
from groundswell.kit.clock import now
from groundswell.ledger.operations import record
from groundswell.outbox import operations as outbox

ASKED_MAIL = "blocs.asked"
ACCEPTED_MAIL = "blocs.accepted"
DECLINED_MAIL = "blocs.declined"
LEFT_MAIL = "blocs.left"
REMOVED_MAIL = "blocs.removed"
LIVE = [Caller.Status.INVITED, Caller.Status.ACCEPTED]


@transaction.atomic
def invite(actor: Actor, *, bloc: Bloc, group: Group) -> Caller:
    """Ask another organisation to call to the bloc as well; ``group`` is its root group (7 queries).

    Who organises it gets a mail; the invitation stands for two weeks.

    :raises NotFound: if the bloc is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that founded it.
    :raises AlreadyCalled: if it calls already, or is asked to.
    :raises BlocCancelled, EventCancelled, EventOver: if there is nothing to call to.
    """
    bloc = locked(actor, bloc)
    caller = Caller.objects.filter(bloc=bloc, organisation_id=group.organisation_id).first()
    if caller is None:
        caller = Caller(bloc=bloc, organisation_id=group.organisation_id)
    elif _stands(caller):
        raise AlreadyCalled
    caller.group, caller.status, caller.expires_at = group, Caller.Status.INVITED, two_weeks()
    caller.save()
    record(
        organisation_id=bloc.organisation_id,
        actor=actor.id,
        verb="blocs.invite_caller",
        object_id=bloc.id,
        caller=str(caller.id),
    )
    outbox.write_to(organisers_of(caller.group, but=actor.id), kind=ASKED_MAIL, subject=caller.id)
    return caller


def _stands(caller: Caller) -> bool:
    return caller.status == Caller.Status.ACCEPTED or (caller.status in LIVE and caller.expires_at > now())


@transaction.atomic
def accept(actor: Actor, *, caller: Caller) -> Caller:
    """Call to a bloc, as an organisation that was asked to; who organises it gets a mail (7 queries).

    :raises NotFound: if the invitation is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of that organisation.
    :raises CallsAlready, SaidNo, TakenOff: if it was answered or taken back.
    :raises BlocCancelled, EventCancelled, EventOver: if there is nothing to call to any more.
    :raises InvitationOld: if it is older than two weeks.
    """
    return _answer(actor, caller, [Caller.Status.INVITED], Caller.Status.ACCEPTED, "blocs.accept_call")


@transaction.atomic
def withdraw(actor: Actor, *, caller: Caller) -> Caller:
    """Say no to an invitation, or call no longer; who organises the bloc gets a mail (7 queries).

    :raises NotFound: if the call is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of that organisation.
    :raises Founding: for the organisation that founded the bloc.
    :raises SaidNo, TakenOff: if it was withdrawn or taken back.
    """
    return _answer(actor, caller, LIVE, Caller.Status.WITHDRAWN, "blocs.withdraw_call")


_OVER: Mapping[str, type[NotInvited]] = {
    Caller.Status.ACCEPTED: CallsAlready,
    Caller.Status.WITHDRAWN: SaidNo,
    Caller.Status.REMOVED: TakenOff,
}


def _answer(actor: Actor, caller: Caller, before: list[Caller.Status], after: Caller.Status, verb: str) -> Caller:
    actor.require(ORGANISER, caller.group_id)
    related = ("bloc__event", "bloc__group")
    found = Caller.objects.select_for_update(of=("self",)).select_related(*related).get(pk=caller.pk)
    if found.organisation_id == found.bloc.organisation_id:
        raise Founding
    if found.status not in before:
        raise _OVER[found.status]
    if after == Caller.Status.ACCEPTED:
        _require_open(found)
    mail = _mail_about(found, after)
    found.status = after
    found.save(update_fields=["status"])
    record(organisation_id=found.organisation_id, actor=actor.id, verb=verb, object_id=found.bloc.id)
    outbox.write_to(organisers_of(found.bloc.group, but=actor.id), kind=mail, subject=found.id)
    renew(found.bloc)
    return found


def _mail_about(caller: Caller, after: Caller.Status) -> str:
    if after == Caller.Status.ACCEPTED:
        return ACCEPTED_MAIL
    return LEFT_MAIL if caller.status == Caller.Status.ACCEPTED else DECLINED_MAIL


def _require_open(caller: Caller) -> None:
    if caller.bloc.status == Status.CANCELLED:
        raise BlocCancelled
    require_ahead(caller.bloc.event)
    if caller.expires_at <= now():
        raise InvitationOld


@transaction.atomic
def remove(actor: Actor, *, bloc: Bloc, caller: Caller) -> Caller:
    """Take another organisation off the bloc, or its invitation back (4 queries, 7 if it called).

    Who organises it gets a mail, unless it had not answered yet.

    :raises NotFound: if the bloc is none of the actor's.
    :raises NotAllowed: unless the actor is an organiser of the group that founded it.
    :raises Founding: for the organisation that founded it.
    :raises NotInvited: if it calls no longer.
    """
    actor.require(ORGANISER, bloc.group_id)
    found = Caller.objects.select_for_update(of=("self",)).select_related("group").get(pk=caller.pk, bloc=bloc)
    if found.organisation_id == bloc.organisation_id:
        raise Founding
    if found.status not in LIVE:
        raise NotInvited
    if found.status == Caller.Status.ACCEPTED:
        outbox.write_to(organisers_of(found.group, but=actor.id), kind=REMOVED_MAIL, subject=found.id)
    found.status = Caller.Status.REMOVED
    found.save(update_fields=["status"])
    record(
        organisation_id=bloc.organisation_id,
        actor=actor.id,
        verb="blocs.remove_caller",
        object_id=bloc.id,
        caller=str(found.id),
    )
    renew(bloc)
    return found
