"""Taking answers out of the house."""

from dataclasses import replace
from datetime import timedelta

import pytest

from groundswell.attendances import exporting
from groundswell.attendances.exporting import (
    ask_to_export,
    ask_to_export_own,
    export_answers,
    export_approved,
    export_in_words,
    export_own_answers,
)
from groundswell.attendances.notices import tell, withdraw_notice
from groundswell.events.models import Event
from groundswell.events.operations import cancel
from groundswell.groups.access import Actor, actor_for
from groundswell.groups.approvals import approve
from groundswell.groups.errors import ApprovalUsed, AudienceChanged, NotAllowed, NotFound, SecondPersonNeeded
from groundswell.groups.models import Account, Approval, Group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


def test_only_who_may_write_to_people_takes_their_addresses_out(group: Group) -> None:
    event = made_up.event(group)
    organiser = made_up.actor(group)
    elsewhere = made_up.root(made_up.organisation("others", "Others"))
    refused = [
        (made_up.actor(group, made_up.VIEWER, "vera@example.org"), NotAllowed),
        (made_up.actor(elsewhere, made_up.OWNER, "max@example.org"), NotFound),
        (replace(organiser, contact_data=False), NotAllowed),
    ]
    for actor, refusal in refused:
        with pytest.raises(refusal):
            export_answers(actor, event=event)
    assert not Entry.objects.filter(verb="attendances.export").exists()
    assert export_answers(organiser, event=event) == []
    assert Entry.objects.filter(verb="attendances.export").count() == 1


def test_the_first_answer_comes_first_and_the_unconfirmed_not_at_all(group: Group) -> None:
    event = made_up.event(group)
    for name in ("Ada", "Bo"):
        made_up.confirmed(event, f"{name.lower()}@example.org", name)
    made_up.answer(event, "cem@example.org", "Cem")
    assert [each.name for each in export_answers(made_up.SYSTEM, event=event)] == ["Ada", "Bo"]


def of(email: str) -> Actor:
    return actor_for(Account.objects.get(email=f"{email}@example.org"))


@pytest.fixture
def fifty(group: Group) -> Event:
    """One to which fifty people are coming; Olu organises, and Winnie owns the group."""
    made_up.account(group, made_up.ORGANISER, "olu@example.org")
    made_up.account(group, made_up.OWNER, "winnie@example.org")
    made_up.held_for_long(group)
    event = made_up.event(group)
    made_up.crowd(made_up.confirmed(event), 49)
    return event


def agreed(approval: Approval) -> Approval:
    return approve(of("winnie"), approval=approval, fresh_until=now() + timedelta(minutes=1))


def test_fifty_are_taken_by_one_and_fifty_one_by_two(fifty: Event) -> None:
    assert len(export_answers(of("olu"), event=fifty)) == 50
    made_up.confirmed(fifty, "last@example.org", "Last")
    with pytest.raises(SecondPersonNeeded):
        export_answers(of("olu"), event=fifty)
    wanted = agreed(ask_to_export(of("olu"), event=fifty))
    assert (wanted.people, export_in_words(wanted)) == (
        51,
        "Take out the names and addresses of those who are coming to “Stand in unity” as a file",
    )
    event, answers = export_approved(of("olu"), approval=wanted)
    assert (event, len(answers)) == (fifty, 51)
    with pytest.raises(ApprovalUsed):
        export_approved(of("olu"), approval=wanted)
    taken = Entry.objects.filter(verb="attendances.export").order_by("id")
    assert [entry.detail["people"] for entry in taken] == [50, 51]


def test_whoever_confirms_later_is_not_in_it_and_voids_nothing(fifty: Event) -> None:
    made_up.confirmed(fifty, "last@example.org", "Last")
    wanted = ask_to_export(of("olu"), event=fifty)
    made_up.confirmed(fifty, "later@example.org", "Later")
    _event, answers = export_approved(of("olu"), approval=agreed(wanted))
    assert {"Last", "Later"} & {each.name for each in answers} == {"Last"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_leaves_voids_it(fifty: Event, when: str) -> None:
    last = made_up.confirmed(fifty, "last@example.org", "Last")
    wanted = ask_to_export(of("olu"), event=fifty)
    if when == "after":
        agreed(wanted)
    made_up.cancel(last)
    with pytest.raises(AudienceChanged):
        export_approved(of("olu"), approval=agreed(wanted) if when == "before" else wanted)


def test_who_may_take_nothing_out_any_more_does_not(fifty: Event, group: Group) -> None:
    wanted = agreed(ask_to_export(of("olu"), event=fifty))
    with pytest.raises(NotAllowed):
        export_approved(replace(of("olu"), contact_data=False), approval=wanted)
    made_up.account(group, made_up.VIEWER, "olu@example.org")
    with pytest.raises(NotAllowed):
        export_approved(of("olu"), approval=wanted)
    with pytest.raises(NotAllowed):
        ask_to_export(of("olu"), event=fifty)


def test_of_an_event_that_is_gone_nothing_is_taken(fifty: Event) -> None:
    wanted = ask_to_export(of("olu"), event=fifty)
    Approval.objects.update(subject=uuid7())
    with pytest.raises(NotFound):
        export_approved(of("olu"), approval=wanted.__class__.objects.get())


def test_a_cohost_takes_its_own_by_two(fifty: Event, group: Group) -> None:
    ally = made_up.organisation("allies", "Allies")
    cohost = made_up.cohost(fifty, ally)
    for role, email in ((made_up.ORGANISER, "al@example.org"), (made_up.OWNER, "ann@example.org")):
        made_up.account(made_up.root(ally), role, email)
    made_up.held_for_long(made_up.root(ally))
    made_up.crowd(made_up.confirmed(fifty, "bo@example.org", "Bo", by=ally), 50)
    with pytest.raises(SecondPersonNeeded):
        export_own_answers(of("al"), cohost=cohost)
    wanted = ask_to_export_own(of("al"), cohost=cohost)
    with pytest.raises(NotFound):
        agreed(wanted)
    approve(of("ann"), approval=wanted, fresh_until=now() + timedelta(minutes=1))
    assert {each.name for each in export_approved(of("al"), approval=wanted)[1]} == {"Bo"}
    with pytest.raises(NotAllowed):
        export_own_answers(replace(of("al"), contact_data=False), cohost=cohost)
    for verb in (export_own_answers, ask_to_export_own):
        with pytest.raises(NotFound):
            verb(of("olu"), cohost=cohost)
    cohost.group = None
    for verb in (export_own_answers, ask_to_export_own):
        with pytest.raises(NotFound):
            verb(of("al"), cohost=cohost)


def test_without_the_count_one_takes_all(fifty: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    made_up.confirmed(fifty, "last@example.org", "Last")
    monkeypatch.setattr(exporting, "MANY", 10_000)
    assert len(export_answers(of("olu"), event=fifty)) == 51


def test_telling_people_that_it_is_off_waits_for_nobody(fifty: Event) -> None:
    """One person, at once, with two minutes to undo: however many are coming."""
    made_up.crowd(made_up.confirmed(fifty, "last@example.org", "Last"), 600)
    off = cancel(of("olu"), event=fifty)
    notice = tell(of("olu"), event=off, kind="cancelled", subject="It is off", text="Stay at home.")
    assert not Approval.objects.exists()
    assert timedelta(0) < notice.due_at - now() <= timedelta(minutes=2)
    assert withdraw_notice(of("olu"), notice=notice)
