"""Who sits at the desk in these tests: Olu organises, Vera looks on, Winnie owns, and Max is from elsewhere."""

import pytest
from django.test import Client

from groundswell.groups.models import Group
from tests import made_up


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def organiser(group: Group) -> Client:
    return signed_in(made_up.account(group, made_up.ORGANISER, "olu@example.org", "Olu"))


@pytest.fixture
def viewer(group: Group) -> Client:
    return signed_in(made_up.account(group, made_up.VIEWER, "vera@example.org", "Vera"))


@pytest.fixture
def owner(group: Group) -> Client:
    return signed_in(made_up.account(group, made_up.OWNER, "winnie@example.org", "Winnie"))


@pytest.fixture
def stranger() -> Client:
    elsewhere = made_up.root(made_up.organisation("others", "Others"))
    return signed_in(made_up.account(elsewhere, made_up.OWNER, "max@example.org", "Max"))


def signed_in(account: made_up.Account) -> Client:
    client = made_up.browser(account)
    client.get("/desk/account")  # the first page puts a token into the session, the next ones only read it
    return client
