"""A mailing as its readers get it: what stands in every copy, whoever it is for."""

import pytest

from groundswell.groups.models import Organisation
from groundswell.mailings.letters import letter, preview
from groundswell.mailings.models import Mailing
from groundswell.mailings.operations import Draft, compose
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation(postal_address="1 High Street")


def written(organisation: Organisation, text: str = "Come.", subject: str = "To all", **more: object) -> Mailing:
    """A draft of the organisation, in English."""
    root = made_up.root(organisation)
    draft = Draft(words={"en": {"subject": subject, "text": text}}, **more)
    return compose(made_up.actor(root, made_up.MAILER), group=root, draft=draft)


def test_who_writes_stands_under_it_and_the_imprint_only_where_there_is_one(organisation: Organisation) -> None:
    mailing = written(organisation)
    plain = preview(mailing, "en", "Ada")
    assert "Tenants’ Union, 1 High Street\nYou get this" in plain["text"]
    mailing.organisation.imprint = "Promoted by Ada <b>\n1 Mill Lane"
    shown = preview(mailing, "en", "Ada")
    assert "1 High Street\nPromoted by Ada <b>\n1 Mill Lane\nYou get this" in shown["text"]
    assert "1 High Street<br>Promoted by Ada &lt;b&gt;<br>1 Mill Lane<br>" in shown["html"]


def test_a_copy_has_the_imprint_as_the_preview_does(organisation: Organisation) -> None:
    mailing = written(organisation)
    mailing.organisation.imprint = "Promoted by Ada"
    made = letter(mailing, "en").form
    copy = made.fill(dict.fromkeys(made.names, "x"))
    assert copy.count(b"Promoted by Ada") == 2
