"""What each role may, until when, and at which event alone."""

from datetime import timedelta

import pytest
import time_machine

from groundswell.events.access import event_for
from groundswell.events.queries import events_for
from groundswell.groups import access, granting, invitations
from groundswell.groups.access import Actor
from groundswell.groups.errors import BadLink, InvalidFields, LastOwner, NotAllowed, NotFound, SecondPersonNeeded
from groundswell.groups.granting import Terms
from groundswell.groups.models import Group, Invitation, Membership
from groundswell.groups.roles import May, Role
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db

TABLE = {
    Role.VIEWER: "see names",
    Role.STEWARD: "see names stand",
    Role.PRESS: "see press",
    Role.MAILER: "see send",
    Role.TREASURER: "see names contact export",
    Role.ORGANISER: "see names stand assigned contact write send press export",
    Role.OWNER: "see names stand assigned contact write send press export grant",
}
HOUR = timedelta(hours=1)


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def owner(group: Group) -> Actor:
    return made_up.actor(group, made_up.OWNER, "winnie@example.org")


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(group: Group, role: Role) -> None:
    actor = made_up.actor(group, role)
    assert {may for may in May if actor.may(may, group.id)} == set(TABLE[role].split())
    assert actor.anywhere() == actor.rights[group.id]
    # Asked for a role: whether all is there that it may.
    covered = {other for other in Role if set(TABLE[other].split()) <= set(TABLE[role].split())}
    assert {other for other in Role if actor.may(other, group.id)} == covered


def test_two_roles_are_added_up(group: Group) -> None:
    branch = made_up.branch(group)
    made_up.account(group, made_up.MAILER)
    actor = made_up.actor(branch, made_up.STEWARD)
    assert actor.may(made_up.MAILER, branch.id)
    assert actor.may(made_up.STEWARD, branch.id)
    assert not actor.may(made_up.STEWARD, group.id)


def test_a_role_has_ended_at_its_moment_and_not_a_second_later(group: Group) -> None:
    ends_at = now() + HOUR
    account = made_up.account(group, made_up.ORGANISER, ends_at=ends_at)
    with time_machine.travel(ends_at - timedelta(milliseconds=1), tick=False):
        assert access.actor_for(account).may(made_up.ORGANISER, group.id)
    with time_machine.travel(ends_at, tick=False):
        assert access.actor_for(account).rights == {}


def test_the_twin_that_forgets_the_end_lets_them_in(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    account = made_up.account(group, made_up.ORGANISER, ends_at=now() + HOUR)
    monkeypatch.setattr(access, "living", lambda: access.Q())
    with time_machine.travel(now() + HOUR * 2):
        assert access.actor_for(account).may(made_up.ORGANISER, group.id)


def test_a_role_at_an_event_opens_that_event_alone(group: Group) -> None:
    here, there = made_up.event(group, title="Here"), made_up.event(group, title="There")
    actor = made_up.actor(group, made_up.ORGANISER, event_id=here.id)
    assert (actor.rights, actor.groups(), actor.events()) == ({}, [], [(group.id, here.id)])
    assert actor.events(made_up.OWNER) == []
    assert event_for(actor, here.id, made_up.ORGANISER) == here
    assert list(events_for(actor)) == [here]
    with pytest.raises(NotAllowed):
        event_for(actor, here.id, made_up.OWNER)
    with pytest.raises(NotFound):
        event_for(actor, there.id)
    with pytest.raises(NotFound):
        access.group_for(actor, group.id)


def test_it_stands_beside_a_role_in_the_group_and_is_taken_away_alone(group: Group, owner: Actor) -> None:
    here = made_up.event(group)
    account = made_up.account(group, made_up.VIEWER)
    made_up.account(group, made_up.STEWARD, event_id=here.id)
    assert access.actor_for(account).may(made_up.STEWARD, group.id, here.id)
    granting.withdraw(owner, group=group, account_id=account.id, event_id=here.id)
    actor = access.actor_for(account)
    assert not actor.may(made_up.STEWARD, group.id, here.id)
    assert actor.may(made_up.VIEWER, group.id)
    said = Entry.objects.filter(verb__in=["groups.grant", "groups.withdraw"]).order_by("-id")
    assert [entry.detail["event"] for entry in said[:2]] == [str(here.id)] * 2


def test_an_owner_gives_no_role_at_the_event_of_others(group: Group) -> None:
    """The noun does not know whose an event is: such a role holds nowhere."""
    theirs = made_up.event(made_up.root(made_up.organisation("others", "Others")))
    made_up.account(theirs.group, made_up.VIEWER, event_id=made_up.event(theirs.group, title="Another").id)
    actor = made_up.actor(group, made_up.OWNER, event_id=theirs.id)
    with pytest.raises(NotFound):
        event_for(actor, theirs.id)
    assert [event.title for event in events_for(actor)] == ["Another"]


def test_a_volunteer_sees_the_addresses_of_few_and_the_names_of_nobody_else(group: Group) -> None:
    actor = made_up.actor(group, made_up.STEWARD, contact=True, ends_at=now() + HOUR)
    assert actor.anywhere() == {May.SEE, May.STAND, May.ASSIGNED}


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"role": Role.VIEWER, "contact": True}, "ends"),
        ({"role": Role.VIEWER, "contact": True, "ends_at": timedelta(hours=73)}, "ends"),
        ({"role": Role.MAILER, "contact": True, "ends_at": HOUR}, "contact"),
        ({"role": Role.VIEWER, "ends_at": -HOUR}, "ends"),
    ],
)
def test_terms_that_cannot_be_given(group: Group, owner: Actor, terms: dict, field: str) -> None:
    moment = {"ends_at": now() + terms["ends_at"]} if "ends_at" in terms else {}
    given = Terms(**{**terms, **moment})
    with pytest.raises(InvalidFields) as refused:
        granting.grant(owner, group=group, email="bea@example.org", terms=given)
    with pytest.raises(InvalidFields):
        invitations.invite(owner, group=group, email="bea@example.org", terms=given)
    assert refused.value.errors.keys() == {field}


def test_the_last_owner_gets_no_end(group: Group, owner: Actor) -> None:
    until = Terms(role=Role.OWNER, ends_at=now() + HOUR)
    with pytest.raises(LastOwner):
        granting.grant(owner, group=group, email="winnie@example.org", terms=until)
    granting.give(owner, group=group, email="bea@example.org", terms=until)
    with pytest.raises(LastOwner):
        granting.withdraw(owner, group=group, account_id=owner.id)


def test_an_ended_role_is_forgotten_after_a_month(group: Group) -> None:
    made_up.account(group, made_up.OWNER)
    made_up.account(group, made_up.VIEWER, "bea@example.org", ends_at=now() + HOUR)
    with time_machine.travel(now() + timedelta(days=29)):
        assert granting.forget_ended_roles() == 0
        assert [role.has_ended for role in Membership.objects.order_by("role")] == [False, True]
    with time_machine.travel(now() + timedelta(days=31)):
        assert granting.forget_ended_roles() == 1


def test_a_role_is_handed_over_with_its_end(group: Group, owner: Actor) -> None:
    bea = made_up.account(group, made_up.VIEWER, "bea@example.org", ends_at=now() + HOUR)
    olu = made_up.actor(group)
    granting.hand_over(olu, group=group, account_id=bea.id)
    assert Membership.objects.get(group=group, account=bea).role == "organiser"
    actor = access.actor_for(bea)
    with time_machine.travel(now() + 2 * HOUR):
        assert access.actor_for(bea).may(made_up.ORGANISER, group.id)
    assert Entry.objects.get(verb="groups.hand_over").detail == {"account": str(bea.id), "role": "organiser"}
    with pytest.raises(SecondPersonNeeded):
        granting.hand_over(owner, group=group, account_id=bea.id)
    for nobody in (uuid7(), bea.id, olu.id):
        with pytest.raises(NotFound):
            granting.hand_over(actor, group=group, account_id=nobody)


def test_nobody_pushes_an_owner_down_by_handing_over(group: Group, owner: Actor) -> None:
    viewer = made_up.actor(group, made_up.VIEWER, "bea@example.org")
    with pytest.raises(NotAllowed):
        granting.hand_over(viewer, group=group, account_id=owner.id)
    assert access.actor_for(Membership.objects.get(role="owner").account).may(made_up.OWNER, group.id)


def test_an_invitation_keeps_its_terms(group: Group, owner: Actor) -> None:
    here = made_up.event(group)
    terms = Terms(role=Role.STEWARD, ends_at=now() + HOUR, event_id=here.id, contact=True)
    for _again in range(2):
        invitation = invitations.invite(owner, group=group, email="bea@example.org", terms=terms)
    assert isinstance(invitation, Invitation)
    account = invitations.accept(token=invitations.token_of(invitation.id))
    role = account.memberships.get()
    given = Terms(role=Role(role.role), ends_at=role.ends_at, event_id=role.event_id, contact=role.contact)
    assert given == terms


def test_an_invitation_to_a_role_that_has_ended_opens_nothing(group: Group, owner: Actor) -> None:
    terms = Terms(role=Role.STEWARD, ends_at=now() + HOUR)
    invitation = invitations.invite(owner, group=group, email="bea@example.org", terms=terms)
    with time_machine.travel(now() + 2 * HOUR), pytest.raises(BadLink):
        invitations.accept(token=invitations.token_of(invitation.id))
