"""One more organisation in a running installation, from the command line."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from groundswell.groups.models import Account, Membership, Organisation
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from groundswell.people.models import Wording
from tests import made_up

pytestmark = pytest.mark.django_db


def make(slug: str = "wing", name: str = "The wing", email: str = "Bea@example.org") -> list[str]:
    """The command, and the lines that it prints."""
    out = StringIO()
    call_command("organisation", slug, name, email, stdout=out)
    return out.getvalue().split()


def test_it_stands_beside_the_others_with_its_owner() -> None:
    made_up.organisation()
    page, link = make()
    assert page == "http://127.0.0.1:8000/g/wing"
    assert "The wing" in Client().get("/g/wing").content.decode()
    wing = Organisation.objects.get(slug="wing")
    owner = Membership.objects.get(organisation=wing)
    assert (owner.role, owner.account.email, owner.group.parent) == ("owner", "bea@example.org", None)
    assert Wording.objects.filter(organisation=wing).exists()
    browser = Client()
    assert browser.post(link.removeprefix("http://127.0.0.1:8000")).status_code == 303
    assert "The wing" in browser.get("/desk/settings/wing").content.decode()


def test_its_owner_is_told_by_mail_without_a_secret(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, smtp="smtp://127.0.0.1:1")
    assert make() == ["http://127.0.0.1:8000/g/wing"]
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, smtp="")
    made_up.send_mails()
    mail = Effect.objects.get(kind="groups.welcome")
    text = kept_path(mail.organisation_id, mail.id).read_text().replace("=\n", "")
    assert "To: bea@example.org" in text
    assert "http://127.0.0.1:8000/desk/sign-in\n" in text


def test_who_has_the_role_no_more_is_told_nothing() -> None:
    make()
    Membership.objects.all().delete()
    made_up.send_mails()
    assert Effect.objects.get(kind="groups.welcome").state == "void"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"slug": "tenants-union"}, "has the address tenants-union already"),
        ({"slug": "Not an address!"}, "small letters, digits and hyphens"),
        ({"slug": "x" * 61}, "at most 60"),
        ({"email": "nobody"}, "Enter an e-mail address"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left(typed: dict[str, str], sentence: str) -> None:
    made_up.organisation()
    with pytest.raises(CommandError, match=sentence):
        make(**typed)
    assert Organisation.objects.count() == 1
    assert not Account.objects.exists()
