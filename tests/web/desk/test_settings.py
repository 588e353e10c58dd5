"""What an owner looks after."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.models import Account, Campaign, Group, Membership, Organisation
from groundswell.people.queries import current_wordings
from tests import made_up
from tests.web.markup import Markup, faults, sent_by

pytestmark = pytest.mark.django_db

HERE = "/desk/settings/tenants-union"
FACTS = {
    "form": "organisation",
    "organisation_name": "Renters’ Union",
    "organisation_contact_email": "hello@example.org",
    "organisation_postal_address": "12 Made-up Street",
    "organisation_imprint": "Printed by Ada,\n1 Mill Lane",
    "organisation_accent": "#004488",
}


def wrong(answer) -> set[str]:
    """The fields at which something is wrong."""
    links = Markup(answer.content.decode()).all("a")
    return {link["href"][1:] for link in links if link.get("href", "").startswith("#")} - {"main"}


def test_it_leads_to_what_one_owns(owner: Client) -> None:
    assert owner.get("/desk/settings").headers["Location"] == HERE
    page = owner.get(HERE)
    assert page.status_code == 200
    assert faults(Markup(page.content.decode())) == []
    assert "winnie@example.org" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_much_there_is(
    owner: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        branch = made_up.branch(group, f"branch-{number}", f"Branch {number}")
        made_up.account(branch, email=f"bea{number}@example.org")
    with django_assert_num_queries(11):
        owner.get(HERE)


def test_pages_and_words_follow_the_name(owner: Client, group: Group) -> None:
    assert owner.post(HERE, FACTS).headers["Location"] == HERE
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.contact_email, organisation.accent) == (
        "Renters’ Union",
        "hello@example.org",
        "#004488",
    )
    group.refresh_from_db()
    assert group.name == "Renters’ Union"
    assert "Renters’ Union" in current_wordings(organisation.id)["event"].text
    assert "Saved." in owner.get(HERE).content.decode()


def test_what_can_be_left_out_is(owner: Client) -> None:
    owner.post(HERE, {**FACTS, "organisation_contact_email": "", "organisation_postal_address": ""})
    organisation = Organisation.objects.get()
    assert (organisation.contact_email, organisation.postal_address) == ("", "")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"organisation_name": " "}, "organisation_name"),
        ({"organisation_name": "x" * 121}, "organisation_name"),
        ({"organisation_name": "a\0b"}, "organisation_name"),
        ({"organisation_contact_email": "nobody"}, "organisation_contact_email"),
        ({"organisation_postal_address": "x" * 301}, "organisation_postal_address"),
        ({"organisation_accent": "red"}, "organisation_accent"),
        ({"form": "group", "group_name": ""}, "group_name"),
        ({"form": "group", "group_name": "Tenants Union"}, "group_name"),
        ({"form": "group", "group_name": "Hill", "group_parent": "x"}, "group_parent"),
        ({"form": "campaign", "campaign_name": ""}, "campaign_name"),
        ({"form": "role", "role_email": "nobody", "role_role": "viewer"}, "role_email"),
        ({"form": "role", "role_email": "a@example.org", "role_role": "king"}, "role_role"),
        ({"form": "role", "role_email": "a@example.org", "role_role": "viewer", "role_group": "x"}, "role_group"),
        (
            {"form": "role", "role_email": "a@example.org", "role_role": "viewer", "role_name": "x" * 121},
            "role_name",
        ),
    ],
)
def test_what_was_wrong_is_said_at_its_field_and_the_rest_stays(
    owner: Client, group: Group, change: dict[str, str], field: str
) -> None:
    own = {"group_parent": str(group.id), "role_group": str(group.id)}
    answer = owner.post(HERE, {**FACTS, **own, **change})
    assert (answer.status_code, wrong(answer)) == (422, {field})
    assert change.get(field, "") in {
        each.get("value") for each in Markup(answer.content.decode()).all("input")
    } | {"x", "king"}
    assert Organisation.objects.get().name == "Tenants’ Union"


@pytest.mark.parametrize("typed", ["x" * 301, "a\0b"])
def test_an_imprint_that_cannot_be_one_is_told_at_its_field(owner: Client, typed: str) -> None:
    answer = owner.post(HERE, {**FACTS, "organisation_imprint": typed})
    assert (answer.status_code, wrong(answer)) == (422, {"organisation_imprint"})
    assert typed.strip("\0") in answer.content.decode()
    assert Organisation.objects.get().imprint == ""


def test_an_imprint_stands_under_the_public_pages(owner: Client) -> None:
    owner.post(HERE, FACTS)
    assert "Printed by Ada,<br>1 Mill Lane" in owner.get("/privacy/tenants-union").content.decode()


def test_languages_are_chosen(owner: Client, group: Group) -> None:
    chosen = {"form": "languages", "languages_own": "fr", "languages_en": "yes", "languages_fr": "yes"}
    assert owner.post(HERE, chosen).headers["Location"] == HERE
    assert Organisation.objects.get(id=group.organisation_id).offered == ["fr", "en"]
    assert set(current_wordings(group.organisation_id, "fr")) == {"event", "updates", "nearby"}


def test_further_ways_are_chosen_and_shown_as_they_were(owner: Client, group: Group) -> None:
    sent = {"form": "ways", "ways_sms": "yes", "ways_post": "yes", "ways_fax": "yes"}
    assert owner.post(HERE, sent).headers["Location"] == HERE
    assert Organisation.objects.get(id=group.organisation_id).ways == ["sms", "post"]
    fields = Markup(owner.get(HERE).content.decode()).all("input")
    ticked = [field["id"] for field in fields if "checked" in field and field["id"].startswith("ways_")]
    assert ticked == ["ways_sms", "ways_post"]
    owner.post(HERE, {"form": "ways"})
    assert Organisation.objects.get(id=group.organisation_id).ways == []


def test_a_language_that_is_none_of_ours_is_told_at_its_field(owner: Client, group: Group) -> None:
    answer = owner.post(HERE, {"form": "languages", "languages_own": "xx", "languages_fr": "yes"})
    assert answer.status_code == 422
    assert wrong(answer) == {"languages_own"}
    ticked = [field["id"] for field in Markup(answer.content.decode()).all("input") if "checked" in field]
    assert ticked == ["languages_fr"]


def test_a_group_is_made(owner: Client, group: Group) -> None:
    owner.post(HERE, {"form": "group", "group_name": "Hill branch", "group_parent": str(group.id)})
    made = Group.objects.get(slug="hill-branch")
    assert (made.name, made.parent) == ("Hill branch", group)


def test_a_campaign_is_made(owner: Client) -> None:
    owner.post(HERE, {"form": "campaign", "campaign_name": "Rents down", "campaign_purpose": "Lower rents."})
    assert Campaign.objects.get().purpose == "Lower rents."


def test_a_role_is_given_and_taken_away(owner: Client, group: Group) -> None:
    role = {"form": "role", "role_email": "Bea@example.org", "role_name": "Bea", "role_group": str(group.id)}
    owner.post(HERE, {**role, "role_role": "viewer"})
    bea = Account.objects.get(email="bea@example.org")
    assert bea.memberships.get().role == "viewer"
    assert "signs in at http://127.0.0.1:8000/desk/sign-in" in owner.get(HERE).content.decode()
    taken = {"form": "withdraw", "withdraw_group": str(group.id), "withdraw_account": str(bea.id)}
    asked = owner.post(HERE, taken).content.decode()
    assert "Take the role of bea@example.org away?" in asked
    assert bea.memberships.exists()
    owner.post(HERE, sent_by(asked))
    assert not bea.memberships.exists()
    assert owner.post(HERE, taken).status_code == 404


def test_the_last_owner_stays(owner: Client, group: Group) -> None:
    winnie = Account.objects.get(email="winnie@example.org")
    of_winnie = {"withdraw_group": str(group.id), "withdraw_account": str(winnie.id)}
    owner.post(HERE, {"form": "withdraw", "sure": "yes", **of_winnie})
    assert "This is the last owner." in owner.get(HERE).content.decode()
    owner.post(
        HERE,
        {"form": "role", "role_email": winnie.email, "role_group": str(group.id), "role_role": "viewer"},
    )
    assert "This is the last owner." in owner.get(HERE).content.decode()
    assert winnie.memberships.get().role == "owner"


@pytest.mark.parametrize(
    "change",
    [{}, {"form": "x"}, {"form": "withdraw"}, {"form": "withdraw", "sure": "yes"}],
)
def test_a_form_that_is_none_of_ours_is_nothing(owner: Client, group: Group, change: dict[str, str]) -> None:
    assert owner.post(HERE, {"withdraw_group": str(group.id), **change}).status_code == 404


def test_the_owner_of_a_branch_looks_after_the_branch(group: Group) -> None:
    branch = made_up.branch(group)
    client = made_up.browser(made_up.account(branch, made_up.OWNER, "bea@example.org"))
    page = client.get(HERE).content.decode()
    assert "Who is answerable" not in page
    assert client.post(HERE, FACTS).status_code == 404
    assert client.post(HERE, {"form": "campaign", "campaign_name": "x"}).status_code == 404
    role = {"form": "role", "role_email": "cem@example.org", "role_role": "viewer"}
    assert wrong(client.post(HERE, {**role, "role_group": str(group.id)})) == {"role_group"}
    client.post(HERE, {**role, "role_group": str(branch.id)})
    assert Membership.objects.get(account__email="cem@example.org").group == branch
    assert Organisation.objects.get().name == "Tenants’ Union"


def test_somebody_elses_settings_are_missing(stranger: Client, organiser: Client) -> None:
    missing = stranger.get("/desk/settings/nowhere")
    assert missing.status_code == 404
    for client in (stranger, organiser):
        assert client.get(HERE).content == missing.content
        assert client.post(HERE, FACTS).status_code == 404


def test_who_owns_several_goes_from_one_to_the_other(owner: Client) -> None:
    other = made_up.organisation("others", "Others")
    made_up.account(made_up.root(other), made_up.OWNER, "winnie@example.org")
    hrefs = [link["href"] for link in Markup(owner.get(HERE).content.decode()).all("a")]
    assert "/desk/settings/others" in hrefs
    assert HERE not in hrefs
