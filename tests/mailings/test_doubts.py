"""Copies of which nobody knows whether they arrived: a person decides, and nothing else does."""

import pytest
from django.db.models import Sum

from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import NotAllowed
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.mailings.errors import TooLate
from groundswell.mailings.models import Deferred, DomainTally, Mailing, Result
from groundswell.mailings.operations import decide
from groundswell.mailings.recovery import home, recover
from groundswell.mailings.rounds import Rounds
from groundswell.people.models import Person
from groundswell.people.reach import suppress
from tests import made_up
from tests.mailings.test_recovery import killed

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing() -> Mailing:
    """One that was sent but for the first copy, which is in doubt, and the third, which is tried again later."""
    made = killed("announcement")
    recover(uuid7(), home())
    send()
    made.refresh_from_db()
    return made


def send() -> None:
    Deferred.objects.update(due_at=now())
    while Rounds().send():
        pass


def states() -> dict[int, str]:
    return dict(Result.objects.values_list("number", "state"))


def doubts() -> int:
    return DomainTally.objects.aggregate(doubt=Sum("doubt"))["doubt"]


def test_an_announcement_is_over_and_waits_for_a_person(mailing: Mailing) -> None:
    send()
    assert (mailing.state, states()[1], doubts()) == ("finished", "doubt", 1)


def test_they_are_sent_again_and_the_ledger_says_who_said_so(mailing: Mailing) -> None:
    assert decide(SYSTEM, mailing=mailing, again=True) == 1
    mailing.refresh_from_db()
    assert (mailing.state, mailing.finished_at, doubts()) == ("sending", None, 0)
    assert 1 not in states()
    send()
    mailing.refresh_from_db()
    assert (mailing.state, states()[1], doubts()) == ("finished", "sent", 0)
    assert Entry.objects.filter(verb="mailings.send_again").count() == 1
    with pytest.raises(TooLate):
        decide(SYSTEM, mailing=mailing, again=True)


def test_they_are_left_and_nobody_is_asked_again(mailing: Mailing) -> None:
    assert decide(SYSTEM, mailing=mailing, again=False) == 1
    send()
    mailing.refresh_from_db()
    assert (mailing.state, states()[1]) == ("finished", "left")
    assert Entry.objects.filter(verb="mailings.leave").count() == 1
    with pytest.raises(TooLate):
        decide(SYSTEM, mailing=mailing, again=False)


def test_one_that_is_paused_stays_so_until_it_goes_on(mailing: Mailing) -> None:
    Mailing.objects.update(state="paused")
    decide(SYSTEM, mailing=mailing, again=True)
    send()
    mailing.refresh_from_db()
    assert (mailing.state, 1 in states()) == ("paused", False)


def test_of_one_that_is_cancelled_they_can_only_be_left(mailing: Mailing) -> None:
    Mailing.objects.update(state="cancelled")
    with pytest.raises(TooLate):
        decide(SYSTEM, mailing=mailing, again=True)
    assert decide(SYSTEM, mailing=mailing, again=False) == 1


def test_who_takes_no_mail_any_more_gets_none_again(mailing: Mailing) -> None:
    ada = Person.objects.get(name="Ada")
    decide(SYSTEM, mailing=mailing, again=True)
    suppress(mailing.organisation_id, "email", {ada.email: "bounced"})
    send()
    assert states()[1] == "skipped"


def test_who_may_not_write_to_many_decides_nothing(mailing: Mailing) -> None:
    viewer = made_up.actor(mailing.group, made_up.VIEWER)
    with pytest.raises(NotAllowed):
        decide(viewer, mailing=mailing, again=False)
