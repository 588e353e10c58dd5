"""Who calls to a bloc, and what each organisation may do about it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from groundswell.blocs import callers, operations
from groundswell.blocs.access import called_bloc, caller_for
from groundswell.blocs.errors import (
    AlreadyCalled,
    BlocCancelled,
    CallsAlready,
    EventCancelled,
    EventOver,
    Founding,
    InvitationOld,
    NotInvited,
    SaidNo,
    TakenOff,
)
from groundswell.blocs.models import Bloc, Caller
from groundswell.blocs.queries import called_ahead, callers_of, calls_for, everybody_asked
from groundswell.events import operations as events
from groundswell.groups.access import STAND, Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def union() -> Group:
    """An organisation that is asked to call as well."""
    return made_up.root(made_up.organisation("union", "The Union"))


@pytest.fixture
def ally(union: Group) -> Actor:
    return made_up.actor(union, email="ally@example.org")


def names(bloc: Bloc) -> list[str]:
    return [one.organisation.name for one in callers_of(bloc.id)]


def test_who_is_asked_accepts_as_themselves_and_withdraws(
    caller: Actor, ally: Actor, union: Group, bloc: Bloc
) -> None:
    asked = callers.invite(caller, bloc=bloc, group=union)
    assert names(bloc) == ["The Wing"]
    assert [one.status for one in everybody_asked(bloc.id)] == ["accepted", "invited"]
    assert list(calls_for(ally)) == list(calls_for(made_up.SYSTEM)) == [asked]
    with pytest.raises(NotFound):
        called_bloc(ally, bloc.id)
    with pytest.raises(NotFound):
        callers.accept(caller, caller=asked)
    callers.accept(ally, caller=asked)
    assert names(bloc) == ["The Wing", "The Union"]
    assert called_bloc(ally, bloc.id) == bloc
    with pytest.raises(CallsAlready):
        callers.accept(ally, caller=asked)
    with pytest.raises(AlreadyCalled):
        callers.invite(caller, bloc=bloc, group=union)
    callers.withdraw(ally, caller=asked)
    assert names(bloc) == ["The Wing"]
    with pytest.raises(NotFound):
        called_bloc(ally, bloc.id)
    with pytest.raises(SaidNo):
        callers.withdraw(ally, caller=asked)
    with pytest.raises(SaidNo):
        callers.accept(ally, caller=asked)
    with pytest.raises(NotInvited):
        callers.remove(caller, bloc=bloc, caller=asked)
    assert callers.invite(caller, bloc=bloc, group=union) == asked
    callers.remove(caller, bloc=bloc, caller=asked)
    for answer in (callers.accept, callers.withdraw):
        with pytest.raises(TakenOff):
            answer(ally, caller=asked)
    verbs = Entry.objects.filter(organisation_id=union.organisation_id, object_id=bloc.id).order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == ["blocs.accept_call", "blocs.withdraw_call"]


def test_the_founding_one_removes_and_the_next_request_finds_nothing(
    caller: Actor, ally: Actor, union: Group, bloc: Bloc
) -> None:
    asked = callers.accept(ally, caller=callers.invite(caller, bloc=bloc, group=union))
    assert caller_for(ally, asked.id) == asked
    with pytest.raises(NotFound):
        callers.remove(ally, bloc=bloc, caller=asked)
    callers.remove(caller, bloc=bloc, caller=asked)
    for look in (lambda: called_bloc(ally, bloc.id), lambda: caller_for(ally, asked.id)):
        with pytest.raises(NotFound):
            look()
    assert list(calls_for(ally)) == []
    with pytest.raises(NotFound):
        caller_for(ally, uuid7())
    with pytest.raises(NotFound):
        caller_for(caller, callers.invite(caller, bloc=bloc, group=union).id)


def test_the_founding_one_stays(caller: Actor, bloc: Bloc) -> None:
    [own] = callers_of(bloc.id)
    with pytest.raises(Founding):
        callers.withdraw(caller, caller=own)
    with pytest.raises(Founding):
        callers.remove(caller, bloc=bloc, caller=own)


def test_nobody_is_asked_to_a_bloc_of_a_cancelled_event(caller: Actor, union: Group, bloc: Bloc) -> None:
    events.cancel(made_up.SYSTEM, event=bloc.event)
    with pytest.raises(EventCancelled):
        callers.invite(caller, bloc=bloc, group=union)


def test_nothing_is_called_to_that_is_off_or_over(caller: Actor, ally: Actor, union: Group, bloc: Bloc) -> None:
    asked = callers.invite(caller, bloc=bloc, group=union)
    with time_machine.travel(bloc.event.closes_at), pytest.raises(EventOver):
        callers.accept(ally, caller=asked)
    with transaction.atomic():
        operations.cancel(caller, bloc=bloc)
        with pytest.raises(BlocCancelled):
            callers.accept(ally, caller=asked)
        transaction.set_rollback(True)
    events.cancel(made_up.SYSTEM, event=bloc.event)
    with pytest.raises(EventCancelled):
        callers.accept(ally, caller=asked)
    assert callers.withdraw(ally, caller=asked).status == "withdrawn"


def test_an_invitation_grows_old_and_can_be_made_anew(
    caller: Actor, ally: Actor, union: Group, wing: Group
) -> None:
    bloc = made_up.bloc(wing, made_up.event(wing, day=made_up.in_days(60)))
    asked = callers.invite(caller, bloc=bloc, group=union)
    with time_machine.travel(asked.expires_at, tick=False):
        with pytest.raises(InvitationOld):
            callers.accept(ally, caller=asked)
        assert callers.accept(ally, caller=callers.invite(caller, bloc=bloc, group=union)).status == "accepted"
    with time_machine.travel(asked.expires_at + timedelta(days=14)), pytest.raises(AlreadyCalled):
        callers.invite(caller, bloc=bloc, group=union)


def test_who_is_steward_at_this_one_event_sees_its_bloc_and_no_other(wing: Group) -> None:
    here, there = (made_up.event(wing, title=title) for title in ("Here", "There"))
    bloc, other = made_up.bloc(wing, here, name="Bloc here"), made_up.bloc(wing, there, name="Bloc there")
    soon = now() + timedelta(hours=48)
    stewards = [
        made_up.actor(wing, made_up.STEWARD, "sam@example.org", event_id=here.id),
        made_up.actor(wing, made_up.STEWARD, "kim@example.org", event_id=here.id, contact=True, ends_at=soon),
    ]
    for steward in stewards:
        assert called_bloc(steward, bloc.id, STAND) == bloc
        with pytest.raises(NotFound):
            called_bloc(steward, other.id, STAND)
    viewer = made_up.actor(wing, made_up.VIEWER, "vi@example.org", event_id=here.id)
    with pytest.raises(NotAllowed):
        called_bloc(viewer, bloc.id, STAND)


def test_a_role_that_is_too_low_is_told_so(
    caller: Actor, ally: Actor, union: Group, wing: Group, bloc: Bloc
) -> None:
    callers.accept(ally, caller=callers.invite(caller, bloc=bloc, group=union))
    for group, email in ((union, "u@example.org"), (wing, "w@example.org")):
        viewer = made_up.actor(group, made_up.VIEWER, email)
        assert called_bloc(viewer, bloc.id) == bloc
        with pytest.raises(NotAllowed):
            called_bloc(viewer, bloc.id, made_up.STEWARD)
    with pytest.raises(NotFound):
        called_bloc(ally, uuid7())
    with pytest.raises(NotFound):
        operations.change(ally, bloc=bloc, details=made_up.bloc_details())
    assert Caller.objects.count() == 2


def test_what_lies_ahead_is_what_one_calls_to() -> None:
    host, ally = (made_up.root(made_up.organisation(slug, slug)) for slug in ("hosts", "allies"))
    event = made_up.event(host)
    bloc, off = made_up.bloc(host, event), made_up.bloc(host, event, name="Off")
    operations.cancel(made_up.SYSTEM, bloc=off)
    theirs = made_up.actor(ally)
    assert list(called_ahead(theirs)) == []
    made_up.call_together(bloc, ally.organisation)
    assert list(called_ahead(theirs)) == list(called_ahead(made_up.SYSTEM)) == [bloc]
