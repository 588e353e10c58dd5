"""What the API's tests share: an organisation with a token, and a client that sends it."""

from collections.abc import Callable

import pytest
from django.test import Client

from groundswell.groups import operations as groups
from groundswell.groups.models import Membership, Organisation
from tests import made_up

Call = Callable[[Organisation], Client]


@pytest.fixture
def organisation(db: None) -> Organisation:
    """The organisation that the tests are about."""
    return made_up.organisation()


@pytest.fixture
def other(db: None) -> Organisation:
    """Another one, of which nothing may ever be seen."""
    return made_up.organisation("cyclists", "Cyclists for All")


@pytest.fixture
def api(organisation: Organisation) -> Client:
    """A client with the organisation's token, which carries contact data."""
    return client_of(organisation)


def client_of(
    organisation: Organisation, *, contact_data: bool = True, role: Membership.Role = made_up.ORGANISER
) -> Client:
    """A client with a fresh token."""
    secret = groups.make_api_token(
        made_up.SYSTEM, organisation=organisation, label="test", contact_data=contact_data, role=role
    )
    return Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
