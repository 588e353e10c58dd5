"""Not more than so many mailings a week for one person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.mailings import leases, weekly
from groundswell.mailings.leases import Batch
from groundswell.mailings.models import Deferred, Lease, Mailing, Result
from groundswell.mailings.recovery import home, recover
from groundswell.mailings.rounds import begin
from groundswell.mailings.weekly import NOBODY, Enough, had_enough
from groundswell.people.sorting import put_into_group
from tests import made_up
from tests.mailings.test_operations import draft, let_go, reach, send_all, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(settings: Any) -> Group:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_week=2)
    return made_up.root(made_up.organisation(postal_address="1 High Street"))


def sent(group: Group, **more: object) -> Mailing:
    mailing = let_go(draft(group, **more))
    send_all()
    return mailing


def test_the_third_within_a_week_is_not_sent(root: Group) -> None:
    reach(root.organisation, "Ada")
    first, second = sent(root), sent(root)
    reach(root.organisation, "Bo")
    third = sent(root)
    assert states(first) == states(second) == {"Ada": "sent"}
    assert states(third) == {"Ada": "skipped", "Bo": "sent"}
    with time_machine.travel(now() + timedelta(days=8)):
        assert states(sent(root)) == {"Ada": "sent", "Bo": "sent"}


def test_an_update_on_the_day_goes_and_fills_no_week(root: Group) -> None:
    reach(root.organisation, "Ada")
    for _ in range(3):
        assert states(sent(root, kind="update")) == {"Ada": "sent"}
    assert states(sent(root)) == {"Ada": "sent"}
    sent(root)
    assert states(sent(root, kind="update")) == {"Ada": "sent"}


def test_all_groups_of_an_organisation_count_and_others_do_not(root: Group) -> None:
    (ada,) = reach(root.organisation, "Ada")
    branch = made_up.branch(root)
    put_into_group(SYSTEM, group=branch, people=[ada.id])
    sent(root)
    sent(branch)
    other = made_up.root(made_up.organisation("others", "Others", postal_address="2 High Street"))
    made_up.subscriber(other.organisation, "Ada")
    assert states(sent(branch)) == {"Ada": "skipped"}
    assert states(sent(other)) == {"Ada": "sent"}


def test_one_that_is_still_on_its_way_counts(root: Group) -> None:
    reach(root.organisation, "Ada")
    first = sent(root)
    Mailing.objects.filter(id=first.id).update(state="paused", finished_at=None)
    sent(root)
    assert states(sent(root)) == {"Ada": "skipped"}


def test_nothing_is_asked_where_there_is_no_limit(
    root: Group, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    (ada,) = reach(root.organisation, "Ada")
    mailing = draft(root)
    with django_assert_num_queries(1):
        assert had_enough(mailing, [ada.id]) == NOBODY
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_week=0)
    with django_assert_num_queries(0):
        assert had_enough(mailing, [ada.id]) == NOBODY


@pytest.fixture
def once_a_week(settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_week=1)


def begun(group: Group) -> Mailing:
    mailing = let_go(draft(group))
    Mailing.objects.filter(id=mailing.id).update(starts_at=now())
    begin()
    mailing.refresh_from_db()
    return mailing


def taken(mailing: Mailing) -> Batch:
    """A worker's next copies of this mailing, not of another one that waits too."""
    waiting = Mailing.objects.filter(state="sending").exclude(id=mailing.id)
    others = list(waiting.values_list("id", flat=True))
    Mailing.objects.filter(id__in=others).update(state="paused")
    batch = leases.acquire(uuid7(), home(), 50)
    Mailing.objects.filter(id__in=others).update(state="sending")
    assert batch
    assert batch.mailing == mailing
    return batch


def hand_over(batch: Batch) -> None:
    """What the worker does with them, the mail server being quick."""
    for recipient in [*batch.waiting]:
        batch.ended(recipient, "sent", 250)
        batch.got.append(recipient.person)
    batch.waiting.clear()
    leases.settle(batch)


def to_whom(batch: Batch) -> set[str]:
    return {recipient.name for recipient in batch.waiting}


def in_a_while() -> time_machine.travel:
    return time_machine.travel(now() + timedelta(seconds=30))


def test_of_two_at_once_the_second_waits_for_what_becomes_of_the_first(root: Group, once_a_week: None) -> None:
    reach(root.organisation, "Ada", "Bo")
    first, second = begun(root), begun(root)
    one, two = taken(first), taken(second)
    assert (to_whom(one), to_whom(two)) == ({"Ada", "Bo"}, set())
    leases.settle(two)
    ada, bo = [*one.waiting]
    one.waiting.remove(bo)
    one.results[bo.number] = ("refused", 550)
    hand_over(one)
    assert states(second) == {"Ada": "", "Bo": ""}
    with in_a_while():
        hand_over(taken(second))
    assert states(first) == {ada.name: "sent", bo.name: "refused"}
    assert states(second) == {ada.name: "skipped", bo.name: "sent"}


def test_two_that_wait_for_each_other_do_not_wait_for_ever(root: Group, once_a_week: None) -> None:
    reach(root.organisation, "Ada")
    first, second = begun(root), begun(root)
    one = taken(first)
    # As if the second had been taken between the lease of the first and its reading.
    two = taken(second)
    leases.settle(two)
    one.held[one.waiting.popleft().number] = (0, "")
    leases.settle(one)
    assert Deferred.objects.filter(due_at__gt=now()).count() == 2
    with in_a_while():
        send_all()
    assert sorted(state for each in (first, second) for state in states(each).values()) == ["sent", "skipped"]


def test_what_is_tried_again_is_in_somebodys_hands_too(root: Group, once_a_week: None) -> None:
    reach(root.organisation, "Ada")
    first, second = begun(root), begun(root)
    one = taken(first)
    one.again(one.waiting.popleft())
    leases.settle(one)
    with time_machine.travel(now() + leases.RETRIES[0]):
        again = taken(first)
        assert to_whom(again) == {"Ada"}
        assert to_whom(taken(second)) == set()


def test_nobody_waits_for_what_was_given_back(root: Group, once_a_week: None) -> None:
    reach(root.organisation, "Ada")
    first, second = begun(root), begun(root)
    one = taken(first)
    one.give_back()
    leases.settle(one)
    assert Lease.objects.filter(worker=None, mailing=first).exists()
    assert to_whom(taken(second)) == {"Ada"}


def test_what_nobody_knows_counts_as_if_it_had_come(root: Group, once_a_week: None) -> None:
    reach(root.organisation, "Ada", "Bo")
    first, second = begun(root), begun(root)
    one = taken(first)
    one.journal.begin(one.waiting[0].number)
    one.journal.close(delete=False)
    Mailing.objects.filter(id=first.id).update(state="paused")
    recover(uuid7(), home())
    assert set(Result.objects.values_list("state", flat=True)) == {"doubt"}
    assert to_whom(taken(second)) == {one.waiting[1].name}


def test_what_is_said_of_them_costs_the_same_for_one_and_for_many(
    root: Group, once_a_week: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = [f"Ada {number}" for number in range(7)]
    people = {person.id for person in reach(root.organisation, *many)}
    first, second = begun(root), begun(root)
    taken(first)
    with django_assert_num_queries(4):
        assert had_enough(second, people) == Enough(perhaps=frozenset(people))
    with django_assert_num_queries(4):
        assert had_enough(second, [*people][:1]) == Enough(perhaps=frozenset([*people][:1]))


@pytest.mark.parametrize(
    "fails",
    [
        test_of_two_at_once_the_second_waits_for_what_becomes_of_the_first,
        test_what_is_tried_again_is_in_somebodys_hands_too,
    ],
)
def test_without_a_look_at_what_others_have_in_hands_both_are_sent(
    root: Group, once_a_week: None, monkeypatch: pytest.MonkeyPatch, fails: Callable[[Group, None], None]
) -> None:
    """The twin."""
    monkeypatch.setattr(weekly, "_in_hands", lambda *_: {})
    with pytest.raises(AssertionError):
        fails(root, None)


def test_without_the_limit_the_third_is_sent(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr("groundswell.mailings.leases.had_enough", lambda *_: NOBODY)
    with pytest.raises(AssertionError):
        test_the_third_within_a_week_is_not_sent(root)
