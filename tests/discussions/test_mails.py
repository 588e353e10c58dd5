"""The mail to those whose organisation is asked to put a question too."""

import pytest

from groundswell.discussions import mails, operations
from groundswell.discussions.models import Caller, Discussion
from groundswell.groups.access import SYSTEM
from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import INSTALLATION
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion() -> Discussion:
    return made_up.discussion(made_up.root(made_up.organisation("wing", "The Wing")), "What now?")


@pytest.fixture
def asked(discussion: Discussion) -> Caller:
    union = made_up.root(made_up.organisation("union", "The Union"))
    made_up.account(union, made_up.ORGANISER, "una@example.org")
    made_up.account(union, made_up.VIEWER, "vi@example.org")
    return operations.ask(SYSTEM, discussion=discussion, group=union)


def written() -> dict[str, Mail | None]:
    effects = Effect.objects.filter(organisation_id=INSTALLATION, kind=operations.ASKED_MAIL)
    return {effect.address: mails.asked(effect) for effect in effects}


def test_organisers_are_asked_by_mail(asked: Caller) -> None:
    assert list(written()) == ["una@example.org"]
    mail = written()["una@example.org"]
    assert mail is not None
    assert mail.subject == "The Wing asks you to put a question too: What now?"
    assert "/desk/discussions" in mail.text


@pytest.mark.parametrize("how", ["answered", "old", "closed"])
def test_what_waits_no_longer_is_not_sent(asked: Caller, discussion: Discussion, how: str) -> None:
    if how == "answered":
        operations.answer_call(SYSTEM, caller=asked, accept=True)
    elif how == "old":
        Caller.objects.update(expires_at=now())
    else:
        operations.close(SYSTEM, discussion=discussion)
    assert written() == {"una@example.org": None}
