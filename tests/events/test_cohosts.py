"""Holding an event together: asked by its host, accepted as oneself, ended by either."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import DatabaseError, transaction
from pytest_django import DjangoAssertNumQueries

from groundswell.events import cohosts, operations
from groundswell.events.access import cohost_for, invited_for
from groundswell.events.cohosting import waiting_for
from groundswell.events.errors import (
    CoHostAlready,
    InvitationAnswered,
    InvitationOld,
    InvitationTakenBack,
    NoArrangement,
    NotOpen,
    OldArrangement,
)
from groundswell.events.models import Arrangement, CoHost, Event
from groundswell.events.queries import group_of_cohost
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group, Organisation
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db

DUTIES = {"duties": "The host books the hall, the allies bring stewards.", "contact": "data@example.org"}


@dataclass
class Two:
    """A host with its event, and another organisation."""

    event: Event
    host: Actor
    ally: Organisation
    branch: Group
    theirs: Actor

    def invite(self) -> CoHost:
        return cohosts.invite(self.host, event=self.event, organisation=self.ally)

    def accept(self, cohost: CoHost, version: int = 1) -> CoHost:
        return cohosts.accept(self.theirs, cohost=cohost, group=self.branch, version=version)


@pytest.fixture
def two() -> Two:
    root = made_up.root(made_up.organisation())
    ally = made_up.organisation("allies", "Allies")
    branch = made_up.root(ally)
    return Two(
        event=made_up.event(root),
        host=made_up.actor(root),
        ally=ally,
        branch=branch,
        theirs=made_up.actor(branch, email="max@example.org"),
    )


@pytest.fixture
def arranged(two: Two) -> Two:
    cohosts.arrange(two.host, event=two.event, **DUTIES)
    return two


def test_an_organisation_is_asked_and_accepts_as_itself(arranged: Two) -> None:
    invited = arranged.invite()
    assert cohosts.cohosts_of(arranged.event.id) == []
    assert invited_for(arranged.theirs, invited.id) == invited
    accepted = arranged.accept(invited)
    assert (accepted.standing, accepted.group, accepted.agreed) == ("accepted", arranged.branch, 1)
    assert cohosts.cohosts_of(arranged.event.id) == [accepted]
    assert cohosts.side_of(arranged.event, "allies") == arranged.ally
    assert cohost_for(arranged.theirs, accepted.id) == accepted
    assert cohosts.all_cohosts_of(arranged.event) == [accepted]


def test_each_ledger_names_its_own_actor_only(arranged: Two) -> None:
    arranged.accept(arranged.invite())
    rows = Entry.objects.filter(verb="events.accept_cohosting")
    actors = dict(rows.values_list("organisation_id", "actor"))
    assert actors == {arranged.ally.id: arranged.theirs.id, arranged.event.organisation_id: None}


def test_only_organisers_of_the_invited_see_and_answer_an_invitation(arranged: Two) -> None:
    invited = arranged.invite()
    viewer = made_up.actor(arranged.branch, made_up.VIEWER, "vi@example.org")
    for nobody in (arranged.host, viewer):
        with pytest.raises(NotFound):
            invited_for(nobody, invited.id)
    with pytest.raises(NotAllowed):
        cohosts.accept(viewer, cohost=invited, group=arranged.branch, version=1)
    with pytest.raises(NotFound):
        cohosts.accept(arranged.host, cohost=invited, group=arranged.event.group, version=1)
    with pytest.raises(NotFound):
        cohosts.decline(arranged.host, cohost=invited, group=arranged.event.group)


def test_no_branch_answers_for_the_whole_organisation(arranged: Two) -> None:
    """What is granted on a branch holds below it, never above."""
    invited = arranged.invite()
    branch = made_up.branch(arranged.branch, "allies-hull", "Allies Hull")
    local = made_up.actor(branch, made_up.OWNER, "hull@example.org")
    below = made_up.actor(arranged.branch, made_up.VIEWER, "both@example.org")
    assert waiting_for(local) == []
    assert [one.cohost for one in waiting_for(arranged.theirs)] == [invited]
    with pytest.raises(NotFound):
        invited_for(local, invited.id)
    for answer in (partial(cohosts.accept, version=1), cohosts.decline):
        with pytest.raises(NotFound):
            answer(local, cohost=invited, group=branch)
        with pytest.raises(NotAllowed):
            answer(below, cohost=invited, group=branch)
    whole = made_up.actor(arranged.branch, email="new@example.org")
    accepted = cohosts.accept(whole, cohost=invited, group=branch, version=1)
    assert (accepted.standing, accepted.group) == ("accepted", branch)


def test_by_a_branch_alone_all_would_be_bound(arranged: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: asked for the branch as which it answers, its organiser could accept."""
    branch = made_up.branch(arranged.branch, "allies-hull", "Allies Hull")
    local = made_up.actor(branch, made_up.OWNER, "hull@example.org")
    monkeypatch.setattr(cohosts, "root_group", lambda _organisation: branch)
    accepted = cohosts.accept(local, cohost=arranged.invite(), group=branch, version=1)
    assert accepted.standing == "accepted"


def test_an_invitation_that_was_declined_or_is_too_old_says_so(arranged: Two) -> None:
    invited = arranged.invite()
    with time_machine.travel(invited.expires_at), pytest.raises(InvitationOld):
        invited_for(arranged.theirs, invited.id)
    cohosts.decline(arranged.theirs, cohost=invited, group=arranged.branch)
    with pytest.raises(InvitationAnswered):
        invited_for(arranged.theirs, invited.id)
    with pytest.raises(InvitationAnswered):
        arranged.accept(invited)


def test_an_invitation_is_used_once(arranged: Two) -> None:
    invited = arranged.invite()
    arranged.accept(invited)
    with pytest.raises(InvitationAnswered):
        arranged.accept(invited)
    with pytest.raises(InvitationAnswered):
        cohosts.decline(arranged.theirs, cohost=invited, group=arranged.branch)
    with pytest.raises(NotFound):
        invited_for(arranged.theirs, invited.id)


def test_an_invitation_grows_old_and_can_be_made_anew(arranged: Two) -> None:
    operations.change(arranged.host, event=arranged.event, details=made_up.details(day=made_up.in_days(60)))
    invited = arranged.invite()
    with time_machine.travel(now() + cohosts.INVITATIONS_LAST + timedelta(seconds=1), tick=False):
        with pytest.raises(InvitationOld):
            arranged.accept(invited)
        assert arranged.accept(arranged.invite()).standing == "accepted"


def test_nobody_is_asked_twice_nor_asks_itself(arranged: Two) -> None:
    invited = arranged.invite()
    for organisation in (arranged.ally, arranged.event.organisation):
        with pytest.raises(CoHostAlready):
            cohosts.invite(arranged.host, event=arranged.event, organisation=organisation)
    arranged.accept(invited)
    with pytest.raises(CoHostAlready):
        arranged.invite()


def test_who_declined_can_be_asked_again(arranged: Two) -> None:
    declined = cohosts.decline(arranged.theirs, cohost=arranged.invite(), group=arranged.branch)
    assert declined.standing == "declined"
    assert arranged.accept(arranged.invite()).standing == "accepted"


def test_without_an_arrangement_there_is_nothing_to_agree_to(two: Two) -> None:
    with pytest.raises(NoArrangement):
        two.invite()


def test_what_is_agreed_to_is_a_version(arranged: Two) -> None:
    invited = arranged.invite()
    second = cohosts.arrange(arranged.host, event=arranged.event, **DUTIES, days=7)
    assert cohosts.arrangement_of(arranged.event.id) == second
    with pytest.raises(OldArrangement):
        arranged.accept(invited, version=1)
    accepted = arranged.accept(invited, version=2)
    cohosts.arrange(arranged.host, event=arranged.event, **DUTIES)
    with pytest.raises(OldArrangement):
        cohosts.agree(arranged.theirs, cohost=accepted, version=2)
    assert cohosts.agree(arranged.theirs, cohost=accepted, version=3).agreed == 3
    with pytest.raises(NotFound):
        cohosts.agree(arranged.host, cohost=accepted, version=3)


def test_a_version_never_changes(arranged: Two) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Arrangement.objects.update(duties="Nothing.")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"duties": " "}, "duties"), ({"contact": ""}, "contact"), ({"days": 31}, "days"), ({"days": 0}, "days")],
)
def test_an_arrangement_says_something(two: Two, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        cohosts.arrange(two.host, event=two.event, **{**DUTIES, **wrong})  # type: ignore[arg-type]
    assert [*refused.value.errors] == [field]


def test_whoever_left_is_a_stranger(arranged: Two) -> None:
    accepted = arranged.accept(arranged.invite())
    with pytest.raises(NotFound):
        cohosts.leave(arranged.host, cohost=accepted)
    assert cohosts.leave(arranged.theirs, cohost=accepted).standing == "left"
    _is_gone(arranged, accepted)
    with pytest.raises(NotFound):
        cohosts.leave(arranged.theirs, cohost=accepted)


def test_whoever_was_removed_is_a_stranger(arranged: Two) -> None:
    accepted = arranged.accept(arranged.invite())
    with pytest.raises(NotFound):
        cohosts.remove(arranged.theirs, cohost=accepted)
    assert cohosts.remove(arranged.host, cohost=accepted).standing == "removed"
    _is_gone(arranged, accepted)
    with pytest.raises(NotFound):
        cohosts.remove(arranged.host, cohost=accepted)


def test_an_invitation_is_taken_back(arranged: Two) -> None:
    invited = arranged.invite()
    cohosts.remove(arranged.host, cohost=invited)
    with pytest.raises(InvitationTakenBack):
        arranged.accept(invited)
    with pytest.raises(InvitationTakenBack):
        cohosts.decline(arranged.theirs, cohost=invited, group=arranged.branch)


def test_each_reason_is_a_sentence_of_its_own() -> None:
    reasons = (InvitationAnswered, InvitationTakenBack, InvitationOld)
    assert len({reason.sentence for reason in reasons}) == len({reason.code for reason in reasons}) == 3


def _is_gone(two: Two, cohost: CoHost) -> None:
    assert cohosts.cohosts_of(two.event.id) == []
    with pytest.raises(NotFound):
        cohost_for(two.theirs, cohost.id)
    with pytest.raises(NotFound):
        cohosts.side_of(two.event, "allies")


def test_nobody_joins_what_is_cancelled(arranged: Two) -> None:
    invited = arranged.invite()
    operations.cancel(arranged.host, event=arranged.event)
    with pytest.raises(NotOpen):
        arranged.accept(invited)
    with pytest.raises(NotOpen):
        cohosts.invite(arranged.host, event=arranged.event, organisation=made_up.organisation("more", "More"))
    with pytest.raises(NotOpen):
        cohosts.arrange(arranged.host, event=arranged.event, **DUTIES)


def test_they_stand_in_the_agreed_order(arranged: Two, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    names = ("First", "Second", "Third")
    made = [made_up.cohost(arranged.event, made_up.organisation(name.lower(), name)) for name in names]
    assert _order(arranged.event) == ["First", "Second", "Third"]
    cohosts.order_cohosts(arranged.host, event=arranged.event, order=[made[2].id, made[0].id])
    assert _order(arranged.event) == ["Third", "First", "Second"]
    with django_assert_num_queries(1):
        assert len(cohosts.cohosts_of(arranged.event.id)) == 3


def _order(event: Event) -> list[str]:
    return [cohost.organisation.name for cohost in cohosts.cohosts_of(event.id)]


def test_only_a_group_that_still_exists_answers(arranged: Two) -> None:
    accepted = arranged.accept(arranged.invite())
    CoHost.objects.update(group=None)
    with pytest.raises(NotFound):
        cohost_for(arranged.theirs, accepted.id)
    with pytest.raises(NotFound):
        cohosts.leave(arranged.theirs, cohost=accepted)


def test_it_is_known_which_group_answers_for_a_side(arranged: Two) -> None:
    accepted = arranged.accept(arranged.invite())
    assert group_of_cohost(accepted.id) == arranged.branch.id
    assert group_of_cohost(arranged.event.id) is None
