"""The pages of the recovery address, of what it stops, and of keys for programs."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from groundswell.groups.access import actor_for
from groundswell.groups.approvals import approve, stop_token
from groundswell.groups.models import Account, ApiToken, Approval, Group, RecoveryAddress
from groundswell.groups.queries import live_token
from groundswell.groups.recovery import recovery_of, token_of
from groundswell.kit.clock import now
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

RECOVERY, TOKENS = "/desk/settings/tenants-union/recovery", "/desk/settings/tenants-union/tokens"


def text(client: Client, where: str) -> str:
    return " ".join(Markup(client.get(where).content.decode()).text.split())


def test_it_is_named_confirmed_and_taken_away(owner: Client, group: Group) -> None:
    assert "There is none yet" in text(owner, RECOVERY)
    owner.post(RECOVERY, {"email": "far@example.org"})
    assert "Waits for the link in its mail to be pressed: far@example.org" in text(owner, RECOVERY)
    link = f"/desk/recovery/{token_of(RecoveryAddress.objects.get().id)}"
    friend = Client()
    assert "Tenants’ Union asks whether you get a mail" in text(friend, link)
    assert recovery_of(group.organisation) is None
    assert "From now on a mail comes here" in friend.post(link).content.decode()
    assert (friend.get(link).status_code, friend.post(link).status_code) == (410, 410)
    assert "It counts: far@example.org" in text(owner, RECOVERY)
    owner.post(RECOVERY, {"email": ""})
    assert "There is no recovery address any more." in text(owner, RECOVERY)


def test_what_is_no_address_is_said(owner: Client) -> None:
    answer = owner.post(RECOVERY, {"email": "x"})
    assert (answer.status_code, "Enter an e-mail address" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("where", [RECOVERY, TOKENS])
def test_it_is_for_owners_with_a_fresh_sign_in(
    owner: Client, organiser: Client, stranger: Client, where: str
) -> None:
    assert (organiser.get(where).status_code, stranger.get(where).status_code) == (404, 404)
    stale = made_up.browser(Account.objects.get(email="winnie@example.org"), timedelta(hours=1))
    assert stale.post(where, {"email": "far@example.org", "label": "Map"}).status_code == 403
    assert not RecoveryAddress.objects.exists()
    assert not ApiToken.objects.exists()


def test_looking_stops_nothing_and_the_button_does(owner: Client, group: Group) -> None:
    typed = {"form": "role", "role_email": "new@example.org", "role_group": str(group.id), "role_role": "owner"}
    owner.post("/desk/settings/tenants-union", typed)
    link = f"/desk/stop/{stop_token(Approval.objects.get().id)}"
    friend = Client()
    assert "Make new@example.org an owner of Tenants’ Union" in text(friend, link)
    assert Approval.objects.get().stopped_at is None
    assert "It is stopped" in friend.post(link).content.decode()
    assert Approval.objects.get().stopped_at
    assert friend.get(link).status_code == 410
    assert friend.get("/desk/stop/x").status_code == 410


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
