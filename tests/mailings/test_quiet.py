"""Hours in which mailings wait."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from groundswell.config.environment import BadSetting, read, variable
from groundswell.groups.models import Group
from groundswell.mailings.models import Mailing
from groundswell.mailings.quiet import is_quiet
from groundswell.mailings.rounds import Rounds, begin
from tests import made_up
from tests.mailings.test_operations import draft, let_go, reach, states

EVENING = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)
"""Half past nine on London's clock, in summer."""

MORNING = datetime(2026, 7, 2, 7, 1, tzinfo=UTC)


@pytest.fixture
def quiet(settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, quiet_hours="21-8")


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("at", "expected"), [("20:59", False), ("21:00", True), ("03:00", True), ("07:59", True), ("08:00", False)]
)
def test_a_night_goes_past_midnight(at: str, expected: bool) -> None:
    assert is_quiet(datetime.fromisoformat(f"2026-01-15T{at}:00+00:00")) is expected


def test_one_that_does_not_and_none_at_all(settings: Any) -> None:
    noon = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, quiet_hours="12-14")
    assert is_quiet(noon)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, quiet_hours="")
    assert not is_quiet(noon)


def send_at(moment: datetime) -> None:
    with time_machine.travel(moment):
        begin()
        rounds = Rounds()
        while rounds.send():
            pass


@pytest.fixture
def root() -> Group:
    root = made_up.root(made_up.organisation(postal_address="1 High Street"))
    reach(root.organisation, "Ada")
    return root


@pytest.mark.django_db
@pytest.mark.usefixtures("quiet")
def test_it_waits_for_the_morning_and_an_update_does_not(root: Group) -> None:
    usual, update = let_go(draft(root)), let_go(draft(root, kind="update"))
    Mailing.objects.update(starts_at=EVENING)
    send_at(EVENING)
    assert (states(usual), states(update)) == ({"Ada": ""}, {"Ada": "sent"})
    send_at(MORNING)
    assert states(usual) == {"Ada": "sent"}


@pytest.mark.django_db
def test_without_the_hours_it_goes_at_night(root: Group) -> None:
    """The twin."""
    usual = let_go(draft(root))
    Mailing.objects.update(starts_at=EVENING)
    send_at(EVENING)
    assert states(usual) == {"Ada": "sent"}


@pytest.mark.parametrize("value", ["21", "21-24", "8-8", "nine to eight"])
def test_what_are_no_two_hours_is_said(value: str) -> None:
    with pytest.raises(BadSetting, match="two hours of the clock"):
        read({variable("quiet_hours"): value})
    assert read({variable("quiet_hours"): "21-8"}).quiet_hours == "21-8"
