"""The recovery address, and the link that stops what an only owner asked for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import Actor, actor_for
from groundswell.groups.approvals import request_of, spend, stop_by_link, stop_token
from groundswell.groups.errors import ApprovalExpired, ApprovalStopped, BadLink, InvalidFields, NotAllowed
from groundswell.groups.models import Account, Approval, Group, Organisation, RecoveryAddress
from groundswell.groups.new_owners import NEW_OWNER, ask_for_owner
from groundswell.groups.recovery import (
    WORKS_FOR,
    confirm_recovery,
    forget_recovery,
    name_recovery,
    recovery_of,
    recovery_waiting,
    token_of,
    told_to,
    unwatched,
)
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.outbox.models import Effect
from groundswell.outbox.transports import kept_path
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as moving:
        yield moving


@pytest.fixture
def group(clock: time_machine.Traveller) -> Group:
    found = made_up.root(made_up.organisation())
    made_up.account(found, made_up.OWNER, "winnie@example.org", "Winnie")
    made_up.held_for_long(found)
    return found


def winnie() -> Actor:
    return actor_for(Account.objects.get(email="winnie@example.org"))


def named(group: Group, email: str) -> RecoveryAddress | None:
    return name_recovery(winnie(), organisation=group.organisation, email=email)


def confirmed(group: Group, email: str) -> RecoveryAddress:
    made = named(group, email)
    assert made
    return confirm_recovery(token=token_of(made.id))


def wanted() -> Approval:
    group = made_up.root_group(winnie().organisations[0])
    terms = made_up.Terms(role=made_up.OWNER)
    return ask_for_owner(winnie(), group=group, email="new@example.org", terms=terms)


def mails(kind: str) -> dict[str, str]:
    """What went out, by whom it is to."""
    made_up.send_mails()
    texts = [
        kept_path(mail.organisation_id, mail.id).read_text().replace("=\n", "")
        for mail in Effect.objects.filter(kind=kind, state="done")
    ]
    return {text.partition("To: ")[2].partition("\n")[0]: text for text in texts}


def test_it_counts_once_its_link_is_pressed(group: Group) -> None:
    made = named(group, "Far@example.org")
    assert made
    assert recovery_of(group.organisation) is None
    assert recovery_waiting(group.organisation) == made
    assert token_of(made.id) in mails("groups.recovery_asked")["far@example.org"]
    confirm_recovery(token=token_of(made.id))
    assert recovery_of(group.organisation) == made
    assert recovery_waiting(group.organisation) is None
    with pytest.raises(BadLink):
        confirm_recovery(token=token_of(made.id))


@pytest.mark.parametrize("why", ["nonsense", "unknown", "too old", "replaced"])
def test_a_link_that_is_no_good_confirms_nothing(group: Group, clock: time_machine.Traveller, why: str) -> None:
    made = named(group, "far@example.org")
    assert made
    token = {"nonsense": "x", "unknown": token_of(uuid7())}.get(why, token_of(made.id))
    if why == "too old":
        clock.shift(WORKS_FOR)
    if why == "replaced":
        named(group, "other@example.org")
    with pytest.raises(BadLink):
        confirm_recovery(token=token)


def test_only_an_owner_names_one_and_nobodys_who_works_here(group: Group) -> None:
    with pytest.raises(NotAllowed):
        name_recovery(made_up.actor(group), organisation=group.organisation, email="far@example.org")
    for wrong in ("winnie@example.org", "no address"):
        with pytest.raises(InvalidFields):
            named(group, wrong)


def test_the_one_before_is_told_and_warned_for_a_week_more(group: Group, clock: time_machine.Traveller) -> None:
    """Else whoever takes over the only account would put their own address in its place first."""
    confirmed(group, "far@example.org")
    confirmed(group, "thief@example.org")
    assert set(mails("groups.recovery_changed")) == {"far@example.org"}
    assert set(told_to(group.organisation)) == {"far@example.org", "thief@example.org"}
    named(group, "")
    assert recovery_of(group.organisation) is None
    assert set(told_to(group.organisation)) == {"far@example.org", "thief@example.org"}
    clock.shift(WORKS_FOR)
    assert told_to(group.organisation) == []
    assert forget_recovery() == 2
    assert named(group, "") is None


def test_a_mail_to_the_owner_and_one_apart_holds_the_link_that_stops_it(group: Group) -> None:
    confirmed(group, "far@example.org")
    one = wanted()
    sent = mails("groups.approval_stop")
    assert set(sent) == {"winnie@example.org", "far@example.org"}
    for text in sent.values():
        assert f"/desk/stop/{stop_token(one.id)}" in text
        assert "Winnie asked for something in" in text
    assert request_of(stop_token(one.id)) == one
    stop_by_link(token=stop_token(one.id))
    assert Entry.objects.get(verb="groups.stop_by_link").detail["request"] == str(one.id)
    assert set(mails("groups.approval_answered")) == {"winnie@example.org"}
    for late in (lambda: stop_by_link(token=stop_token(one.id)), lambda: request_of(stop_token(one.id))):
        with pytest.raises(ApprovalStopped):
            late()


def test_what_was_stopped_is_not_done_a_day_later(group: Group, clock: time_machine.Traveller) -> None:
    one = wanted()
    stop_by_link(token=stop_token(one.id))
    clock.shift(timedelta(hours=24))
    with pytest.raises(ApprovalStopped):
        spend(winnie(), approval=one, kind=NEW_OWNER)


def test_without_the_stop_it_would_be_done(group: Group, clock: time_machine.Traveller) -> None:
    """The twin."""
    one = wanted()
    clock.shift(timedelta(hours=24))
    assert spend(winnie(), approval=one, kind=NEW_OWNER).used_at


def test_a_link_to_nothing_stops_nothing(group: Group, clock: time_machine.Traveller) -> None:
    one = wanted()
    for token in ("x", stop_token(uuid7()), token_of(one.id)):
        with pytest.raises(BadLink):
            stop_by_link(token=token)
    clock.shift(timedelta(hours=48))
    with pytest.raises(ApprovalExpired):
        request_of(stop_token(one.id))


def test_no_link_comes_to_what_was_stopped_before_the_mail_went(group: Group) -> None:
    stop_by_link(token=stop_token(wanted().id))
    assert mails("groups.approval_stop") == {}


def test_no_mail_is_about_an_address_that_is_gone(group: Group) -> None:
    confirmed(group, "far@example.org")
    named(group, "other@example.org")
    RecoveryAddress.objects.all().delete()
    assert mails("groups.recovery_asked") == mails("groups.recovery_changed") == {}


def test_where_somebody_else_may_agree_no_link_goes_out(group: Group) -> None:
    made_up.account(group, made_up.OWNER, "xena@example.org")
    made_up.held_for_long(group)
    confirmed(group, "far@example.org")
    assert not wanted().alone
    assert mails("groups.approval_stop") == {}


def seen(group: Group) -> list[Organisation]:
    return unwatched([group.organisation_id])


def test_an_only_owner_is_unwatched_until_a_recovery_address_counts(group: Group) -> None:
    assert seen(group) == [group.organisation]
    made = named(group, "friend@example.org")
    assert made
    assert seen(group) == [group.organisation], "nobody reads it yet"
    confirm_recovery(token=token_of(made.id))
    assert seen(group) == []
    named(group, "")
    assert seen(group) == [group.organisation]
    assert unwatched([]) == []


def test_an_address_of_somebody_who_works_there_by_now_watches_nobody(group: Group) -> None:
    confirmed(group, "friend@example.org")
    made_up.account(group, made_up.VIEWER, "friend@example.org", "Finn")
    assert seen(group) == [group.organisation]


def test_with_a_second_owner_nobody_needs_one(group: Group) -> None:
    account = made_up.account(group, made_up.OWNER, "second@example.org", "Sue")
    assert seen(group) == []
    Account.objects.filter(id=account.id).update(is_active=False)
    assert seen(group) == [group.organisation], "whose account is closed agrees to nothing"


def test_an_owner_of_a_branch_or_of_one_event_is_no_second_one(group: Group) -> None:
    made_up.account(made_up.branch(group), made_up.OWNER, "branch@example.org", "Bea")
    made_up.account(group, made_up.OWNER, "event@example.org", "Eve", event_id=made_up.event(group).id)
    assert seen(group) == [group.organisation]


def test_it_is_one_query_for_many(group: Group, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    others = [made_up.organisation(name, name.upper()) for name in ("a", "b")]
    for other in others:
        made_up.account(made_up.root(other), made_up.OWNER, f"olu@{other.slug}.example.org")
    ids = [group.organisation_id, *(other.id for other in others)]
    with django_assert_num_queries(1):
        assert [one.name for one in unwatched(ids)] == ["A", "B", group.organisation.name]
