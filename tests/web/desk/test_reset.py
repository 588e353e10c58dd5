"""An owner lets somebody begin anew who lost their second step."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from groundswell.groups.models import Account, Group
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from tests import made_up
from tests.web.desk.test_account import by_link, come_in, set_up
from tests.web.markup import sent_by

pytestmark = pytest.mark.django_db

HERE = "/desk/settings/tenants-union"


@pytest.fixture
def olu(group: Group) -> Account:
    return made_up.account(group)


def reset(owner: Client, group: Group, account: object):
    form = {"form": "reset", "reset_group": str(group.id), "reset_account": str(account)}
    asked = owner.post(HERE, form)
    if asked.status_code != 200:
        return asked
    assert "are gone for good" in asked.content.decode()
    return owner.post(HERE, sent_by(asked.content.decode()))


def test_all_of_it_goes_and_every_session_ends(owner: Client, group: Group, olu: Account) -> None:
    inside = by_link(olu)
    set_up(inside)
    assert reset(owner, group, olu.id).status_code == 303
    assert not Authenticator.objects.filter(user=olu).exists()
    assert inside.get("/desk/").status_code == 302
    assert Entry.objects.filter(verb="groups.reset_factors").count() == 1
    assert Effect.objects.filter(kind="groups.factors_changed", subject=olu.id).count() == 2
    browser, _ = come_in(olu)
    assert browser.get("/desk/").headers["Location"] == "/desk/account"  # and sets up another


def test_whoever_has_a_role_elsewhere_is_let_in_by_the_machine_only(
    owner: Client, group: Group, olu: Account
) -> None:
    made_up.account(made_up.root(made_up.organisation("others", "Others")), made_up.VIEWER, olu.email)
    set_up(by_link(olu))
    reset(owner, group, olu.id)
    assert "a role elsewhere" in owner.get(HERE).content.decode()
    assert Authenticator.objects.filter(user=olu).exists()


@pytest.mark.parametrize("named", ["", "x", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_who_has_no_role_here_is_not_there(owner: Client, group: Group, named: str) -> None:
    assert reset(owner, group, named).status_code == 404


def test_nobody_but_an_owner_may(organiser: Client, group: Group, olu: Account) -> None:
    assert reset(organiser, group, olu.id).status_code == 404
