"""The mails to those whose organisation is asked to put a question too, and to those who asked."""

import pytest

from groundswell.discussions import mails, operations
from groundswell.discussions.models import Caller, Discussion
from groundswell.groups.access import SYSTEM, Actor, actor_for
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


def answers() -> dict[str, str | None]:
    """The subject of the newest mail about an answer, or an end, to each address."""
    effects = Effect.objects.filter(organisation_id=INSTALLATION, kind__in=mails.ANSWERS).order_by("id")
    return {
        effect.address: (mail := mails.answered(effect)) and mail.subject for effect in effects.exclude(address="")
    }


@pytest.fixture
def both(asked: Caller, discussion: Discussion) -> Actor:
    """Somebody who works for both organisations, beside an organiser of the one that began the question."""
    made_up.account(discussion.group, made_up.ORGANISER, "wanda@example.org")
    made_up.account(discussion.group, made_up.VIEWER, "vera@example.org")
    made_up.account(discussion.group, made_up.OWNER, "una@example.org")
    return actor_for(made_up.account(asked.group, made_up.ORGANISER, "una@example.org"))


def test_who_began_it_hears_what_is_answered_but_not_who_answered(both: Actor, asked: Caller) -> None:
    operations.answer_call(both, caller=asked, accept=True)
    assert answers() == {"wanda@example.org": "The Union puts it too: What now?"}
    operations.answer_call(both, caller=asked, accept=False)
    assert answers() == {"wanda@example.org": "The Union puts it no longer: What now?"}


def test_a_no_is_told_and_leads_to_the_question(both: Actor, asked: Caller, discussion: Discussion) -> None:
    operations.answer_call(both, caller=asked, accept=False)
    assert answers() == {"wanda@example.org": "The Union said no: What now?"}
    mail = mails.answered(Effect.objects.get(kind=operations.DECLINED_MAIL))
    assert mail is not None
    assert f"/desk/discussions/{discussion.id}" in mail.text


def test_an_answer_that_holds_no_longer_is_not_sent(both: Actor, asked: Caller, discussion: Discussion) -> None:
    operations.answer_call(both, caller=asked, accept=True)
    operations.end_call(SYSTEM, discussion=discussion, caller=asked)
    assert answers() == {
        "wanda@example.org": None,
        "una@example.org": "No longer put by you: What now?",
    }
    asked.delete()
    assert set(answers().values()) == {None}


def test_an_address_that_is_erased_gets_nothing(both: Actor, asked: Caller) -> None:
    operations.answer_call(both, caller=asked, accept=True)
    Effect.objects.update(address="")
    assert [mails.answered(one) for one in Effect.objects.filter(kind=operations.ACCEPTED_MAIL)] == [None]


def test_an_invitation_that_is_taken_back_writes_nothing(asked: Caller, discussion: Discussion) -> None:
    operations.end_call(SYSTEM, discussion=discussion, caller=asked)
    assert answers() == {}
