"""A volunteer sees at most fifty people, who were assigned to them, and these as long as the role lasts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from groundswell.attendances import assigning
from groundswell.attendances.assigning import (
    assign,
    assign_next,
    assigned_to,
    forget_assignments,
    how_many,
    nobodys,
    take_back,
    volunteers_of,
)
from groundswell.attendances.errors import TooManyAssigned
from groundswell.attendances.models import Assignment
from groundswell.events.models import Event
from groundswell.groups.access import ASSIGNED, Actor, actor_for
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.granting import withdraw
from groundswell.groups.models import Account, Group, Membership
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as moving:
        yield moving


@pytest.fixture
def group(clock: time_machine.Traveller) -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def rally(group: Group) -> Event:
    """Three are coming, a fourth has not confirmed."""
    event = made_up.event(group)
    for name in ("Ada", "Bo", "Cy"):
        made_up.confirmed(event, f"{name.lower()}@example.org", name)
    made_up.answer(event, "dot@example.org", "Dot")
    return event


@pytest.fixture
def olu(group: Group) -> Actor:
    return made_up.actor(group)


@pytest.fixture
def vic(group: Group) -> Account:
    return volunteer(group)


def volunteer(group: Group, email: str = "vic@example.org", **terms: object) -> Account:
    given = {"contact": True, "ends_at": now() + DAY, **terms}
    return made_up.account(group, made_up.VIEWER, email, "Vic", **given)


def seen(account: Account, event: Event) -> list[str]:
    return sorted(answer.person.name for answer in assigned_to(actor_for(account), event))


def test_exactly_those_are_seen_who_are_assigned(olu: Actor, rally: Event, vic: Account) -> None:
    other = volunteer(rally.group, "val@example.org")
    assert (seen(vic, rally), [one.account for one in volunteers_of(rally)]) == ([], [other, vic])
    bo = rally.attendances.get(person__name="Bo")
    assert assign(olu, event=rally, account_id=vic.id, answers=[bo.id]) == 1
    assert assign(olu, event=rally, account_id=vic.id, answers=[bo.id]) == 0
    assert assign_next(olu, event=rally, account_id=other.id, many=30) == 2
    assert (seen(vic, rally), seen(other, rally)) == (["Bo"], ["Ada", "Cy"])
    assert how_many(rally) == {vic.id: 1, other.id: 2}
    assert not nobodys(rally).exists()
    entry = Entry.objects.get(verb="attendances.assign", detail__people=1)
    assert (entry.object_id, entry.detail["account"]) == (rally.id, str(vic.id))


def test_fifty_are_seen_and_no_fifty_first(olu: Actor, rally: Event, vic: Account) -> None:
    """At all events of an organisation together."""
    another = made_up.event(rally.group, title="Another")
    made_up.crowd(made_up.confirmed(another), 60)
    assert assign_next(olu, event=another, account_id=vic.id, many=49) == 49
    for verb in (
        lambda: assign_next(olu, event=rally, account_id=vic.id, many=2),
        lambda: assign(olu, event=rally, account_id=vic.id, answers=[one.id for one in nobodys(rally)[:2]]),
        lambda: assign_next(olu, event=rally, account_id=vic.id, many=0),
    ):
        with pytest.raises(TooManyAssigned):
            verb()
    assert assign_next(olu, event=rally, account_id=vic.id, many=1) == 1
    assert (len(seen(vic, another)), len(seen(vic, rally))) == (49, 1)
    with pytest.raises(TooManyAssigned):
        assign_next(olu, event=rally, account_id=vic.id, many=1)


def test_without_the_limit_there_would_be_more(
    olu: Actor, rally: Event, vic: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(assigning, "ASSIGNED_AT_MOST", 1000)
    made_up.crowd(made_up.confirmed(rally, "eve@example.org", "Eve"), 60)
    assert assign_next(olu, event=rally, account_id=vic.id, many=60) == 60
    assert len(seen(vic, rally)) == 60


def test_a_second_after_its_end_nobody_is_seen(
    olu: Actor, rally: Event, vic: Account, clock: time_machine.Traveller
) -> None:
    assign_next(olu, event=rally, account_id=vic.id, many=3)
    clock.shift(DAY - SECOND)
    before = actor_for(vic)
    assert len(seen(vic, rally)) == 3
    clock.shift(SECOND)
    assert not actor_for(vic).may(ASSIGNED, rally.group_id)
    with pytest.raises(NotFound):
        seen(vic, rally)
    # Whoever was let in a moment ago sees nobody either.
    assert list(assigned_to(before, rally)) == []
    assert (how_many(rally), nobodys(rally).count()) == ({}, 3)


def test_with_a_new_role_nobody_is_seen_of_the_former(
    olu: Actor, rally: Event, vic: Account, clock: time_machine.Traveller
) -> None:
    assign_next(olu, event=rally, account_id=vic.id, many=3)
    clock.shift(2 * DAY)
    assert volunteer(rally.group) == vic
    assert seen(vic, rally) == []
    assert assign_next(olu, event=rally, account_id=vic.id, many=1) == 1
    assert len(seen(vic, rally)) == 1
    assert forget_assignments() == 2
    assert Assignment.objects.count() == 1


def test_with_the_role_what_was_assigned_goes(olu: Actor, rally: Event, vic: Account, group: Group) -> None:
    assign_next(olu, event=rally, account_id=vic.id, many=3)
    withdraw(made_up.SYSTEM, group=group, account_id=vic.id)
    assert not Assignment.objects.exists()


def test_whoever_comes_no_more_is_seen_no_more(olu: Actor, rally: Event, vic: Account) -> None:
    assign_next(olu, event=rally, account_id=vic.id, many=3)
    made_up.cancel(confirmed := assigned_to(actor_for(vic), rally)[0])
    assert confirmed.person.name not in seen(vic, rally)
    assert len(seen(vic, rally)) == 2


def test_they_are_taken_back_at_once(olu: Actor, rally: Event, vic: Account) -> None:
    assign_next(olu, event=rally, account_id=vic.id, many=3)
    assert take_back(olu, event=rally, account_id=vic.id) == 3
    assert seen(vic, rally) == []
    assert Entry.objects.get(verb="attendances.take_back").detail["people"] == 3


def test_whose_volunteers_they_are(olu: Actor, rally: Event, group: Group) -> None:
    """Of the event's group or one above it, or of the event itself; of no branch, no other event, nobody else."""
    branch = made_up.branch(group)
    there = made_up.event(branch, title="There")
    another = made_up.event(group, title="Another")
    made_up.confirmed(there, "eve@example.org", "Eve")
    volunteer(branch, "branch@example.org")
    volunteer(group, "one@example.org", event_id=rally.id)
    volunteer(group, "two@example.org", event_id=another.id)
    volunteer(group, "root@example.org")
    made_up.account(group, made_up.VIEWER, "vera@example.org")
    closed = volunteer(group, "closed@example.org")
    Account.objects.filter(id=closed.id).update(is_active=False)

    def called(event: Event) -> set[str]:
        return {role.account.email.partition("@")[0] for role in volunteers_of(event)}

    assert (called(rally), called(there)) == ({"one", "root"}, {"branch", "root"})
    for email in ("branch", "two", "vera", "closed"):
        account = Account.objects.get(email=f"{email}@example.org")
        with pytest.raises(NotFound):
            assign_next(olu, event=rally, account_id=account.id, many=1)


def test_who_assigns_whom(olu: Actor, rally: Event, vic: Account, group: Group) -> None:
    unconfirmed = rally.attendances.get(confirmed_at=None)
    elsewhere = made_up.confirmed(made_up.event(group, title="Another"), "eve@example.org", "Eve")
    for wrong in ([], [uuid7()], [unconfirmed.id], [elsewhere.id], [elsewhere.id, nobodys(rally)[0].id]):
        with pytest.raises(NotFound):
            assign(olu, event=rally, account_id=vic.id, answers=wrong)
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="max@example.org")
    steward = made_up.actor(group, made_up.STEWARD, "sam@example.org")
    refused = [(stranger, NotFound), (steward, NotAllowed), (replace(olu, contact_data=False), NotAllowed)]
    for actor, refusal in refused:
        for verb in (
            lambda actor=actor: assign(actor, event=rally, account_id=vic.id, answers=[uuid7()]),
            lambda actor=actor: assign_next(actor, event=rally, account_id=vic.id, many=1),
            lambda actor=actor: take_back(actor, event=rally, account_id=vic.id),
            lambda actor=actor: assigned_to(replace(actor, contact_data=False), rally),
        ):
            with pytest.raises(refusal):
                verb()
    assert not Assignment.objects.exists()


def test_without_its_role_a_row_shows_nobody(olu: Actor, rally: Event, vic: Account) -> None:
    """The twin: rows that outlive the role's contact data count for nothing."""
    assign_next(olu, event=rally, account_id=vic.id, many=3)
    before = actor_for(vic)
    Membership.objects.filter(account=vic).update(contact=False)
    assert list(assigned_to(before, rally)) == []
