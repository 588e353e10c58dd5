"""The only way to a bloc in the back office."""

from uuid import UUID

from groundswell.blocs.models import Bloc, Caller
from groundswell.groups.access import SEE, Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.roles import May, Role
from groundswell.kit.logs import note


def bloc_for(actor: Actor, bloc_id: UUID, what: Role | May = SEE) -> Bloc:
    """The bloc, for an actor with the role in the group that founded it (1 query).

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    bloc = _bloc(bloc_id)
    actor.require(what, bloc.group_id)
    note(organisation=bloc.organisation_id)
    return bloc


def called_bloc(actor: Actor, bloc_id: UUID, what: Role | May = SEE) -> Bloc:
    """The bloc, for an actor who may this in a group that founded it or calls to it (1 query, or 2).

    A role at the very event counts, where it is that group's. An organisation that is only invited, has withdrawn
    or was removed is none of them.

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    bloc = _bloc(bloc_id)
    event = bloc.event_id
    if not actor.may(what, bloc.group_id, event):
        callers = Caller.objects.filter(bloc=bloc, status=Caller.Status.ACCEPTED)
        groups = [bloc.group_id, *callers.values_list("group_id", flat=True)]
        if not any(actor.may(what, group, event) for group in groups):
            raise NotAllowed if any(actor.may(SEE, group, event) for group in groups) else NotFound
    note(organisation=bloc.organisation_id)
    return bloc


def calling_for(actor: Actor, bloc_id: UUID, what: Role | May = SEE, slug: str = "") -> Caller:
    """The side of a bloc of an organisation that calls to it, for an actor who may this in its group (1 query).

    Of several that are theirs the one that called first, or the one that ``slug`` names.

    :raises NotFound: if there is none, or it is none of theirs.
    :raises NotAllowed: if their role is too low.
    """
    related = ("bloc__event", "bloc__organisation", "organisation", "group")
    calls = Caller.objects.select_related(*related).filter(bloc_id=bloc_id, status=Caller.Status.ACCEPTED)
    calls = calls.filter(organisation__slug=slug) if slug else calls
    seen = [one for one in calls.order_by("created_at", "id") if actor.may(SEE, one.group_id)]
    for one in seen:
        if actor.may(what, one.group_id):
            note(organisation=one.organisation_id)
            return one
    raise NotAllowed if seen else NotFound


def caller_for(actor: Actor, caller_id: UUID, what: Role | May = SEE) -> Caller:
    """An organisation's own call to a bloc, or its invitation to one, for an actor with the role there (1 query).

    :raises NotFound: if there is none, or it is none of theirs, or it was removed.
    :raises NotAllowed: if their role is too low.
    """
    calls = Caller.objects.select_related("bloc__event", "bloc__organisation", "organisation", "group")
    caller = calls.filter(id=caller_id).exclude(status=Caller.Status.REMOVED).first()
    if caller is None:
        raise NotFound
    actor.require(what, caller.group_id)
    note(organisation=caller.organisation_id)
    return caller


def _bloc(bloc_id: UUID) -> Bloc:
    blocs = Bloc.objects.select_related("organisation", "group", "event__organisation", "event__elsewhere")
    bloc = blocs.filter(id=bloc_id).first()
    if bloc is None:
        raise NotFound
    return bloc
