"""Two people for what is grave: one asks, another agrees to exactly that, and it is done once."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from groundswell.groups import approvals, granting
from groundswell.groups.access import ORGANISER, OWNER, SYSTEM, VIEWER, Actor, actor_for
from groundswell.groups.approvals import (
    HELD,
    WAITS,
    Content,
    Kind,
    approval_for,
    approvals_beside,
    approvals_of,
    approvals_to_answer,
    approve,
    ask,
    decline,
    forget_approvals,
    how_many_wait,
    spend,
    state,
)
from groundswell.groups.errors import (
    AlreadyApproved,
    ApprovalExpired,
    ApprovalStopped,
    ApprovalUsed,
    ApprovalWaits,
    ApproverGone,
    AudienceChanged,
    NotAllowed,
    NotFound,
    OwnRequest,
    Refusal,
    RightTooNew,
    SecondPersonNeeded,
    SignInTooOld,
)
from groundswell.groups.granting import Terms, grant, withdraw
from groundswell.groups.invitations import accept, invite, token_of
from groundswell.groups.models import Account, Approval, Group, Invitation, Membership
from groundswell.groups.new_owners import ask_for_owner, make_owner
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from tests import made_up

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
KIND = "tests.mass"


class Clock:
    def __init__(self, moving: time_machine.Traveller) -> None:
        self.moving = moving

    def pass_(self, by: timedelta) -> None:
        self.moving.shift(by)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(now(), tick=False) as moving:
        yield Clock(moving)


class Audience:
    """What a higher noun would let be asked for: as a mailing to so many."""

    def __init__(self) -> None:
        self.people = [uuid7() for _ in range(60)]
        self.text = "Come on Saturday."

    def read(self, _: Approval) -> Content:
        return Content(people=self.people, parts=[self.text])


@pytest.fixture
def audience(monkeypatch: pytest.MonkeyPatch) -> Audience:
    made = Audience()
    kind = Kind(read=made.read, sentence=lambda one: f"Write to all: {one.title}")
    monkeypatch.setitem(approvals._kinds, KIND, kind)
    return made


@pytest.fixture
def group(clock: Clock) -> Group:
    """One with two owners who have been there for long, and one organiser."""
    found = made_up.root(made_up.organisation())
    for email in ("winnie@example.org", "xena@example.org"):
        made_up.account(found, OWNER, email)
    made_up.account(found, ORGANISER, "olu@example.org")
    clock.pass_(2 * HELD)
    return found


def of(email: str) -> Actor:
    return actor_for(Account.objects.get(email=f"{email}@example.org"))


def asked(group: Group, by: str = "olu", subject: UUID | None = None) -> Approval:
    return ask(of(by), kind=KIND, group=group, subject=subject or uuid7(), title="Rally")


def soon() -> datetime:
    return now() + timedelta(minutes=1)


def agreed(approval: Approval, by: str = "winnie") -> Approval:
    return approve(of(by), approval=approval, fresh_until=soon())


def test_one_asks_another_agrees_and_it_is_done_once(group: Group, audience: Audience, clock: Clock) -> None:
    wanted = asked(group)
    assert (wanted.people, wanted.alone, state(wanted)) == (60, False, "waits")
    with pytest.raises(ApprovalWaits):
        spend(of("olu"), approval=wanted, kind=KIND)
    clock.pass_(WAITS - HOUR)
    assert state(agreed(wanted)) == "ready"
    clock.pass_(WAITS - HOUR)
    assert state(spend(of("olu"), approval=wanted, kind=KIND)) == "used"
    for late in (lambda: spend(of("olu"), approval=wanted, kind=KIND), lambda: agreed(wanted, "xena")):
        with pytest.raises(ApprovalUsed):
            late()
    written = Entry.objects.filter(verb__contains="appro").order_by("id").values_list("verb", "detail__request")
    verbs = ["groups.ask_approval", "groups.approve", "groups.use_approval"]
    assert list(written) == [(verb, str(wanted.id)) for verb in verbs]


def by_the_asker(group: Group, audience: Audience, clock: Clock) -> object:
    return agreed(asked(group, by="winnie"), by="winnie")


def with_an_old_sign_in(group: Group, audience: Audience, clock: Clock) -> object:
    return approve(of("winnie"), approval=asked(group), fresh_until=now())


def without_a_sign_in(group: Group, audience: Audience, clock: Clock) -> object:
    return approve(of("winnie"), approval=asked(group), fresh_until=None)


def after_a_day(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    clock.pass_(WAITS)
    return agreed(wanted)


def twice(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    agreed(wanted)
    return agreed(wanted, "xena")


def after_somebody_left(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    audience.people.pop()
    return agreed(wanted)


def after_somebody_came(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    audience.people.append(uuid7())
    return agreed(wanted)


def after_other_words(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    audience.text = "Stay at home."
    return agreed(wanted)


def by_an_owner_of_an_hour(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    made_up.account(group, OWNER, "new@example.org")
    clock.pass_(HOUR)
    return agreed(wanted, "new")


def by_somebody_raised_an_hour_ago(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group, by="winnie")
    made_up.account(group, OWNER, "olu@example.org")
    clock.pass_(HOUR)
    return agreed(wanted, "olu")


def by_an_organiser(group: Group, audience: Audience, clock: Clock) -> object:
    return agreed(asked(group, by="winnie"), by="olu")


def by_somebody_elsewhere(group: Group, audience: Audience, clock: Clock) -> object:
    made_up.account(made_up.root(made_up.organisation("others", "Others")), OWNER, "max@example.org")
    return agreed(asked(group), by="max")


def after_it_was_declined(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    decline(of("xena"), approval=wanted)
    return agreed(wanted)


def after_it_was_taken_back(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    decline(of("olu"), approval=wanted)
    return agreed(wanted)


def after_it_was_asked_for_anew(group: Group, audience: Audience, clock: Clock) -> object:
    wanted = asked(group)
    asked(group, subject=wanted.subject)
    return agreed(wanted)


Deed = Callable[[Group, Audience, Clock], object]

NO_AGREEING: list[tuple[Deed, type[Refusal]]] = [
    (by_the_asker, OwnRequest),
    (with_an_old_sign_in, SignInTooOld),
    (without_a_sign_in, SignInTooOld),
    (after_a_day, ApprovalExpired),
    (twice, AlreadyApproved),
    (after_somebody_left, AudienceChanged),
    (after_somebody_came, AudienceChanged),
    (after_other_words, AudienceChanged),
    (by_an_owner_of_an_hour, RightTooNew),
    (by_somebody_raised_an_hour_ago, RightTooNew),
    (by_an_organiser, NotAllowed),
    (by_somebody_elsewhere, NotFound),
    (after_it_was_declined, ApprovalStopped),
    (after_it_was_taken_back, ApprovalStopped),
    (after_it_was_asked_for_anew, ApprovalStopped),
]


@pytest.mark.parametrize(("deed", "refusal"), NO_AGREEING, ids=lambda value: getattr(value, "__name__", ""))
def test_agreeing_is_refused_with_the_reason(
    deed: Deed, refusal: type[Refusal], group: Group, audience: Audience, clock: Clock
) -> None:
    with pytest.raises(Refusal) as refused:
        deed(group, audience, clock)
    assert type(refused.value) is refusal
    assert not Approval.objects.filter(approved_by__email="new@example.org").exists()


def use(approval: Approval, by: str = "olu", kind: str = KIND) -> object:
    return spend(of(by), approval=approval, kind=kind)


@pytest.mark.parametrize("change", ["people", "text"])
def test_what_changed_after_it_was_agreed_to_is_not_done(group: Group, audience: Audience, change: str) -> None:
    wanted = agreed(asked(group))
    setattr(audience, change, audience.people[1:] if change == "people" else "Other words.")
    with pytest.raises(AudienceChanged):
        use(wanted)


def test_after_a_day_it_is_too_late_to_do_it(group: Group, audience: Audience, clock: Clock) -> None:
    wanted = agreed(asked(group))
    clock.pass_(WAITS)
    with pytest.raises(ApprovalExpired):
        use(wanted)
    assert state(wanted) == "over"


def test_only_the_asker_does_it_and_only_that(group: Group, audience: Audience) -> None:
    wanted = agreed(asked(group))
    for by, kind in (("winnie", KIND), ("olu", "groups.new_owner")):
        with pytest.raises(NotFound):
            use(wanted, by, kind)
    use(wanted)


@pytest.mark.parametrize("how", ["no role", "closed"])
def test_who_agreed_must_still_be_allowed_to(group: Group, audience: Audience, how: str) -> None:
    wanted = agreed(asked(group))
    winnie = Account.objects.get(email="winnie@example.org")
    if how == "no role":
        withdraw(SYSTEM, group=group, account_id=winnie.id)
    else:
        Account.objects.filter(id=winnie.id).update(is_active=False)
    with pytest.raises(ApproverGone):
        use(wanted)


def test_what_was_agreed_to_can_still_be_stopped(group: Group, audience: Audience) -> None:
    wanted = agreed(asked(group))
    with pytest.raises(NotFound):
        decline(of("nobody") if False else Actor(id=uuid7()), approval=wanted)
    decline(of("xena"), approval=wanted)
    with pytest.raises(ApprovalStopped):
        use(wanted)


def test_whoever_is_alone_waits_for_a_day(group: Group, audience: Audience, clock: Clock) -> None:
    withdraw(SYSTEM, group=group, account_id=of("xena").id or uuid7())
    wanted = asked(group, by="winnie")
    assert wanted.alone
    clock.pass_(WAITS - timedelta(seconds=1))
    with pytest.raises(ApprovalWaits):
        use(wanted, "winnie")
    assert state(wanted) == "waits"
    clock.pass_(timedelta(seconds=1))
    use(wanted, "winnie")


def test_somebody_who_has_just_been_let_in_makes_two_of_nobody(
    group: Group, audience: Audience, clock: Clock
) -> None:
    """Else a stolen session would let its own second person in, and nobody would hear of it."""
    withdraw(SYSTEM, group=group, account_id=of("xena").id or uuid7())
    made_up.account(group, OWNER, "new@example.org")
    wanted = asked(group, by="winnie")
    assert wanted.alone
    clock.pass_(HELD)
    assert state(agreed(wanted, "new")) == "ready"


def test_an_owner_above_agrees_for_a_branch(group: Group, audience: Audience, clock: Clock) -> None:
    branch = made_up.branch(group)
    made_up.account(branch, OWNER, "bea@example.org")
    assert not asked(branch, by="bea").alone
    agreed(asked(branch, by="bea"))
    clock.pass_(HELD)
    with pytest.raises(NotFound):
        agreed(asked(group), by="bea")


def test_programs_and_the_system_ask_for_nothing(group: Group, audience: Audience) -> None:
    for actor in (SYSTEM, Actor(id=uuid7())):
        with pytest.raises(NotAllowed):
            ask(actor, kind=KIND, group=group, subject=uuid7(), title="")


def test_who_sees_it_and_on_whom_it_waits(
    group: Group, audience: Audience, clock: Clock, django_assert_num_queries
) -> None:
    made_up.account(group, VIEWER, "vera@example.org")
    wanted = asked(group)
    actors = {name: of(name) for name in ("winnie", "xena", "olu", "vera")}
    mine = {name for name, actor in actors.items() if approvals_of(actor)}
    waits = {name for name, actor in actors.items() if approvals_to_answer(actor)}
    assert (mine, waits) == ({"olu"}, {"winnie", "xena"})
    assert not any(approvals_beside(actor) for actor in actors.values())
    assert approval_for(actors["olu"], wanted.id) == approval_for(actors["xena"], wanted.id) == wanted
    for actor, which in ((actors["vera"], wanted.id), (actors["olu"], uuid7())):
        with pytest.raises(NotFound):
            approval_for(actor, which)
    asked(group)
    with django_assert_num_queries(1):
        sentences = [approvals.sentence(one) for one in approvals_to_answer(actors["winnie"])]
    assert sentences == ["Write to all: Rally"] * 2


def in_every_state(group: Group, clock: Clock) -> None:
    """One asked for by each of two, for every way that it can stand; the last of them waits still."""
    for by, second in (("olu", "xena"), ("winnie", "xena")):
        over = asked(group, by)
        clock.pass_(WAITS)
        assert state(over) == "over"
        use(agreed(asked(group, by), second), by)
        decline(of(second), approval=asked(group, by))
        agreed(asked(group, by), second)
        asked(group, by)
    # As if nobody but the asker could agree: a day passes, or has passed.
    for ready in (now() + HOUR, now()):
        Approval.objects.filter(id=asked(group, "winnie").id).update(alone=True, ready_at=ready)


def test_the_lists_say_of_each_where_it_stands_as_its_row_does(
    group: Group, audience: Audience, clock: Clock, django_assert_num_queries
) -> None:
    in_every_state(group, clock)
    everything = set(Approval.objects.all())
    for name in ("winnie", "xena", "olu"):
        actor = of(name)
        mine = {one for one in everything if one.asked_by_id == actor.id}
        others = everything - mine if name != "olu" else set()
        waiting = {one for one in others if state(one) == "waits"}
        assert (set(approvals_of(actor)), set(approvals_to_answer(actor))) == (mine, waiting)
        assert set(approvals_beside(actor)) == others - waiting
        with django_assert_num_queries(1):
            counts = how_many_wait(actor)
        assert counts == (len(waiting), len([one for one in mine if state(one) == "ready"]))
    assert {state(one) for one in everything} == {"over", "used", "stopped", "ready", "waits"}


def test_a_week_after_its_end_it_is_forgotten(group: Group, audience: Audience, clock: Clock) -> None:
    asked(group)
    clock.pass_(WAITS + approvals.APPROVALS_STAY - timedelta(seconds=1))
    assert forget_approvals() == 0
    clock.pass_(timedelta(seconds=1))
    assert forget_approvals() == 1


def test_without_the_hash_another_audience_would_pass(
    group: Group, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(approvals, "_require_unchanged", lambda _: None)
    wanted = asked(group)
    audience.people.pop()
    agreed(wanted)
    use(wanted)


def test_without_another_person_one_would_do(
    group: Group, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: an asker who is not known again."""
    wanted = asked(group, by="winnie")
    Approval.objects.update(asked_by=Account.objects.get(email="xena@example.org"))
    agreed(wanted, by="winnie")


def test_without_the_day_a_new_owner_would_pass(
    group: Group, audience: Audience, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """The twin."""
    monkeypatch.setattr(approvals, "HELD", timedelta(0))
    by_an_owner_of_an_hour(group, audience, clock)


def test_a_lesser_role_keeps_its_day_and_a_greater_one_begins_anew(group: Group, clock: Clock) -> None:
    def since(email: str, role: made_up.Role, **terms: object) -> datetime:
        made_up.account(group, role, email, **terms)
        return Membership.objects.get(account__email=email).since

    was = Membership.objects.get(account__email="xena@example.org").since
    assert since("xena@example.org", ORGANISER) == was
    assert since("xena@example.org", ORGANISER, ends_at=now() + HOUR) == was
    assert since("xena@example.org", OWNER) == now()
    assert since("olu@example.org", VIEWER, ends_at=now() + HOUR) == was
    clock.pass_(HOUR)
    assert since("olu@example.org", VIEWER) == now()


OWNERSHIP = Terms(role=OWNER)


@pytest.mark.parametrize("verb", [grant, invite])
def test_nobody_makes_an_owner_alone(group: Group, verb: Callable[..., object]) -> None:
    with pytest.raises(SecondPersonNeeded):
        verb(of("winnie"), group=group, email="new@example.org", terms=OWNERSHIP)
    with pytest.raises(SecondPersonNeeded):
        verb(of("winnie"), group=group, email="olu@example.org", terms=OWNERSHIP)
    ends = Terms(role=OWNER, ends_at=now() + HOUR)
    assert verb(of("winnie"), group=group, email="xena@example.org", terms=ends)


def test_without_the_check_one_would_do(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(granting, "require_second_person", lambda *_, **__: None)
    grant(of("winnie"), group=group, email="new@example.org", terms=OWNERSHIP)
    assert of("new").may(OWNER, group.id)


def test_an_owner_is_made_at_once_when_two_agree(group: Group) -> None:
    wanted = ask_for_owner(of("winnie"), group=group, email="New@Example.org", terms=OWNERSHIP, name="Nia")
    agreed(wanted, "xena")
    make_owner(of("winnie"), approval=wanted, by_mail=False)
    assert of("new").may(OWNER, group.id)
    assert Account.objects.get(email="new@example.org").name == "Nia"
    with pytest.raises(ApprovalUsed):
        make_owner(of("winnie"), approval=wanted, by_mail=False)


def test_an_owner_is_invited_when_two_agree(group: Group) -> None:
    ends = now() + timedelta(days=9)
    event = made_up.event(group)
    terms = Terms(role=OWNER, ends_at=ends, event_id=event.id)
    wanted = ask_for_owner(of("winnie"), group=group, email="new@example.org", terms=terms)
    agreed(wanted, "xena")
    make_owner(of("winnie"), approval=wanted, by_mail=True)
    account = accept(token=token_of(Invitation.objects.get().id))
    role = Membership.objects.get(account=account)
    assert (role.role, role.event_id, role.ends_at) == (OWNER, event.id, ends)


def test_whoever_asked_for_an_owner_must_still_own_the_group(group: Group) -> None:
    wanted = ask_for_owner(of("winnie"), group=group, email="new@example.org", terms=OWNERSHIP)
    agreed(wanted, "xena")
    made_up.account(group, ORGANISER, "winnie@example.org")
    with pytest.raises(NotAllowed):
        make_owner(of("winnie"), approval=wanted, by_mail=False)


def test_what_somebody_else_would_be_made_is_not_what_was_agreed_to(group: Group) -> None:
    wanted = ask_for_owner(of("winnie"), group=group, email="new@example.org", terms=OWNERSHIP)
    agreed(wanted, "xena")
    Approval.objects.update(said={**wanted.said, "email": "max@example.org"})
    with pytest.raises(AudienceChanged):
        make_owner(of("winnie"), approval=wanted, by_mail=False)
