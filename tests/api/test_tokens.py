"""Who is let in: tokens of one organisation, and nobody else."""

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.groups import operations as groups
from groundswell.groups.models import ApiToken, Organisation
from groundswell.kit.clock import now
from tests import made_up
from tests.api.conftest import client_of

NOBODYS = "01a202cd-932f-7ccf-a589-8d503a36d0f3"
OPERATIONS = [
    ("get", "/api/v1/organisations"),
    ("get", "/api/v1/groups"),
    ("get", f"/api/v1/groups/{NOBODYS}"),
    ("get", "/api/v1/series"),
    ("get", f"/api/v1/series/{NOBODYS}"),
    ("get", f"/api/v1/events/{NOBODYS}"),
    ("get", "/api/v1/events"),
    ("post", "/api/v1/events"),
    ("post", f"/api/v1/events/{NOBODYS}/publish"),
    ("post", f"/api/v1/events/{NOBODYS}/cancel"),
    ("post", f"/api/v1/events/{NOBODYS}/warn"),
    ("patch", f"/api/v1/events/{NOBODYS}"),
    ("get", f"/api/v1/events/{NOBODYS}/attendances"),
    ("get", "/api/v1/events/no-id/attendances"),
]
every_operation = pytest.mark.parametrize(("method", "path"), OPERATIONS)


@every_operation
def test_nobody_gets_in_without_a_token(db: None, client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="groundswell"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Send a token: Authorization: Bearer …",
        "code": "unauthorized",
        "errors": [],
    }


@every_operation
def test_a_signed_in_account_is_nobody_here(
    organisation: Organisation, client: Client, method: str, path: str
) -> None:
    client.force_login(made_up.account(made_up.root(organisation), made_up.OWNER))
    assert getattr(client, method)(path).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer gs_wrong", "Bearer gs wrong", "Basic Z3M6", "gs_wrong", "Bearer \xff\0"],
)
@every_operation
def test_a_token_that_is_none_is_said_to_be(db: None, client: Client, method: str, path: str, header: str) -> None:
    answer = getattr(client, method)(path, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="groundswell", error="invalid_token"'


def test_a_token_that_was_revoked_is_none(api: Client) -> None:
    assert api.get("/api/v1/events").status_code == 200
    ApiToken.objects.update(revoked_at=now())
    assert api.get("/api/v1/events").status_code == 401


def test_the_name_of_the_scheme_is_read_in_any_case(organisation: Organisation, client: Client) -> None:
    secret = groups.make_api_token(made_up.SYSTEM, organisation=organisation, label="", contact_data=True)
    assert client.get("/api/v1/events", headers={"Authorization": f"bearer {secret}"}).status_code == 200


def without_what_is_left(answer: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name != "RateLimit"}


def test_a_token_is_good_for_its_own_organisation_only(api: Client, other: Organisation) -> None:
    """Another organisation's event is the same 404, to the letter, as one that does not exist."""
    event = made_up.draft(made_up.root(other))
    made_up.confirmed(made_up.event(made_up.root(other), title="Another"))
    for method, verb in (("post", "publish"), ("get", "attendances")):
        theirs = getattr(api, method)(f"/api/v1/events/{event.id}/{verb}")
        nobodys = getattr(api, method)(f"/api/v1/events/{NOBODYS}/{verb}")
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.content == nobodys.content
        assert without_what_is_left(theirs) == without_what_is_left(nobodys)
    event.refresh_from_db()
    assert event.status == "draft"
    assert client_of(other).post(f"/api/v1/events/{event.id}/publish").status_code == 200
