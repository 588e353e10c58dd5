"""Who may do what, and who decides it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.groups import access, granting, operations
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, LastOwner, NotAllowed, NotFound
from groundswell.groups.granting import Terms
from groundswell.groups.models import Account, ApiToken, Group, Membership
from groundswell.groups.queries import live_token
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db

LINE = [made_up.VIEWER, made_up.STEWARD, made_up.ORGANISER, made_up.OWNER]
"""Each of these may all that those before it may; the others stand beside them."""


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def owner(group: Group) -> Actor:
    return made_up.actor(group, made_up.OWNER, "winnie@example.org")


@pytest.fixture
def stranger() -> Actor:
    return made_up.actor(made_up.root(made_up.organisation("others", "Others")), made_up.OWNER, "max@example.org")


@pytest.mark.parametrize("held", LINE)
@pytest.mark.parametrize("asked", LINE)
def test_a_role_holds_here_and_below_and_never_above(group: Group, held: str, asked: str) -> None:
    branch = made_up.branch(group)
    twig = made_up.branch(branch, "twig", "Twig")
    actor = made_up.actor(branch, held)
    enough = LINE.index(held) >= LINE.index(asked)
    assert [actor.may(asked, each.id) for each in (group, branch, twig)] == [False, enough, enough]
    assert set(actor.groups(asked)) == ({branch.id, twig.id} if enough else set())


def test_the_higher_of_two_roles_counts(group: Group) -> None:
    branch = made_up.branch(group)
    made_up.account(group, made_up.OWNER)
    actor = made_up.actor(branch, made_up.VIEWER)
    assert actor.may(made_up.OWNER, branch.id)


def test_too_low_a_role_is_told_so_and_none_is_told_nothing(group: Group) -> None:
    viewer = made_up.actor(group, made_up.VIEWER)
    with pytest.raises(NotAllowed):
        viewer.require(made_up.ORGANISER, group.id)
    with pytest.raises(NotFound):
        viewer.require(made_up.VIEWER, uuid7())
    made_up.SYSTEM.require(made_up.OWNER, uuid7())


@pytest.mark.parametrize("rows", [1, 3])
def test_an_actor_costs_two_queries_however_many_groups_there_are(
    group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        made_up.branch(group, f"branch-{number}")
    account = made_up.account(group)
    with django_assert_num_queries(2):
        assert len(access.actor_for(account).rights) == rows + 1


def test_a_group_is_reached_by_its_role_only(group: Group, owner: Actor, stranger: Actor) -> None:
    assert access.group_for(owner, group.id, made_up.OWNER) == group
    for missing in (group.id, uuid7()):
        with pytest.raises(NotFound):
            access.group_for(stranger, missing)
    with pytest.raises(NotFound):
        access.group_for(made_up.SYSTEM, uuid7())


def test_organisations_by_role(group: Group) -> None:
    branch = made_up.branch(made_up.root(made_up.organisation("others", "Others")))
    made_up.account(branch, made_up.ORGANISER)
    actor = made_up.actor(group, made_up.VIEWER)
    assert [one.name for one in access.organisations_of(actor)] == ["Others", "Tenants’ Union"]
    assert [one.name for one in access.organisations_of(actor, made_up.ORGANISER)] == ["Others"]
    assert [one.name for one in access.organisations_led_by(actor, made_up.VIEWER)] == ["Tenants’ Union"]


def test_a_token_organises_its_organisation_and_no_other(group: Group) -> None:
    branch = made_up.branch(group)
    secret = operations.make_api_token(
        made_up.SYSTEM, organisation=group.organisation, label="Sums", contact_data=False
    )
    token = live_token(secret)
    actor = access.actor_for_token(token)
    assert set(actor.groups(made_up.ORGANISER)) == {group.id, branch.id}
    assert (actor.groups(made_up.OWNER), actor.contact_data) == ([], False)
    token.role = made_up.OWNER
    assert set(access.actor_for_token(token).groups(made_up.OWNER)) == {group.id, branch.id}
    assert secret not in repr(token.__dict__)
    ApiToken.objects.update(revoked_at=token.created_at)
    assert live_token(secret) is None


def test_organisations_are_made_on_the_command_line(owner: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.create_organisation(owner, slug="mine", name="Mine")


def test_only_an_owner_decides(group: Group, stranger: Actor) -> None:
    organiser = made_up.actor(group, made_up.ORGANISER)
    bea = made_up.account(group, made_up.VIEWER, "bea@example.org")
    facts = {"name": "x", "contact_email": "", "postal_address": "", "imprint": "", "accent": "#000000"}
    for actor, refusal in ((organiser, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refusal):
            granting.grant(actor, group=group, email="x@example.org", terms=Terms(role=made_up.VIEWER))
        with pytest.raises(refusal):
            granting.withdraw(actor, group=group, account_id=bea.id)
        with pytest.raises(refusal):
            operations.create_group(actor, parent=group, slug="x", name="x")
        with pytest.raises(refusal):
            operations.create_campaign(actor, organisation=group.organisation, name="x")
        with pytest.raises(refusal):
            operations.describe_organisation(actor, organisation=group.organisation, **facts)
    assert bea.memberships.exists()


def test_somebody_has_one_role_in_a_group_and_one_account(group: Group, owner: Actor) -> None:
    granting.grant(owner, group=group, email="Bea@example.org", terms=Terms(role=made_up.VIEWER), name="Bea")
    granting.grant(owner, group=group, email="bea@EXAMPLE.org", terms=Terms(role=made_up.ORGANISER), name="Other")
    bea = Account.objects.get(email="bea@example.org")
    assert (bea.name, bea.memberships.get().role) == ("Bea", "organiser")
    given = Entry.objects.filter(verb="groups.grant", actor=owner.id).order_by("id").last()
    assert given.detail == {"account": str(bea.id), "role": "organiser"}


def test_a_role_that_is_taken_away_is_gone_at_once(group: Group, owner: Actor) -> None:
    bea = made_up.account(group, email="bea@example.org")
    granting.withdraw(owner, group=group, account_id=bea.id)
    assert access.actor_for(bea).rights == {}
    assert Account.objects.filter(id=bea.id).exists()
    assert Entry.objects.get(verb="groups.withdraw").detail == {"account": str(bea.id)}
    with pytest.raises(NotFound):
        granting.withdraw(owner, group=group, account_id=bea.id)


def test_an_organisation_keeps_an_owner(group: Group, owner: Actor) -> None:
    with pytest.raises(LastOwner):
        granting.withdraw(owner, group=group, account_id=owner.id)
    with pytest.raises(LastOwner):
        granting.grant(owner, group=group, email="winnie@example.org", terms=Terms(role=made_up.VIEWER))
    assert Membership.objects.get(account_id=owner.id).role == "owner"
    made_up.account(group, made_up.OWNER, "bea@example.org")
    granting.withdraw(owner, group=group, account_id=owner.id)
    assert Membership.objects.get(group=group).account.email == "bea@example.org"


def test_a_branch_may_be_without_an_owner(group: Group) -> None:
    branch = made_up.branch(group)
    owner = made_up.actor(group, made_up.OWNER, "winnie@example.org")
    bea = made_up.account(branch, made_up.OWNER, "bea@example.org")
    granting.withdraw(owner, group=branch, account_id=bea.id)
    assert not Membership.objects.filter(group=branch).exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"email": "bea"}, "email"), ({"name": "x" * 121}, "name"), ({"name": "B\0ea"}, "name")],
)
def test_what_cannot_be_a_name_or_an_address(
    group: Group, owner: Actor, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        granting.grant(
            owner, group=group, terms=Terms(role=made_up.VIEWER), **{"email": "bea@example.org", **typed}
        )
    assert refused.value.errors.keys() == {field}
