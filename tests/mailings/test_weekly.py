"""Not more than so many mailings a week for one person."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.mailings.models import Mailing
from groundswell.mailings.weekly import had_enough
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
        assert had_enough(mailing, [ada.id]) == set()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_week=0)
    with django_assert_num_queries(0):
        assert had_enough(mailing, [ada.id]) == set()


def test_without_the_limit_the_third_is_sent(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr("groundswell.mailings.leases.had_enough", lambda *_: set())
    with pytest.raises(AssertionError):
        test_the_third_within_a_week_is_not_sent(root)
