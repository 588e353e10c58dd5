"""Invitations to a role: mailed, accepted once by whoever reads the mailbox, listed and taken back."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from groundswell.groups import invitations
from groundswell.groups.granting import withdraw
from groundswell.groups.invitations import token_of
from groundswell.groups.models import Account, Group, Invitation, Membership
from groundswell.groups.upkeep import forget_sign_ins
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from tests import made_up

pytestmark = pytest.mark.django_db

HERE = "/desk/settings/tenants-union"


@pytest.fixture(autouse=True)
def a_mail_server(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, smtp="smtp://127.0.0.1:1")


def give(owner: Client, group: Group, role: str = "viewer", email: str = "Bea@example.org"):
    typed = {"form": "role", "role_email": email, "role_name": "Bea", "role_group": str(group.id)}
    return owner.post(HERE, {**typed, "role_role": role})


def link_of(invitation: Invitation) -> str:
    return f"/desk/invitation/{token_of(invitation.id)}"


def test_an_invitation_is_mailed_and_accepted_once(owner: Client, group: Group, settings: Settings) -> None:
    give(owner, group, "press")
    assert not Account.objects.filter(email="bea@example.org").exists()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, smtp="")
    made_up.send_mails()
    mail = Effect.objects.get(kind="groups.invitation")
    text = kept_path(mail.organisation_id, mail.id).read_text().replace("=\n", "")
    link = re.search(r"http://127\.0\.0\.1:8000(/desk/invitation/\S+)", text)[1]
    assert "To: bea@example.org" in text
    bea = Client()
    assert "bea@example.org" in bea.get(link).content.decode()
    assert Membership.objects.filter(account__email="bea@example.org").count() == 0  # looking is not pressing
    assert bea.post(link).headers["Location"] == "/desk/"
    assert bea.get("/desk/").status_code == 200
    assert Membership.objects.get(account__email="bea@example.org").role == "press"
    for again in (bea.get(link), Client().post(link)):
        assert (again.status_code, "was accepted already" in again.content.decode()) == (410, True)


def test_who_takes_a_higher_role_sets_up_a_second_step(owner: Client, group: Group) -> None:
    give(owner, group, "organiser")
    bea = Client()
    bea.post(link_of(Invitation.objects.get()))
    assert bea.get("/desk/").headers["Location"] == "/desk/account"


def test_the_answer_does_not_tell_whether_there_is_an_account(owner: Client, group: Group) -> None:
    Account.objects.create(email="cem@example.org")
    pages = []
    for email in ("bea@example.org", "cem@example.org"):
        give(owner, group, email=email)
        pages.append(re.findall(r'role="status">([^<]+)<', owner.get(HERE).content.decode())[0].replace(email, ""))
    assert pages[0] == pages[1]
    assert Membership.objects.filter(account__email="cem@example.org").count() == 0


def test_who_has_a_role_already_gets_the_other_one_at_once(owner: Client, group: Group) -> None:
    made_up.account(group, made_up.VIEWER, "bea@example.org", "Bea")
    give(owner, group, "steward")
    assert Membership.objects.get(account__email="bea@example.org").role == "steward"
    assert not Invitation.objects.exists()


def test_a_second_one_ends_the_first(owner: Client, group: Group) -> None:
    give(owner, group)
    first = link_of(Invitation.objects.get())
    give(owner, group, "steward")
    assert "There is a newer invitation" in Client().post(first).content.decode()
    assert Client().post(link_of(Invitation.objects.get(ended_as=""))).status_code == 302
    assert Membership.objects.get(account__email="bea@example.org").role == "steward"


def test_it_is_listed_and_can_be_taken_back(owner: Client, group: Group) -> None:
    give(owner, group)
    invitation = Invitation.objects.get()
    assert "Invited, and not here yet" in owner.get(HERE).content.decode()
    back = {
        "form": "uninvite",
        "sure": "yes",
        "uninvite_group": str(group.id),
        "uninvite_invitation": str(invitation.id),
    }
    assert owner.post(HERE, back).status_code == 303
    assert "Invited, and" not in owner.get(HERE).content.decode()
    gone = Client().post(link_of(invitation))
    assert (gone.status_code, "was taken back" in gone.content.decode()) == (410, True)
    assert not Invitation.objects.exclude(email="", name="").exists()
    assert owner.post(HERE, back).status_code == 404
    assert owner.post(HERE, {**back, "uninvite_invitation": "x"}).status_code == 404
    made_up.send_mails()
    assert Effect.objects.get(kind="groups.invitation").state == "void"
    assert Entry.objects.filter(verb__in=["groups.invite", "groups.withdraw_invitation"]).count() == 2


def test_it_is_good_for_seven_days(owner: Client, group: Group, time_machine: TimeMachineFixture) -> None:
    give(owner, group)
    link = link_of(Invitation.objects.get())
    time_machine.move_to(now() + timedelta(days=7, minutes=1))
    assert "This invitation is too old" in Client().post(link).content.decode()
    forget_sign_ins()
    assert not Invitation.objects.exclude(email="", name="").exists()
    assert "This invitation is too old" in Client().post(link).content.decode()
    time_machine.move_to(now() + timedelta(days=30))
    forget_sign_ins()
    assert not Invitation.objects.exists()
    assert "was used already or is too old" in Client().post(link).content.decode()


def test_it_is_too_old_when_the_role_would_be(
    owner: Client, group: Group, time_machine: TimeMachineFixture
) -> None:
    give(owner, group)
    Invitation.objects.update(ends_at=now() + timedelta(hours=1))
    time_machine.move_to(now() + timedelta(hours=2))
    assert "This invitation is too old" in Client().post(link_of(Invitation.objects.get())).content.decode()


def test_of_two_who_press_at_once_one_gets_the_role(
    owner: Client, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(owner, group)
    invitation = Invitation.objects.select_related("group", "invited_by").get()
    monkeypatch.setattr(invitations, "invitation_of", lambda _token: invitation)
    assert Client().post(link_of(invitation)).status_code == 302
    assert "was accepted already" in Client().post(link_of(invitation)).content.decode()


def test_it_counts_for_nothing_once_the_owner_is_none(owner: Client, group: Group) -> None:
    give(owner, group)
    made_up.account(group, made_up.OWNER, "zoe@example.org", "Zoe")
    winnie = Account.objects.get(email="winnie@example.org")
    withdraw(made_up.SYSTEM, group=group, account_id=winnie.id)
    assert "cannot give this role any more" in Client().post(link_of(Invitation.objects.get())).content.decode()
    assert not Membership.objects.filter(account__email="bea@example.org").exists()


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "é"])
def test_what_is_no_link_opens_nothing(token: str) -> None:
    assert Client().get(f"/desk/invitation/{token}").status_code in {404, 410}


def test_no_outbox_at_the_desk_shows_it(owner: Client, group: Group) -> None:
    give(owner, group)
    assert "bea@example.org" not in owner.get("/desk/outbox").content.decode()
