"""A caller's words to those of its own people who joined a bloc."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from groundswell.attendances.models import Notice
from groundswell.blocs import operations
from groundswell.blocs.models import Bloc
from groundswell.groups.access import SYSTEM
from groundswell.groups.freshness import FRESH
from groundswell.groups.models import Approval, Group
from groundswell.kit.clock import now
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def bloc(group: Group) -> Bloc:
    host = made_up.root(made_up.organisation("assembly", "The Assembly"))
    made = made_up.bloc(group, made_up.event(host, title="Great march"))
    made_up.confirm(made_up.joined(made))
    return made


def path(bloc: Bloc) -> str:
    return f"/desk/blocs/{bloc.id}/tell"


def text(response: object) -> str:
    return " ".join(Markup(response.content.decode()).text.split())  # type: ignore[attr-defined]


NOTE = {"kind": "note", "subject": "To all", "text": "Dear friends"}


def test_a_note_to_many_waits_for_a_second_person(
    organiser: Client, bloc: Bloc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.attendances.by_two.MANY", 0)
    organiser.post(path(bloc), NOTE)
    page = organiser.get(path(bloc))
    assert "so a second person agrees first" in text(page)
    assert "Waits for a second person, since it reaches so many." in text(page)
    organiser.post(re.search(r'action="([^"]+/back)"', page.content.decode())[1], {"then": "ask"})
    assert Approval.objects.filter(stopped_at=None).count() == 1


def test_what_is_written_goes_out_and_can_be_taken_back(organiser: Client, bloc: Bloc) -> None:
    assert path(bloc) in organiser.get(f"/desk/blocs/{bloc.id}").content.decode()
    assert organiser.post(path(bloc), NOTE).status_code == 303
    page = organiser.get(path(bloc))
    assert "To all" in text(page)
    back = re.search(r'action="([^"]+/back)"', page.content.decode())[1]
    organiser.post(back)
    assert Notice.objects.get().withdrawn_at is not None
    assert "Taken back" in text(organiser.get(path(bloc)))
    organiser.post(back)
    assert "Too late" in text(organiser.get(path(bloc)))


def test_what_is_wrong_or_was_said_is_told(organiser: Client, bloc: Bloc) -> None:
    wrong = organiser.post(path(bloc), {**NOTE, "subject": ""})
    assert (wrong.status_code, "Dear friends" in text(wrong)) == (422, True)
    assert organiser.post(path(bloc), {**NOTE, "kind": "cancelled"}).status_code == 422
    operations.cancel(SYSTEM, bloc=bloc)
    assert "Called off" in organiser.get(path(bloc)).content.decode()
    statuses = [organiser.post(path(bloc), {**NOTE, "kind": "cancelled"}).status_code for _again in range(2)]
    assert statuses == [303, 409]


def test_it_takes_a_fresh_sign_in_and_a_role(
    organiser: Client, viewer: Client, stranger: Client, bloc: Bloc
) -> None:
    assert viewer.get(path(bloc)).status_code == 403
    assert path(bloc) not in viewer.get(f"/desk/blocs/{bloc.id}").content.decode()
    assert stranger.get(path(bloc)).status_code == 404
    with time_machine.travel(now() + FRESH + timedelta(minutes=1)):
        assert organiser.post(path(bloc), NOTE).status_code == 403
    assert not Notice.objects.exists()


def test_who_works_for_two_callers_writes_for_the_one_that_is_chosen(group: Group, bloc: Bloc) -> None:
    ally = made_up.root(made_up.organisation("union", "The Union"))
    made_up.call_together(bloc, ally.organisation)
    account = made_up.account(ally, made_up.ORGANISER, "both@example.org", "Both")
    assert signed_in(account).post(path(bloc), NOTE).status_code == 303
    assert Notice.objects.get().organisation == ally.organisation
