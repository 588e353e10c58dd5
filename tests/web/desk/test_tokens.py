"""The page of keys for programs: made and shown once, taken back, and with addresses only by two."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from groundswell.groups.access import actor_for
from groundswell.groups.approvals import approve
from groundswell.groups.models import Account, ApiToken, Approval, Group
from groundswell.groups.operations import make_api_token
from groundswell.groups.queries import live_token
from groundswell.kit.clock import now
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

TOKENS = "/desk/settings/tenants-union/tokens"


def text(client: Client, where: str) -> str:
    return " ".join(Markup(client.get(where).content.decode()).text.split())


def test_it_is_for_owners_with_a_fresh_sign_in(owner: Client, organiser: Client, stranger: Client) -> None:
    assert (organiser.get(TOKENS).status_code, stranger.get(TOKENS).status_code) == (404, 404)
    stale = made_up.browser(Account.objects.get(email="winnie@example.org"), timedelta(hours=1))
    assert stale.post(TOKENS, {"then": "make", "label": "Map", "role": "viewer"}).status_code == 403
    assert not ApiToken.objects.exists()


def test_an_old_sign_in_is_enough_to_shut_a_program_out(owner: Client) -> None:
    secret = shown(owner.post(TOKENS, {"then": "make", "label": "Map", "role": "viewer"}).content)
    stale = made_up.browser(Account.objects.get(email="winnie@example.org"), timedelta(hours=1))
    stale.post(TOKENS, {"then": "revoke", "token": str(live_token(secret).id)})
    assert live_token(secret) is None


def test_one_of_another_organisation_is_not_there(owner: Client) -> None:
    other = made_up.root(made_up.organisation("other", "Other"))
    secret = make_api_token(made_up.SYSTEM, organisation=other.organisation, label="Theirs", contact_data=False)
    assert "Theirs" not in text(owner, TOKENS)
    assert owner.post(TOKENS, {"then": "revoke", "token": str(live_token(secret).id)}).status_code == 404
    assert live_token(secret)


def shown(page: bytes) -> str:
    return re.search(r"<code>(gs_\S+)</code>", page.decode())[1]


def test_a_token_without_addresses_is_shown_once_and_taken_back(owner: Client) -> None:
    assert "None yet." in text(owner, TOKENS)
    secret = shown(owner.post(TOKENS, {"then": "make", "label": "Map", "role": "viewer"}).content)
    assert secret not in owner.get(TOKENS).content.decode()
    assert "Map Viewer, without names and addresses" in text(owner, TOKENS)
    owner.post(TOKENS, {"then": "revoke", "token": str(live_token(secret).id)})
    assert live_token(secret) is None
    assert owner.post(TOKENS, {"then": "revoke", "token": "x"}).status_code == 404


@pytest.mark.parametrize("typed", [{"role": "viewer"}, {"label": "Map", "role": "king"}])
def test_it_is_said_what_is_missing_of_a_token(owner: Client, typed: dict[str, str]) -> None:
    answer = owner.post(TOKENS, {"then": "make", **typed})
    assert (answer.status_code, "Say which program it is for" in answer.content.decode()) == (422, True)


def test_with_addresses_another_owner_agrees_first(owner: Client, group: Group) -> None:
    xena = made_up.account(group, made_up.OWNER, "xena@example.org", "Xena")
    made_up.held_for_long(group)
    asked = owner.post(TOKENS, {"then": "make", "label": "Map", "role": "viewer", "contact": "yes"})
    assert (asked["Location"], ApiToken.objects.count()) == ("/desk/approvals", 0)
    assert "Give the program “Map” the names" in text(signed_in(xena), "/desk/approvals")
    one = Approval.objects.get()
    approve(actor_for(xena), approval=one, fresh_until=now() + timedelta(minutes=1))
    secret = shown(owner.post(f"/desk/approvals/{one.id}", {"then": "use"}).content)
    assert live_token(secret).contact_data
