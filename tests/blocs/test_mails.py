"""The mail to those whose organisation is asked to call to a bloc."""

import pytest

from groundswell.blocs import callers, mails, operations
from groundswell.blocs.models import Bloc, Caller
from groundswell.events import operations as events
from groundswell.groups.access import SYSTEM
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
