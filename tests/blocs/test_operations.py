"""Calling blocs, changing, publishing and cancelling them."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from time_machine import TimeMachineFixture

from groundswell.blocs import operations
from groundswell.blocs.access import bloc_for
from groundswell.blocs.details import Coach, Held, Looks, details_of
from groundswell.blocs.errors import (
    BlocCancelled,
    ChangedMeanwhile,
    EventCancelled,
    EventNotPublished,
    EventOver,
    NotADraft,
    NotPublished,
)
from groundswell.blocs.models import Bloc, PickUp, Steward
from groundswell.blocs.queries import (
    blocs_for,
    is_elsewhere,
    pick_ups_of,
    public_bloc,
    stewards_of,
)
from groundswell.blocs.upkeep import forget_stewards
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.intake.models import Touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


def tags() -> set[str]:
    found = set(Touch.objects.values_list("tag", flat=True))
    Touch.objects.all().delete()
    return found


def test_from_a_draft_to_the_end(caller: Actor, wing: Group, march: Event) -> None:
    bloc = operations.call(caller, group=wing, event=march, details=made_up.bloc_details())
    assert (bloc.status, bloc.slug, bloc.organisation_id) == ("draft", "red-bloc", wing.organisation_id)
    with pytest.raises(NotFound):
        public_bloc(bloc.slug)
    with pytest.raises(NotPublished):
        operations.cancel(caller, bloc=bloc)
    tags()
    bloc = operations.publish(caller, bloc=bloc)
    renewed = {f"bloc:{bloc.id}", f"event:{march.id}:blocs"}
    assert tags() == renewed
    assert public_bloc(bloc.slug).event == march
    with pytest.raises(NotADraft):
        operations.publish(caller, bloc=bloc)
    bloc = operations.change(caller, bloc=bloc, details=made_up.bloc_details(name="Blue bloc"), seen=0)
    assert (bloc.name, bloc.slug, bloc.version) == ("Blue bloc", "red-bloc", 1)
    assert tags() == renewed
    bloc = operations.cancel(caller, bloc=bloc)
    assert (bloc.status, bloc.position, tags()) == ("cancelled", None, renewed)
    assert public_bloc(bloc.slug).status == "cancelled"
    for verb in (operations.publish, operations.cancel):
        with pytest.raises(BlocCancelled):
            verb(caller, bloc=bloc)
    written = Entry.objects.filter(object_id=bloc.id).order_by("id").values_list("verb", "organisation_id")
    verbs = ("blocs.call", "blocs.publish", "blocs.change", "blocs.cancel")
    assert list(written) == [(verb, wing.organisation_id) for verb in verbs]


def test_what_was_opened_before_somebody_else_saved_is_not_saved(caller: Actor, bloc: Bloc) -> None:
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(text="New"), seen=0)
    with pytest.raises(ChangedMeanwhile):
        operations.change(caller, bloc=bloc, details=made_up.bloc_details(text="Other"), seen=0)
    assert operations.change(caller, bloc=bloc, details=made_up.bloc_details()).version == 2


def test_a_coach_that_stays_keeps_its_row_and_another_blocs_row_is_out_of_reach(
    caller: Actor, wing: Group, bloc: Bloc, march: Event
) -> None:
    [station] = pick_ups_of(bloc.id)
    [foreign] = pick_ups_of(made_up.bloc(wing, march, name="Other").id)
    coach = details_of(bloc).pick_ups[0]
    coaches = (Coach(where="Hull", seats=20), replace(coach, seats=60), replace(coach, where="Again"))
    stolen = Coach(where="Stolen", seats=1, id=foreign.id)
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(pick_ups=(*coaches, stolen)))
    rows = pick_ups_of(bloc.id)
    assert [(row.where, row.seats) for row in rows] == [
        ("Hull", 20),
        ("Riverside station", 60),
        ("Again", 49),
        ("Stolen", 1),
    ]
    assert rows[1].id == station.id
    assert len({row.id for row in rows} - {foreign.id}) == 4
    foreign.refresh_from_db()
    assert foreign.where == "Riverside station"
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(pick_ups=()))
    assert list(PickUp.objects.values_list("bloc", flat=True)) == [foreign.bloc_id]


def test_stewards_are_those_who_are_named_last(caller: Actor, bloc: Bloc) -> None:
    named = (Looks(name="Chris", phone="1"), Looks(name="Dee", section="Drums"), Looks(name="  "))
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(stewards=named))
    assert [(one.name, one.section) for one in stewards_of(bloc.id)] == [("Chris", ""), ("Dee", "Drums")]
    before = {one.id for one in stewards_of(bloc.id)}
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(stewards=named, text="New"))
    assert {one.id for one in stewards_of(bloc.id)} == before


def test_no_bloc_in_an_event_that_does_not_lie_ahead(
    caller: Actor, wing: Group, bloc: Bloc, march: Event, time_machine: TimeMachineFixture
) -> None:
    events.cancel(made_up.SYSTEM, event=march)
    march.refresh_from_db()
    with pytest.raises(EventCancelled, match="cancelled"):
        operations.call(caller, group=wing, event=march, details=made_up.bloc_details())
    with pytest.raises(EventCancelled):
        operations.change(caller, bloc=bloc, details=made_up.bloc_details())
    other = made_up.event(march.group)
    time_machine.move_to(other.closes_at)
    with pytest.raises(EventOver):
        operations.call(caller, group=wing, event=other, details=made_up.bloc_details())
    events.close_over()
    other.refresh_from_db()
    with pytest.raises(EventOver):
        operations.call(caller, group=wing, event=other, details=made_up.bloc_details())


def test_a_draft_of_somebody_elses_is_not_there_and_in_an_own_one_nothing_is_published(
    caller: Actor, host: Actor, wing: Group, assembly: Group
) -> None:
    draft = made_up.draft(assembly)
    with pytest.raises(NotFound):
        operations.call(caller, group=wing, event=draft, details=made_up.bloc_details())
    own = operations.call(host, group=assembly, event=draft, details=made_up.bloc_details())
    with pytest.raises(EventNotPublished):
        operations.publish(host, bloc=own)
    events.publish(host, event=draft)
    shown = operations.publish(host, bloc=own)
    events.withdraw(host, event=draft)
    with pytest.raises(NotFound):
        public_bloc(shown.slug)


def test_it_is_for_organisers_and_to_others_it_is_not_there(
    wing: Group, host: Actor, bloc: Bloc, march: Event
) -> None:
    viewer = made_up.actor(wing, made_up.VIEWER, "viewer@example.org")
    for actor, refusal in ((viewer, NotAllowed), (host, NotFound)):
        with pytest.raises(refusal):
            operations.call(actor, group=wing, event=march, details=made_up.bloc_details())
        with pytest.raises(refusal):
            operations.change(actor, bloc=bloc, details=made_up.bloc_details())
        with pytest.raises(refusal):
            bloc_for(actor, bloc.id, made_up.ORGANISER)
    assert bloc_for(viewer, bloc.id) == bloc
    assert list(blocs_for(viewer)) == list(blocs_for(made_up.SYSTEM)) == [bloc]
    assert list(blocs_for(host)) == []
    with pytest.raises(NotFound):
        bloc_for(viewer, uuid7())


def test_addresses_are_never_the_same(caller: Actor, wing: Group, march: Event) -> None:
    slugs = [
        operations.call(caller, group=wing, event=march, details=made_up.bloc_details()).slug for _ in range(3)
    ]
    assert slugs[:2] == ["red-bloc", f"red-bloc-{march.day:%Y-%m-%d}"]
    assert slugs[2].startswith("red-bloc-")
    assert len(set(slugs)) == 3


def test_an_event_elsewhere_becomes_one_of_ones_own(caller: Actor, wing: Group) -> None:
    details = made_up.details(title="Their march", kind="demonstration", starts=time(12))
    bloc = operations.call_elsewhere(
        caller,
        group=wing,
        event=details,
        held=Held(host=" Somebody  else ", url="https://example.org/march"),
        details=made_up.bloc_details(),
    )
    held = is_elsewhere(bloc.event_id)
    assert held is not None
    assert (held.host, bloc.event.status, bloc.event.organisation_id) == (
        "Somebody else",
        "published",
        wing.organisation_id,
    )
    assert is_elsewhere(made_up.event(wing).id) is None


@pytest.mark.parametrize(
    ("held", "field"),
    [(Held(host=" "), "host"), (Held(host="x" * 141), "host"), (Held(host="They", url="javascript:1"), "url")],
)
def test_an_event_elsewhere_has_a_host_and_a_real_address(
    caller: Actor, wing: Group, held: Held, field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        operations.call_elsewhere(
            caller, group=wing, event=made_up.details(), held=held, details=made_up.bloc_details()
        )
    assert set(refused.value.errors) == {field}
    assert not Event.objects.exists()


def test_stewards_are_forgotten_a_week_after(bloc: Bloc, time_machine: TimeMachineFixture) -> None:
    assert forget_stewards() == 0
    time_machine.move_to(bloc.event.closes_at + timedelta(days=7, minutes=1))
    assert (forget_stewards(), forget_stewards()) == (1, 0)
    assert not Steward.objects.exists()
    assert Entry.objects.get(verb="blocs.forget_stewards").detail == {"forgotten": 1}
    assert now() > bloc.event.closes_at


def test_what_is_not_changed_is_not_written_anew(caller: Actor, bloc: Bloc) -> None:
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(pick_ups=(Coach(where="Station", seats=4),)))
    before = PickUp.objects.get(bloc=bloc)
    operations.change(caller, bloc=bloc, details=replace(details_of(bloc), text="New"))
    assert PickUp.objects.get(bloc=bloc) == before
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(pick_ups=()))
    operations.change(caller, bloc=bloc, details=made_up.bloc_details(pick_ups=(), text="Newer"))
    assert not PickUp.objects.filter(bloc=bloc).exists()
