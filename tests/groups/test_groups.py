"""Organisations, the groups in them, and what they want."""

from datetime import UTC, datetime

import pytest

from groundswell.groups import operations, queries
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotFound
from groundswell.groups.models import Group
from groundswell.intake.models import Touch
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def owner(group: Group) -> Actor:
    return made_up.actor(group, made_up.OWNER, "winnie@example.org")


def touched() -> set[str]:
    return set(Touch.objects.values_list("tag", flat=True))


def test_an_organisation_has_one_root_group_of_its_name(group: Group) -> None:
    assert (group.slug, group.name, group.parent) == ("tenants-union", "Tenants’ Union", None)
    assert queries.root_groups() == [group]
    assert queries.organisation_by_slug("tenants-union") == group.organisation
    assert queries.public_group("tenants-union") == group
    assert "organisations" in touched()


def test_what_nobody_made_is_missing() -> None:
    for missing in (queries.organisation_by_slug, queries.public_group):
        with pytest.raises(NotFound):
            missing("nowhere")


def test_groups_form_a_tree(group: Group, owner: Actor) -> None:
    branch = operations.create_group(owner, parent=group, slug="hill", name=" Hill  branch ")
    twig = made_up.branch(branch, "twig", "Twig")
    other = made_up.branch(group, "valley", "Valley")
    assert (branch.name, branch.parent, branch.organisation) == ("Hill branch", group, group.organisation)
    assert set(queries.group_with_branches(branch)) == {branch.id, twig.id}
    assert set(queries.group_with_branches(group)) == {group.id, branch.id, twig.id, other.id}
    assert queries.groups_by_id([twig.id, branch.id]) == [branch, twig]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"description": "a\0b"}, "description"),
        ({"slug": "tenants-union"}, "slug"),
    ],
)
def test_what_cannot_be_a_group(group: Group, owner: Actor, typed: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        operations.create_group(owner, parent=group, **{"slug": "hill", "name": "Hill", **typed})
    assert refused.value.errors.keys() == {field}


def test_a_campaign_belongs_to_its_organisation(group: Group, owner: Actor) -> None:
    made = operations.create_campaign(
        owner, organisation=group.organisation, name="Rents down", purpose="Lower\r\nrents."
    )
    assert (made.purpose, made.organisation) == ("Lower\nrents.", group.organisation)
    other = made_up.organisation("others", "Others")
    assert queries.campaigns_of([group.organisation_id]) == [made]
    assert queries.campaigns_of([other.id]) == []


@pytest.mark.parametrize(("typed", "field"), [({"name": ""}, "name"), ({"purpose": "\0"}, "purpose")])
def test_what_cannot_be_a_campaign(group: Group, owner: Actor, typed: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        operations.create_campaign(owner, organisation=group.organisation, **{"name": "Rents down", **typed})
    assert refused.value.errors.keys() == {field}


def test_who_is_answerable_can_be_said_anew(group: Group, owner: Actor) -> None:
    Touch.objects.all().delete()
    said = operations.describe_organisation(
        owner,
        organisation=group.organisation,
        name="Renters’ Union",
        contact_email="Hello@Example.org",
        postal_address=" 12  Made-up Street ",
        imprint="\r\nPrinted by Ada,\r\n1 Mill Lane ",
        accent="#0044FF",
    )
    assert (said.contact_email, said.postal_address, said.imprint, said.accent) == (
        "Hello@example.org",
        "12 Made-up Street",
        "Printed by Ada,\n1 Mill Lane",
        "#0044ff",
    )
    group.refresh_from_db()
    assert group.name == "Renters’ Union"
    assert touched() == {"organisations", f"organisation:{said.id}"}


def test_what_is_put_away_is_one_organisations_and_no_younger(group: Group) -> None:
    organiser = made_up.actor(group)
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="max@example.org")
    with pytest.raises(NotFound):
        operations.put_away(stranger, organisation=group.organisation, until=datetime.now(UTC))
    assert operations.put_away(organiser, organisation=group.organisation, until=datetime.now(UTC)) == 0


def test_what_the_organisations_say_of_being_a_demonstration(group: Group) -> None:
    assert queries.demonstration_notes() == {""}
    made_up.organisation("others", "Others", demonstration_note="After events of 2016")
    assert queries.demonstration_notes() == {"", "After events of 2016"}


def test_who_has_which_role_is_told_group_by_group(group: Group) -> None:
    made_up.account(group, email="zoe@example.org")
    made_up.account(made_up.branch(group, "hill", "A hill"), email="bea@example.org")
    made_up.account(group, email="ada@example.org")
    found = queries.memberships_in(list(Group.objects.values_list("id", flat=True)))
    assert [one.account.email for one in found] == ["bea@example.org", "ada@example.org", "zoe@example.org"]
    assert queries.has_accounts()


@pytest.mark.parametrize(
    "typed",
    [
        "tenants-union",
        " Tenants-Union ",
        "/g/tenants-union/",
        "http://elsewhere.example.org/fr/g/tenants-union?x=1",
    ],
)
def test_an_organisation_is_found_by_the_address_of_its_page(typed: str) -> None:
    made = made_up.organisation()
    assert queries.organisation_at(typed) == made


@pytest.mark.parametrize("typed", ["", "/", "nobody", "http://127.0.0.1:8000/g/nobody"])
def test_where_no_organisation_is_none_is_found(typed: str) -> None:
    made_up.organisation()
    with pytest.raises(NotFound):
        queries.organisation_at(typed)
