"""The order of march: asked for by a bloc, given and arranged by the event's host."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groundswell.blocs import operations
from groundswell.blocs.details import Held
from groundswell.blocs.errors import EventCancelled, HasAPlace, NoHostHere, NotAsked, NotPublished
from groundswell.blocs.march import ask_for_place, grant_place, move, refuse_place
from groundswell.blocs.models import Bloc
from groundswell.blocs.queries import asked_in, shown_in, standing_of
from groundswell.blocs.words import gathers, gathers_iso, state, told, walks
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.intake.models import Touch
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(wing: Group, march: Event) -> list[Bloc]:
    return [made_up.bloc_in_march(wing, march, name=name) for name in ("A", "B", "C")]


def order(march: Event) -> str:
    return "".join(bloc.name for bloc in shown_in(march.id))


def test_it_is_asked_for_and_granted(caller: Actor, host: Actor, bloc: Bloc, march: Event) -> None:
    assert standing_of(bloc) is None
    asked = ask_for_place(caller, bloc=bloc)
    assert (asked.place, [one.asking for one in asked_in(Event.objects.all())]) == ("asked", [1])
    with pytest.raises(HasAPlace):
        ask_for_place(caller, bloc=bloc)
    with pytest.raises(NotFound):
        grant_place(caller, event=march, bloc_id=bloc.id)
    granted = grant_place(host, event=march, bloc_id=bloc.id)
    assert (granted.place, granted.position, asked_in(Event.objects.all())) == ("granted", 0, [])
    with pytest.raises(NotAsked):
        grant_place(host, event=march, bloc_id=bloc.id)
    written = Entry.objects.filter(verb__startswith="blocs.", object_id=bloc.id).order_by("id")
    assert list(written.values_list("verb", "organisation_id", "actor"))[-2:] == [
        ("blocs.ask_for_place", bloc.organisation_id, caller.id),
        ("blocs.grant_place", march.organisation_id, host.id),
    ]


def test_a_refusal_has_its_reason_and_one_may_ask_again(
    caller: Actor, host: Actor, bloc: Bloc, march: Event
) -> None:
    ask_for_place(caller, bloc=bloc)
    refused = refuse_place(host, event=march, bloc_id=bloc.id, reason="Too  late")
    assert (refused.place, refused.place_reason) == ("refused", "Too late")
    with pytest.raises(NotAsked):
        refuse_place(host, event=march, bloc_id=bloc.id, reason="")
    again = ask_for_place(caller, bloc=bloc)
    assert (again.place, again.place_reason) == ("asked", "")


def test_a_place_is_taken_back_and_the_others_close_up(host: Actor, march: Event, three: list[Bloc]) -> None:
    refuse_place(host, event=march, bloc_id=three[0].id, reason="No drums")
    standing = standing_of(Bloc.objects.get(id=three[1].id))
    assert standing is not None
    assert (standing.number, standing.of) == (1, 2)
    grant = ask_for_place(made_up.SYSTEM, bloc=three[0])
    assert (grant.place, order(march)) == ("granted", "BCA")


def test_a_hosts_own_bloc_asks_nobody(host: Actor, assembly: Group, march: Event) -> None:
    own = ask_for_place(host, bloc=made_up.bloc(assembly, march))
    assert own.place == "granted"


@pytest.mark.parametrize(
    ("which", "to", "after"), [(2, 1, "CAB"), (0, 3, "BCA"), (0, 99, "BCA"), (1, -5, "BAC"), (1, 2, "ABC")]
)
def test_moving_one_moves_the_others(
    host: Actor, march: Event, three: list[Bloc], which: int, to: int, after: str
) -> None:
    Touch.objects.all().delete()
    moved = move(host, event=march, bloc_id=three[which].id, to=to)
    assert order(march) == after
    assert [three["ABC".index(name)].id for name in after] == moved
    tags = set(Touch.objects.values_list("tag", flat=True))
    assert tags == (set() if after == "ABC" else {f"event:{march.id}:blocs"})


def test_only_the_host_arranges(caller: Actor, assembly: Group, march: Event, three: list[Bloc]) -> None:
    viewer = made_up.actor(assembly, made_up.VIEWER, "viewer@example.org")
    for actor, refusal in ((caller, NotFound), (viewer, NotAllowed)):
        with pytest.raises(refusal):
            move(actor, event=march, bloc_id=three[0].id, to=2)
        with pytest.raises(refusal):
            grant_place(actor, event=march, bloc_id=three[0].id)


def test_a_bloc_of_another_march_is_not_there(host: Actor, assembly: Group, wing: Group, march: Event) -> None:
    other = made_up.bloc_in_march(wing, made_up.event(assembly))
    for verb in (
        lambda: move(host, event=march, bloc_id=other.id, to=1),
        lambda: grant_place(host, event=march, bloc_id=other.id),
        lambda: refuse_place(host, event=march, bloc_id=uuid7(), reason=""),
    ):
        with pytest.raises(NotFound):
            verb()


def test_what_has_no_march_has_no_places(caller: Actor, host: Actor, wing: Group, march: Event) -> None:
    draft = made_up.bloc_draft(wing, march)
    with pytest.raises(NotPublished):
        ask_for_place(caller, bloc=draft)
    elsewhere = operations.call_elsewhere(
        caller, group=wing, event=made_up.details(), held=Held(host="They"), details=made_up.bloc_details()
    )
    with pytest.raises(NoHostHere):
        ask_for_place(caller, bloc=elsewhere)
    asked = ask_for_place(caller, bloc=operations.publish(caller, bloc=draft))
    events.cancel(host, event=march)
    with pytest.raises(EventCancelled):
        grant_place(host, event=march, bloc_id=asked.id)
    with pytest.raises(EventCancelled):
        move(host, event=march, bloc_id=asked.id, to=1)


def test_a_cancelled_bloc_leaves_its_place(caller: Actor, march: Event, three: list[Bloc]) -> None:
    operations.cancel(caller, bloc=three[0])
    assert order(march) == "BC"
    standing = standing_of(Bloc.objects.get(id=three[2].id))
    assert standing is not None
    assert (standing.number, standing.of, standing.before) == (2, 2, None)


def test_where_it_walks_is_said_in_words(wing: Group, march: Event) -> None:
    alone = made_up.bloc_in_march(wing, march, name="A")
    said = lambda bloc: walks(standing_of(bloc), bloc)  # noqa: E731
    assert said(alone) == "It is the only bloc in the order of march so far."
    others = [made_up.bloc_in_march(wing, march, name=name) for name in "BC"]
    assert said(alone) == "At the head of the march, first of 3 blocs."
    assert [said(bloc) for bloc in others] == [
        "Number 2 of 3, behind “A”.",
        "Number 3 of 3, the last, behind “B”.",
    ]
    assert said(made_up.bloc(wing, march, march="Behind the band")) == "Behind the band"


def test_when_it_gathers_is_said_in_words(wing: Group, march: Event) -> None:
    whole = made_up.bloc(wing, march)
    assert gathers(whole) == "Gather at 11.30 am, set off at 12.15 pm"
    assert gathers_iso(whole).startswith(f"{march.day}T11:30:00")
    early = made_up.bloc(wing, march, name="B", sets_off=None)
    assert gathers(early) == "Gather at 11.30 am"
    unknown = made_up.bloc(wing, march, name="C", gathers=None)
    assert (gathers(unknown), gathers_iso(unknown)) == ("Time to be announced", march.day.isoformat())


def test_what_has_changed_is_said(wing: Group, host: Actor, march: Event) -> None:
    bloc = made_up.bloc(wing, march)
    assert (told(bloc), state(bloc)) == ([], "published")
    bloc.event = events.change(host, event=march, details=made_up.details(day=made_up.in_days(9)))
    assert "The time has changed" in told(bloc)[0]
    off = operations.cancel(made_up.SYSTEM, bloc=bloc)
    assert (state(off), told(off)) == (
        "cancelled",
        ["This bloc is cancelled. “Stand in unity” takes place without it."],
    )
    bloc.event = events.cancel(host, event=march)
    assert "is cancelled, and with it this bloc" in told(bloc)[0]
    bloc.event.status = "over"
    assert (state(bloc), told(bloc)) == ("over", [])


def queries(look: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        look()
    return len(captured)


def test_two_hundred_blocs_are_as_many_queries_as_one(host: Actor, wing: Group, march: Event) -> None:
    first = made_up.bloc_in_march(wing, march, name="1")
    one = (
        queries(lambda: shown_in(march.id)),
        queries(lambda: standing_of(first)),
        queries(lambda: move(host, event=march, bloc_id=first.id, to=1)),
    )
    Bloc.objects.bulk_create(
        Bloc(
            organisation=wing.organisation,
            group=wing,
            event=march,
            slug=f"b-{number}",
            name=f"{number}",
            status="published",
            place="granted",
            position=number,
        )
        for number in range(1, 200)
    )
    last = Bloc.objects.order_by("-position")[0]
    assert (queries(lambda: shown_in(march.id)), queries(lambda: standing_of(first))) == one[:2]
    # Three more than where nothing moves: the rows, what is written down, what is touched; and a savepoint's two.
    assert queries(lambda: move(host, event=march, bloc_id=last.id, to=1)) <= one[2] + 5
    assert [bloc.id for bloc in shown_in(march.id)][:2] == [last.id, first.id]
