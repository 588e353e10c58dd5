"""Keys for programs: with contact data two people make them."""

from datetime import timedelta

import pytest

from groundswell.groups.access import Actor, actor_for
from groundswell.groups.approvals import approve, sentence
from groundswell.groups.errors import (
    ApprovalUsed,
    ApprovalWaits,
    InvalidFields,
    NotAllowed,
    NotFound,
    SecondPersonNeeded,
)
from groundswell.groups.models import Account, Group
from groundswell.groups.operations import make_api_token
from groundswell.groups.queries import live_token
from groundswell.groups.tokens import ask_for_token, make_token, revoke_token, tokens_of
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    found = made_up.root(made_up.organisation())
    for email in ("winnie@example.org", "xena@example.org"):
        made_up.account(found, made_up.OWNER, email)
    made_up.held_for_long(found)
    return found


def of(email: str) -> Actor:
    return actor_for(Account.objects.get(email=f"{email}@example.org"))


def made(group: Group, by: Actor, *, contact: bool) -> str:
    return make_api_token(by, organisation=group.organisation, label="Map", contact_data=contact)


def test_an_owner_makes_one_without_contact_data_alone_and_nobody_else_does(group: Group) -> None:
    assert not live_token(made(group, of("winnie"), contact=False)).contact_data
    with pytest.raises(SecondPersonNeeded):
        made(group, of("winnie"), contact=True)
    with pytest.raises(NotAllowed):
        made(group, made_up.actor(group), contact=False)
    with pytest.raises(InvalidFields):
        make_api_token(of("winnie"), organisation=group.organisation, label="x" * 81, contact_data=False)
    assert [each.contact_data for each in tokens_of(group.organisation)] == [False]


def test_with_contact_data_two_make_it(group: Group) -> None:
    wanted = ask_for_token(of("winnie"), organisation=group.organisation, label="Map", role=made_up.ORGANISER)
    with pytest.raises(ApprovalWaits):
        make_token(of("winnie"), approval=wanted)
    assert sentence(wanted) == ("Give the program “Map” the names and addresses of everybody in Tenants’ Union")
    approve(of("xena"), approval=wanted, fresh_until=now() + timedelta(minutes=1))
    token = live_token(make_token(of("winnie"), approval=wanted))
    assert (token.label, token.role, token.contact_data) == ("Map", "organiser", True)
    with pytest.raises(ApprovalUsed):
        make_token(of("winnie"), approval=wanted)
    made_up.account(group, made_up.ORGANISER, "winnie@example.org")
    with pytest.raises(NotAllowed):
        make_token(of("winnie"), approval=wanted)


def test_only_owners_ask_and_say_for_what(group: Group) -> None:
    for actor, label, refusal in (
        (made_up.actor(group), "Map", NotAllowed),
        (of("winnie"), " ", InvalidFields),
    ):
        with pytest.raises(refusal):
            ask_for_token(actor, organisation=group.organisation, label=label, role=made_up.VIEWER)


def test_one_that_is_taken_back_opens_nothing(group: Group) -> None:
    secret = made(group, of("winnie"), contact=False)
    token = live_token(secret)
    with pytest.raises(NotAllowed):
        revoke_token(made_up.actor(group), organisation=group.organisation, token_id=token.id)
    revoke_token(of("xena"), organisation=group.organisation, token_id=token.id)
    assert live_token(secret) is None
    assert Entry.objects.get(verb="groups.revoke_api_token").object_id == token.id
    for gone in (token.id, uuid7()):
        with pytest.raises(NotFound):
            revoke_token(of("xena"), organisation=group.organisation, token_id=gone)
