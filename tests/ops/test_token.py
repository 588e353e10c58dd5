"""``./groundswell manage token``: prints a token and nothing else, and the ledger says that it was made."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from groundswell.groups.models import ApiToken, Organisation
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def make(*arguments: str) -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("token", *arguments, stdout=printed)
    return printed.getvalue()


def person_seen_with(token: str) -> dict[str, str | None]:
    client = Client(headers={"Authorization": f"Bearer {token}"})
    event = client.get("/api/v1/events").json()["items"][0]
    person: dict[str, str | None] = client.get(f"/api/v1/events/{event['id']}/attendances").json()["items"][0][
        "person"
    ]
    return person


def test_the_token_alone_is_printed_and_works(organisation: Organisation) -> None:
    made_up.confirmed(made_up.event(made_up.root(organisation)))
    printed = make("--organisation", "tenants-union")
    assert printed == f"{printed.strip()}\n"
    assert " " not in printed
    assert person_seen_with(printed.strip()) == {"name": "Ada", "email": "ada@example.org"}


def test_a_token_can_do_without_contact_data(organisation: Organisation) -> None:
    made_up.confirmed(made_up.event(made_up.root(organisation)))
    token = make("--organisation", "tenants-union", "--without-contact-data").strip()
    assert person_seen_with(token) == {"name": None, "email": None}


@pytest.mark.parametrize(
    ("option", "contact_data", "role"),
    [([], True, "organiser"), (["--without-contact-data"], False, "organiser"), (["--role=owner"], True, "owner")],
)
def test_the_ledger_says_that_it_was_made(
    organisation: Organisation, option: list[str], contact_data: bool, role: str
) -> None:
    make("--organisation", "tenants-union", *option)
    entry = Entry.objects.get(verb="groups.make_api_token")
    assert (entry.organisation_id, entry.actor) == (organisation.id, None)
    assert entry.object_id == ApiToken.objects.get().id
    assert entry.detail == {"contact_data": contact_data, "role": role}


@pytest.mark.parametrize(("role", "status"), [("organiser", 403), ("owner", 201)])
def test_only_a_token_with_the_role_of_an_owner_makes_groups(
    organisation: Organisation, role: str, status: int
) -> None:
    token = make("--organisation", "tenants-union", "--role", role).strip()
    client = Client(headers={"Authorization": f"Bearer {token}"})
    made = client.post("/api/v1/groups", {"name": "Riverside"}, content_type="application/json")
    assert made.status_code == status


def test_the_secret_itself_is_kept_nowhere(organisation: Organisation) -> None:
    token = make("--organisation", "tenants-union").strip()
    assert token not in str(list(ApiToken.objects.values()))
    assert token not in str(list(Entry.objects.values()))


def test_an_unknown_organisation_is_one_plain_sentence() -> None:
    with pytest.raises(CommandError, match=r"^There is no organisation with the slug nowhere\.$"):
        make("--organisation", "nowhere")
    assert not ApiToken.objects.exists()
