"""A sender whom nobody knows begins with little, and sends more on each day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from groundswell.mailings import leases, warming
from groundswell.mailings.leases import SENT, Batch
from groundswell.mailings.models import Mailing, WarmDay
from groundswell.mailings.recovery import home, recover
from groundswell.mailings.rounds import Rounds, begin
from groundswell.mailings.warming import PLAN, Today, days_for, today
from tests import made_up
from tests.mailings.test_operations import draft, let_go, reach, states

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("Ada", "Bo", "Cy", "Dee", "Eve", "Flo", "Gil", "Hal", "Ida")


def test_no_day_is_more_than_twice_the_one_before() -> None:
    assert all(before < after <= 2 * before for before, after in pairwise(PLAN))
    assert all(after <= 1.5 * before for before, after in pairwise(PLAN) if before >= 6_000)
    assert all(after <= 1.45 * before for before, after in pairwise(PLAN) if before >= 45_000)


@pytest.mark.parametrize(("copies", "expected"), [(100, 0), (101, 1), (500, 1), (501, 2), (10**9, len(PLAN))])
def test_in_how_many_days_it_will_be_done(copies: int, expected: int) -> None:
    plan = Today(day=NOON.date(), step=0, taken=100)
    assert days_for(Mailing(), copies, plan) == expected
    assert days_for(Mailing(kind="update"), copies, plan) == 0


@pytest.fixture
def root(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Group:
    """Nine people, and a plan of two days: two copies and four."""
    monkeypatch.setattr(warming, "PLAN", (2, 4))
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_warm_up="2026-12-01")
    root = made_up.root(made_up.organisation(postal_address="1 High Street"))
    reach(root.organisation, *NAMES)
    return root


def going(root: Group, **more: object) -> Mailing:
    """One that is let go, and whose time has come."""
    mailing = let_go(draft(root, **more))
    Mailing.objects.filter(id=mailing.id).update(starts_at=NOON)
    return mailing


def sent_at(mailing: Mailing, moment: datetime) -> int:
    """How many have gone out after a worker who has just started has sent what it may."""
    with time_machine.travel(moment, tick=False):
        begin()
        rounds = Rounds()
        while rounds.send():
            pass
    return list(states(mailing).values()).count("sent")


@pytest.mark.django_db
def test_a_few_go_on_the_first_day_more_on_the_second_and_then_all(root: Group) -> None:
    mailing = going(root)
    assert [sent_at(mailing, NOON + hours) for hours in (0 * DAY, DAY / 24, DAY / 4)] == [2, 2, 2]
    # It is the clock of the people that has a midnight.
    assert [sent_at(mailing, NOON + hours) for hours in (DAY / 2, DAY)] == [6, 6]
    assert sent_at(mailing, NOON + 2 * DAY) == 9
    mailing.refresh_from_db()
    assert mailing.state == "finished"


@pytest.mark.django_db
def test_without_a_plan_all_go_at_once(root: Group, settings: Any) -> None:
    """The twin."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_warm_up="")
    assert sent_at(going(root), NOON) == 9


@pytest.mark.django_db
def test_a_day_on_which_little_went_out_is_no_step_and_none_before_the_first_one_is(
    root: Group, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    WarmDay.objects.create(day=date(2026, 11, 30), most=100, taken=100)
    WarmDay.objects.create(day=date(2026, 12, 1), most=4, taken=1)
    with time_machine.travel(NOON + DAY), django_assert_num_queries(1):
        assert today() == Today(day=date(2026, 12, 2), step=0, taken=0)
    WarmDay.objects.update(taken=2)
    with time_machine.travel(NOON + DAY):
        found = today()
        assert found
        assert (found.step, found.most) == (1, 4)
    # A first day that is still to come: until then it is the first one.
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_warm_up="2026-12-24")
    with time_machine.travel(NOON):
        assert today() == Today(day=date(2026, 12, 1), step=0, taken=2)


@pytest.mark.django_db
def test_what_is_urgent_goes_at_once_and_counts(root: Group) -> None:
    update, usual = going(root, kind="update"), going(root)
    assert sent_at(update, NOON) == 9
    assert sent_at(usual, NOON) == 0
    assert WarmDay.objects.get().taken == 9
    assert sent_at(usual, NOON + DAY) == 4


@pytest.mark.django_db
def test_nothing_begins_just_before_midnight(root: Group) -> None:
    mailing = going(root)
    assert sent_at(mailing, NOON + DAY / 2 - timedelta(seconds=5)) == 0
    assert sent_at(mailing, NOON + DAY / 2) == 2


def take() -> Batch:
    batch = leases.acquire(uuid7(), home(), 50)
    assert batch
    return batch


@pytest.mark.django_db
def test_what_a_killed_worker_had_in_hands_is_used_up(root: Group) -> None:
    mailing = going(root)
    with time_machine.travel(NOON, tick=False):
        begin()
        batch = take()
        assert len(batch.waiting) == 2
        batch.journal.begin(batch.waiting[0].number)
        batch.journal.close(delete=False)
    assert sent_at(mailing, NOON) == 0
    assert sorted(states(mailing).values()) == [*[""] * 8, "doubt"]
    assert sent_at(mailing, NOON + DAY) == 4


@pytest.mark.django_db
def test_what_did_not_go_out_is_given_back(root: Group) -> None:
    mailing = going(root)
    with time_machine.travel(NOON, tick=False):
        begin()
        batch = take()
        batch.ended(batch.waiting.popleft(), SENT, 250)
        batch.give_back()
        leases.settle(batch)
        batch.journal.close(delete=True)
        assert WarmDay.objects.get().taken == 1
    assert sent_at(mailing, NOON) == 2


@pytest.mark.django_db
def test_two_who_read_the_plan_at_once_do_not_both_use_it(root: Group) -> None:
    going(root)
    with time_machine.travel(NOON, tick=False):
        begin()
        plan = today()
        assert plan
        assert warming._count(plan, 2, is_urgent=False) == 2
        assert warming._count(plan, 2, is_urgent=False) == 0
        # The twin: by what each of them had read there would be room for both.
        assert plan.left == 2
        assert leases.acquire(uuid7(), home(), 50) is None
        assert recover(uuid7(), home()) == 0
