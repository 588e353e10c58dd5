"""Announcing events, changing, publishing and cancelling them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from time_machine import TimeMachineFixture

from groundswell.events import operations
from groundswell.events.access import event_for
from groundswell.events.errors import (
    ChangedMeanwhile,
    InThePast,
    NoCapacity,
    NotADraft,
    NotCancelled,
    NotOpen,
    StillAhead,
)
from groundswell.events.models import Event
from groundswell.events.programme import Speaking, set_programme
from groundswell.events.queries import (
    ahead_for,
    events_for,
    is_open,
    listed,
    past_for,
    programme_of,
    public_event,
    questions_of,
    upcoming,
)
from groundswell.events.questions import Asking, set_questions
from groundswell.events.series import begin_series
from groundswell.events.words import changes, place, when
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.groups.operations import create_campaign
from groundswell.intake.models import Touch
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def organiser(group: Group) -> Actor:
    return made_up.actor(group)


@pytest.fixture
def stranger() -> Actor:
    return made_up.actor(made_up.root(made_up.organisation("others", "Others")), made_up.OWNER, "max@example.org")


def tags() -> set[str]:
    found = set(Touch.objects.values_list("tag", flat=True))
    Touch.objects.all().delete()
    return found


def test_from_a_draft_to_the_end(group: Group, organiser: Actor, time_machine: TimeMachineFixture) -> None:
    event = operations.announce(organiser, group=group, details=made_up.details())
    assert (event.status, event.slug, is_open(event)) == ("draft", "stand-in-unity", False)
    tags()
    event = operations.publish(organiser, event=event)
    assert (event.status, is_open(event)) == ("published", True)
    renewed = {f"event:{event.id}", f"organisation:{event.organisation_id}", "events"}
    assert tags() == renewed
    event = operations.change(organiser, event=event, details=made_up.details(title="Stand together"))
    assert (event.title, event.slug, event.version) == ("Stand together", "stand-in-unity", 1)
    assert tags() == renewed
    assert operations.close_over() == 0
    time_machine.move_to(now() + timedelta(days=9))
    assert operations.close_over() == 1
    assert tags() == renewed
    assert Event.objects.get().status == "over"
    written = Entry.objects.filter(object_id=event.id).order_by("id").values_list("verb", "actor")
    assert list(written) == [
        ("events.announce", organiser.id),
        ("events.publish", organiser.id),
        ("events.change", organiser.id),
    ]


def test_two_rounds_do_not_close_an_event_twice(group: Group) -> None:
    assert operations._close(made_up.event(group)) == 0


def test_a_cancelled_event_stays_cancelled(group: Group, organiser: Actor) -> None:
    event = operations.cancel(organiser, event=made_up.event(group))
    assert (event.status, event.version) == ("cancelled", 1)
    for verb in (operations.cancel, operations.publish):
        with pytest.raises((NotOpen, NotADraft)):
            verb(organiser, event=event)
    with pytest.raises(NotOpen):
        operations.change(organiser, event=event, details=made_up.details())


def test_what_is_past_cannot_be_published(group: Group, organiser: Actor) -> None:
    with pytest.raises(InThePast):
        operations.publish(organiser, event=made_up.draft(group, day=made_up.in_days(-1)))


def test_a_change_is_made_on_what_was_seen(group: Group, organiser: Actor) -> None:
    event = made_up.event(group)
    operations.change(organiser, event=event, details=made_up.details(), seen=0)
    with pytest.raises(ChangedMeanwhile):
        operations.change(organiser, event=event, details=made_up.details(), seen=0)


def test_only_organisers_of_the_group_act(group: Group, stranger: Actor) -> None:
    viewer = made_up.actor(group, made_up.VIEWER, "vera@example.org")
    event = made_up.event(group)
    for actor, refusal in ((viewer, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refusal):
            operations.announce(actor, group=group, details=made_up.details())
        with pytest.raises(refusal):
            operations.change(actor, event=event, details=made_up.details())
        with pytest.raises(refusal):
            operations.publish(actor, event=event)
        with pytest.raises(refusal):
            operations.cancel(actor, event=event)
        with pytest.raises(refusal):
            event_for(actor, event.id, made_up.ORGANISER)
    assert event_for(viewer, event.id) == event
    with pytest.raises(NotFound):
        event_for(viewer, uuid7())


def test_a_campaign_of_another_organisation_is_none(group: Group, organiser: Actor) -> None:
    theirs = create_campaign(made_up.SYSTEM, organisation=made_up.organisation("others", "Others"), name="x")
    ours = create_campaign(made_up.SYSTEM, organisation=group.organisation, name="Rents down")
    event = operations.announce(organiser, group=group, details=made_up.details(), campaign=ours)
    assert event.campaign == ours
    with pytest.raises(InvalidFields):
        operations.announce(organiser, group=group, details=made_up.details(), campaign=theirs)
    with pytest.raises(InvalidFields):
        operations.change(organiser, event=event, details=made_up.details(), campaign=theirs)


def test_each_event_has_an_address_of_its_own(group: Group) -> None:
    slugs = [made_up.draft(group, day=date(2030, 5, 1)).slug for _ in range(3)]
    assert slugs[:2] == ["stand-in-unity", "stand-in-unity-2030-05-01"]
    assert slugs[2].startswith("stand-in-unity-")
    assert len(set(slugs)) == 3


def test_what_everybody_sees(group: Group) -> None:
    branch = made_up.branch(group)
    later, draft = made_up.event(group, day=made_up.in_days(9)), made_up.draft(group)
    sooner = made_up.event(branch, day=made_up.in_days(3))
    assert upcoming() == [sooner, later]
    assert upcoming(groups=[branch.id]) == [sooner]
    assert upcoming(limit=1) == [sooner]
    assert public_event(sooner.slug) == sooner
    for slug in (draft.slug, "nowhere"):
        with pytest.raises(NotFound):
            public_event(slug)


def test_what_the_desk_sees(group: Group, organiser: Actor, stranger: Actor) -> None:
    past, ahead = made_up.draft(group, day=made_up.in_days(-3)), made_up.event(group)
    assert list(events_for(organiser)) == [ahead, past]
    assert list(events_for(made_up.SYSTEM)) == [ahead, past]
    assert (list(ahead_for(organiser)), list(past_for(organiser))) == ([ahead], [past])
    assert list(events_for(stranger)) == []


def test_a_move_of_what_is_public_is_remembered(group: Group, organiser: Actor) -> None:
    def moved(event: Event, **facts: object) -> Event:
        return operations.change(organiser, event=event, details=made_up.details(**facts))

    assert moved(made_up.draft(group), day=made_up.in_days(8)).former == {}
    event = moved(made_up.event(group), title="Another title")
    assert (event.former, event.changed_at) == ({}, None)
    event = moved(event, day=made_up.in_days(8))
    event.refresh_from_db()
    assert changes(event) == [
        f"The time has changed. It was: {when(made_up.event(group)).date_long}, from 6.30 pm."
    ]
    assert event.changed_at is not None


HALL = {"venue_name": "Town Hall"}
TIME, PLACE = "The time has changed.", "The place has changed. It was: Riverside Hall."


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ([(8, {}), (8, HALL)], [TIME, PLACE]),
        ([(7, HALL), (8, HALL)], [TIME, PLACE]),
        ([(8, {}), (9, {})], [TIME]),
        ([(8, {}), (7, {})], []),
        ([(8, HALL), (7, HALL)], [PLACE]),
    ],
)
def test_each_of_time_and_place_is_told_until_it_is_back(
    group: Group, organiser: Actor, moves: list[tuple[int, dict[str, str]]], said: list[str]
) -> None:
    event = made_up.event(group, day=made_up.in_days(7))
    was = f" It was: {when(event).date_long}, from 6.30 pm."
    for number, (days, facts) in enumerate(moves, 1):
        details = made_up.details(day=made_up.in_days(days), **facts)
        event = operations.change(organiser, event=event, details=details)
        event.refresh_from_db()
        # Whoever was told of the one before hears of this one, also of the way back.
        assert event.former["version"] == number
    assert changes(event) == [sentence + was if sentence == TIME else sentence for sentence in said]


def test_another_link_is_told_without_the_link(group: Group, organiser: Actor) -> None:
    first, second = "https://meet.example.org/one", "https://meet.example.org/two"
    event = made_up.event(group)

    def becomes(link: str) -> list[str]:
        changed = operations.change(organiser, event=event, details=made_up.details(online_url=link))
        assert "example.org" not in str(changed.former)
        return changes(changed)

    assert becomes(first) == []
    assert becomes(second) == ["The link for taking part online has changed."]
    assert becomes("") == ["One cannot take part online any more."]
    assert becomes(first) == []


def test_co_ordinates_are_a_place(group: Group, organiser: Actor) -> None:
    event = made_up.event(group, venue_name="", latitude=56.7969, longitude=-5.0036)
    details = made_up.details(venue_name="", latitude=53.4794, longitude=-2.2453)
    event = operations.change(organiser, event=event, details=details)
    assert changes(event) == ["The place has changed. It was: Grid reference NN 166 712."]
    assert str(place(event)).startswith("Grid reference SJ 83")
    event = operations.change(organiser, event=event, details=replace(details, latitude=48.85, longitude=2.35))
    assert str(place(event)) == "48.85000, 2.35000"


def test_what_was_to_be_announced_has_not_moved(group: Group, organiser: Actor) -> None:
    event = made_up.event(group, starts=None, venue_name="")
    event = operations.change(organiser, event=event, details=made_up.details())
    assert event.former == {}


def test_a_draft_is_published_by_itself(group: Group, organiser: Actor, time_machine: TimeMachineFixture) -> None:
    event = made_up.draft(group)
    for at in (now(), event.closes_at):
        with pytest.raises(InvalidFields):
            operations.schedule(organiser, event=event, at=at)
    operations.schedule(organiser, event=event, at=now() + timedelta(hours=1))
    assert operations.publish_due() == 0
    time_machine.move_to(now() + timedelta(hours=2))
    assert operations.publish_due() == 1
    event.refresh_from_db()
    assert (event.status, event.publish_at) == ("published", None)
    with pytest.raises(NotADraft):
        operations.schedule(organiser, event=event, at=None)


def test_what_has_moved_into_the_past_is_not_published_by_itself(
    group: Group, organiser: Actor, time_machine: TimeMachineFixture
) -> None:
    event = operations.schedule(organiser, event=made_up.draft(group), at=now() + timedelta(hours=1))
    operations.change(organiser, event=event, details=made_up.details(day=made_up.in_days(-2)))
    time_machine.move_to(now() + timedelta(hours=2))
    assert (operations.publish_due(), operations.publish_due()) == (0, 0)
    assert Event.objects.get().publish_at is None


def test_what_was_called_off_takes_place_after_all(group: Group, organiser: Actor) -> None:
    event = made_up.event(group)
    with pytest.raises(NotCancelled):
        operations.reinstate(organiser, event=event)
    operations.cancel(organiser, event=event)
    again = operations.reinstate(organiser, event=event)
    assert (again.status, again.version) == ("published", 2)
    Event.objects.update(status="cancelled", closes_at=now())
    with pytest.raises(InThePast):
        operations.reinstate(organiser, event=event)


def test_a_copy_says_the_same_on_another_day(group: Group, organiser: Actor) -> None:
    event = made_up.event(group, capacity=90)
    set_programme(organiser, event=event, speakers=[Speaking(name="Rosa", standing="announced")])
    asked = Asking(text="Which coach?", kind="choice", choices=("North", "South"), purpose="Seats", days=3)
    set_questions(organiser, event=event, questions=[asked, Asking(text="And?", purpose="To know")])
    made = operations.copy(organiser, event=event, day=made_up.in_days(20))
    (coach, _other) = questions_of(made.id)
    assert (coach.kind, coach.text, coach.choices, coach.days) == (
        "choice",
        "Which coach?",
        ["North", "South"],
        3,
    )
    assert {one.id for one in questions_of(made.id)}.isdisjoint(one.id for one in questions_of(event.id))
    assert (made.status, made.title, made.capacity, made.day) == ("draft", event.title, 90, made_up.in_days(20))
    assert [(one.name, one.standing) for one in programme_of(made.id)] == [("Rosa", "invited")]
    assert programme_of(event.id)[0].standing == "announced"


def test_a_copy_in_another_organisation_leaves_series_and_campaign(group: Group) -> None:
    theirs = made_up.root(made_up.organisation("others", "Others"))
    series = begin_series(made_up.SYSTEM, group=group, title="Twenty towns")
    event = made_up.event(group, series=series)
    set_questions(made_up.SYSTEM, event=event, questions=[Asking(text="And?", purpose="To know")])
    copied = operations.copy(made_up.SYSTEM, event=event, day=event.day, group=theirs)
    assert copied.series is None
    assert [one.organisation_id for one in questions_of(copied.id)] == [theirs.organisation_id]
    assert operations.copy(made_up.SYSTEM, event=event, day=event.day).series == series


def test_what_is_done_is_ticked(group: Group, organiser: Actor) -> None:
    event = operations.tick(organiser, event=made_up.event(group), done=["police", "route", "nonsense"])
    assert event.checklist == ["police", "route"]


def test_a_door_list_needs_a_room_with_a_capacity(group: Group, organiser: Actor) -> None:
    with pytest.raises(NoCapacity):
        operations.switch_door_list(organiser, event=made_up.event(group), on=True)
    event = operations.switch_door_list(organiser, event=made_up.event(group, capacity=30), on=True)
    assert event.door_list is True
    assert operations.switch_door_list(organiser, event=event, on=False).door_list is False


def test_only_what_is_for_everybody_is_listed(group: Group) -> None:
    everybody = made_up.event(group)
    members = made_up.event(group, audience="members")
    assert upcoming() == [everybody]
    assert listed() == listed(organisation=group.organisation_id) == listed(groups=[group.id]) == [everybody]
    assert public_event(members.slug) == members


def test_feeds_leave_out_the_oldest_and_the_farthest_ahead(group: Group) -> None:
    later, sooner = (made_up.event(group, day=made_up.in_days(days)) for days in (9, 2))
    older, newer = (
        operations.write_down(made_up.SYSTEM, group=group, details=made_up.details(day=made_up.in_days(days)))
        for days in (-9, -2)
    )
    assert listed() == [sooner, later, newer, older]
    assert listed(limit=1) == [sooner]


def test_what_is_withdrawn_is_a_draft_that_never_moved(group: Group) -> None:
    event = made_up.event(group)
    operations.change(made_up.SYSTEM, event=event, details=made_up.details(day=made_up.in_days(9)))
    withdrawn = operations.withdraw(made_up.SYSTEM, event=event)
    assert (withdrawn.status, withdrawn.published_at, withdrawn.former, withdrawn.changed_at) == (
        "draft",
        None,
        {},
        None,
    )
    with pytest.raises(NotOpen):
        operations.withdraw(made_up.SYSTEM, event=event)


def test_what_was_held_is_written_down_and_takes_no_answers(group: Group, organiser: Actor) -> None:
    event = operations.write_down(organiser, group=group, details=made_up.details(day=made_up.in_days(-3)))
    event.refresh_from_db()
    assert (event.status, is_open(event)) == ("over", False)
    with pytest.raises(StillAhead):
        operations.write_down(organiser, group=group, details=made_up.details(day=made_up.in_days(3)))
    assert list(Event.objects.all()) == [event]
