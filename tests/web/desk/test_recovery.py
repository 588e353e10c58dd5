"""The pages of the recovery address, and of what it stops."""

from datetime import timedelta

import pytest
from django.test import Client

from groundswell.groups.approvals import stop_token
from groundswell.groups.models import Account, Approval, Group, RecoveryAddress
from groundswell.groups.recovery import recovery_of, token_of
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

RECOVERY = "/desk/settings/tenants-union/recovery"


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


def test_it_is_for_owners_with_a_fresh_sign_in(owner: Client, organiser: Client, stranger: Client) -> None:
    assert (organiser.get(RECOVERY).status_code, stranger.get(RECOVERY).status_code) == (404, 404)
    stale = made_up.browser(Account.objects.get(email="winnie@example.org"), timedelta(hours=1))
    assert stale.post(RECOVERY, {"email": "far@example.org"}).status_code == 403
    assert not RecoveryAddress.objects.exists()


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
