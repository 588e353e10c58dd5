"""The mails to those whose organisation is asked to call to a bloc, and to those who asked."""

import pytest

from groundswell.blocs import callers, mails, operations
from groundswell.blocs.models import Bloc, Caller
from groundswell.events import operations as events
from groundswell.groups.access import SYSTEM, Actor, actor_for
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.outbox.mail import Mail
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import INSTALLATION
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(bloc: Bloc) -> Caller:
    union = made_up.root(made_up.organisation("union", "The Union"))
    made_up.account(union, made_up.ORGANISER, "una@example.org")
    made_up.account(union, made_up.VIEWER, "vi@example.org")
    branch = made_up.branch(union, "union-hull", "Hull")
    made_up.account(branch, made_up.OWNER, "hull@example.org")
    return callers.invite(SYSTEM, bloc=bloc, group=union)


def written() -> dict[str, Mail | None]:
    effects = Effect.objects.filter(organisation_id=INSTALLATION, kind=callers.ASKED_MAIL)
    return {effect.address: mails.asked(effect) for effect in effects}


def answers() -> dict[str, str | None]:
    """The subject of the newest mail about an answer, or an end, to each address."""
    effects = Effect.objects.filter(organisation_id=INSTALLATION, kind__in=mails.ANSWERS).order_by("id")
    return {
        effect.address: (mail := mails.answered(effect)) and mail.subject for effect in effects.exclude(address="")
    }


def test_organisers_of_the_whole_are_asked_by_mail(asked: Caller, bloc: Bloc) -> None:
    assert list(written()) == ["una@example.org"]
    mail = written()["una@example.org"]
    assert mail is not None
    assert mail.subject == f"The Wing asks you to call to a bloc: {bloc.name}"
    assert "/desk/blocs" in mail.text
    assert "The Wing asks The Union" in mail.text


@pytest.mark.parametrize("how", ["answered", "old", "bloc off", "event off", "gone"])
def test_what_waits_no_longer_is_not_sent(asked: Caller, bloc: Bloc, wing: Group, how: str) -> None:
    if how == "answered":
        callers.accept(SYSTEM, caller=asked)
    elif how == "old":
        Caller.objects.update(expires_at=now())
    elif how == "bloc off":
        operations.cancel(SYSTEM, bloc=bloc)
    elif how == "event off":
        events.cancel(SYSTEM, event=bloc.event)
    else:
        asked.delete()
    assert written() == {"una@example.org": None}


@pytest.fixture
def both(asked: Caller, bloc: Bloc) -> Actor:
    """Somebody who organises the bloc and works for the organisation that is asked, too."""
    made_up.account(bloc.group, made_up.ORGANISER, "wanda@example.org")
    made_up.account(bloc.group, made_up.VIEWER, "vera@example.org")
    made_up.account(bloc.group, made_up.OWNER, "una@example.org")
    return actor_for(made_up.account(asked.group, made_up.ORGANISER, "una@example.org"))


def test_who_organises_the_bloc_hears_what_is_answered_but_not_who_answered(both: Actor, asked: Caller) -> None:
    callers.accept(both, caller=asked)
    assert answers() == {"wanda@example.org": "The Union calls to it as well: Red bloc"}
    callers.withdraw(both, caller=asked)
    assert answers() == {"wanda@example.org": "The Union calls to it no longer: Red bloc"}


def test_a_no_is_told_and_leads_to_the_bloc(both: Actor, asked: Caller, bloc: Bloc) -> None:
    callers.withdraw(both, caller=asked)
    assert answers() == {"wanda@example.org": "The Union said no: Red bloc"}
    mail = mails.answered(Effect.objects.get(kind=callers.DECLINED_MAIL))
    assert mail is not None
    assert f"/desk/blocs/{bloc.id}" in mail.text


def test_an_answer_that_holds_no_longer_is_not_sent(both: Actor, asked: Caller, bloc: Bloc) -> None:
    callers.accept(both, caller=asked)
    callers.remove(SYSTEM, bloc=bloc, caller=asked)
    assert answers() == {
        "wanda@example.org": None,
        "una@example.org": "No longer called by you: Red bloc",
    }
    asked.delete()
    assert set(answers().values()) == {None}


def test_an_address_that_is_erased_gets_nothing(both: Actor, asked: Caller) -> None:
    callers.accept(both, caller=asked)
    Effect.objects.update(address="")
    assert [mails.answered(one) for one in Effect.objects.filter(kind=callers.ACCEPTED_MAIL)] == [None]


def test_an_invitation_that_is_taken_back_writes_nothing(asked: Caller, bloc: Bloc) -> None:
    callers.remove(SYSTEM, bloc=bloc, caller=asked)
    assert answers() == {}
