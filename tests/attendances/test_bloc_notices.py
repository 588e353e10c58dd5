"""Telling those who joined a bloc: each caller its own people, once of one thing."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from groundswell.attendances import notices
from groundswell.attendances.access import bloc_notice_for, notice_for
from groundswell.attendances.bloc_notices import KINDS, ready_for_bloc, tell_bloc, withdraw_bloc_notice
from groundswell.attendances.errors import ToldAlready
from groundswell.attendances.models import Attendance, Notice
from groundswell.attendances.notices import mail_kind, send_notices
from groundswell.attendances.queries import notices_of, notices_of_bloc
from groundswell.blocs import callers, operations
from groundswell.blocs.access import calling_for
from groundswell.blocs.errors import NotPublished
from groundswell.blocs.models import Bloc, Caller
from groundswell.groups.access import SEND, SYSTEM, Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.outbox import delivery
from groundswell.outbox.models import Effect
from groundswell.outbox.queries import kept_mail
from tests import made_up

pytestmark = pytest.mark.django_db

A_WHILE = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(delivery, "_closed_until", 0.0)


@pytest.fixture
def wing() -> Group:
    return made_up.root(made_up.organisation("wing", "The Wing"))


@pytest.fixture
def ally() -> Group:
    return made_up.root(made_up.organisation("union", "The Union"))


@pytest.fixture
def bloc(wing: Group, ally: Group) -> Bloc:
    """Called by two in the event of a third, each with somebody who joined it."""
    made = made_up.bloc(wing, made_up.event(made_up.root(made_up.organisation()), day=made_up.in_days(7)))
    made_up.call_together(made, ally.organisation)
    made_up.confirmed(made.event, "host@example.org", "Host")
    made_up.confirm(made_up.joined(made, "wing@example.org", "Wing"))
    made_up.confirm(made_up.joined(made, "ally@example.org", "Ally", by=ally.organisation))
    made_up.joined(made, "unconfirmed@example.org", "Unconfirmed")
    made_up.confirmed(made_up.event(wing), "elsewhere@example.org", "Elsewhere")
    return made


@pytest.fixture
def caller(wing: Group) -> Actor:
    return made_up.actor(wing, email="caller@example.org")


def side(bloc: Bloc, group: Group) -> Caller:
    return calling_for(made_up.actor(group, email=f"{group.slug}@desk.example.org"), bloc.id, SEND)


def write(bloc: Bloc, group: Group, kind: str = "note") -> Notice:
    return tell_bloc(SYSTEM, caller=side(bloc, group), kind=kind, subject="To all", text="Dear friends")


def told(kind: str) -> set[str]:
    with time_machine.travel(now() + A_WHILE):
        send_notices()
    copies = Effect.objects.filter(kind=mail_kind(kind))
    names = dict(Attendance.objects.values_list("id", "person__name"))
    return {names[copy.subject] for copy in copies}


def test_each_caller_writes_to_its_own_people_who_joined(bloc: Bloc, wing: Group, ally: Group) -> None:
    notice = write(bloc, wing)
    assert told("note") == {"Wing"}
    assert list(notices_of_bloc(side(bloc, wing))) == [notice]
    assert (list(notices_of_bloc(side(bloc, ally))), list(notices_of(bloc.event))) == ([], [])
    write(bloc, ally)
    assert told("note") == {"Wing", "Ally"}
    verbs = Entry.objects.filter(verb="attendances.tell_bloc").order_by("id")
    assert list(verbs.values_list("organisation_id", "object_id")) == [
        (wing.organisation_id, bloc.id),
        (ally.organisation_id, bloc.id),
    ]


def test_without_the_bloc_others_would_be_told(bloc: Bloc, wing: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: were a notice about a bloc one about its event, everybody there would hear of it."""
    operations.cancel(SYSTEM, bloc=bloc)
    Notice.objects.filter(id=write(bloc, wing, "cancelled").id).update(bloc=None)
    assert told("cancelled") == {"Host", "Wing", "Ally"}


def test_that_it_is_off_is_said_once_and_only_when_it_is(bloc: Bloc, wing: Group, ally: Group) -> None:
    with pytest.raises(InvalidFields):
        write(bloc, wing, "cancelled")
    operations.cancel(SYSTEM, bloc=bloc)
    write(bloc, wing, "cancelled")
    write(bloc, ally, "cancelled")
    with pytest.raises(ToldAlready):
        write(bloc, wing, "cancelled")
    assert told("cancelled") == {"Wing", "Ally"}


def test_of_one_change_they_are_told_once(bloc: Bloc, wing: Group) -> None:
    write(bloc, wing, "moved")
    with pytest.raises(ToldAlready):
        write(bloc, wing, "moved")
    operations.change(SYSTEM, bloc=bloc, details=made_up.bloc_details(landmark="The other fountain"))
    write(bloc, wing, "moved")
    write(bloc, wing)
    write(bloc, wing)


@pytest.mark.parametrize("kind", ["reminder", "thanks", "unsafe", "gossip"])
def test_other_things_are_the_events(bloc: Bloc, wing: Group, kind: str) -> None:
    with pytest.raises(InvalidFields):
        write(bloc, wing, kind)


def test_nobody_joined_a_draft(wing: Group) -> None:
    draft = made_up.bloc_draft(wing, made_up.event(wing))
    with pytest.raises(NotPublished):
        write(draft, wing)


def test_within_two_minutes_it_can_be_taken_back(bloc: Bloc, wing: Group, ally: Group, caller: Actor) -> None:
    own, notice = side(bloc, wing), write(bloc, wing)
    assert bloc_notice_for(own, notice.id) == notice
    with pytest.raises(NotFound):
        bloc_notice_for(side(bloc, ally), notice.id)
    with pytest.raises(NotFound):
        notice_for(SYSTEM, bloc.event_id, notice.id)
    assert withdraw_bloc_notice(caller, caller=own, notice=notice)
    assert not withdraw_bloc_notice(caller, caller=own, notice=notice)
    assert told("note") == set()
    write(bloc, wing)
    assert told("note") == {"Wing"}


def test_only_who_writes_to_their_people_does(bloc: Bloc, wing: Group, ally: Group) -> None:
    steward = made_up.actor(wing, made_up.STEWARD, "st@example.org")
    stranger = made_up.actor(bloc.event.group, email="stranger@example.org")
    own = side(bloc, wing)
    for actor, refused in ((steward, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refused):
            calling_for(actor, bloc.id, SEND)
        with pytest.raises(refused):
            tell_bloc(actor, caller=own, kind="note", subject="x", text="x")
    callers.remove(SYSTEM, bloc=bloc, caller=side(bloc, ally))
    with pytest.raises(NotFound):
        side(bloc, ally)


@pytest.mark.parametrize("kind", list(KINDS))
def test_there_are_ready_words_for_each(bloc: Bloc, wing: Group, kind: str) -> None:
    for words in ready_for_bloc(side(bloc, wing), kind).values():
        assert bloc.name in words["subject"]


def test_the_mail_speaks_as_the_caller(bloc: Bloc, ally: Group) -> None:
    write(bloc, ally)
    assert told("note") == {"Ally"}
    with time_machine.travel(now() + A_WHILE):
        made_up.send_mails()
    kept = kept_mail(Effect.objects.get(kind=mail_kind("note")))
    assert kept is not None
    assert kept.sender.startswith("The Union <")
    assert "Dear friends" in kept.text


def test_who_has_left_the_bloc_in_between_gets_no_copy(bloc: Bloc, wing: Group) -> None:
    write(bloc, wing)
    assert told("note") == {"Wing"}
    Attendance.objects.update(bloc=None)
    with time_machine.travel(now() + A_WHILE):
        made_up.send_mails()
    assert Effect.objects.get(kind=mail_kind("note")).state == "void"


def test_many_are_told_in_several_turns(bloc: Bloc, wing: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "COPIES_AT_ONCE", 1)
    made_up.confirm(made_up.joined(bloc, "second@example.org", "Second"))
    write(bloc, wing)
    with time_machine.travel(now() + A_WHILE):
        assert [send_notices() for _ in range(3)] == [1, 1, 0]
