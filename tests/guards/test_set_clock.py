"""Somebody sets the clock ten minutes back, or forward: what lasts a while goes on, ends and is used up as before.

Everything that expires is measured by the clock of the wall, since it outlives every process. So a set clock may
move an end by as much as it was set, and by no more; and nothing that was used comes back.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from groundswell.attendances.counting import TOKENS_LAST, opened_token, token_for
from groundswell.attendances.models import TO_UNDO, Notice
from groundswell.attendances.notices import send_notices, tell, withdraw_notice
from groundswell.groups import approvals, repeats
from groundswell.groups.access import OWNER, SEE, VIEWER, actor_for
from groundswell.groups.approvals import WAITS, approve, spend
from groundswell.groups.codes import CODE_LASTS, GUESSES, ask_to_sign_in, code_of, count_guess, try_code
from groundswell.groups.errors import ApprovalRefused, BadLink, CodeGone, TooManyGuesses
from groundswell.groups.freshness import FRESH, fresh_until
from groundswell.groups.granting import CONTACT_LASTS, Terms
from groundswell.groups.invitations import INVITATION_LASTS, accept, invite, token_of
from groundswell.groups.models import ApiToken
from groundswell.groups.new_owners import NEW_OWNER, ask_for_owner
from groundswell.groups.operations import SIGN_IN_LINK_LASTS, make_sign_in_link, use_sign_in_link
from groundswell.groups.repeats import REPEATS_COUNT, once
from groundswell.kit.clock import now
from groundswell.kit.crypto import BadLink as BadToken
from groundswell.kit.ids import uuid7
from groundswell.kit.rounds import rounds
from groundswell.mailings.operations import TO_STOP
from groundswell.ops.clocks import Clocks
from groundswell.ops.heartbeat import beat, seen_before
from groundswell.ops.worker import Worker
from tests import made_up

pytestmark = pytest.mark.django_db

TEN_MINUTES = timedelta(minutes=10)
A_MOMENT = timedelta(seconds=1)
Use = Callable[[], bool]
"""Uses something, and says whether that worked."""


@pytest.fixture(params=[-TEN_MINUTES, TEN_MINUTES], ids=["back", "forward"])
def set_by(request: pytest.FixtureRequest) -> timedelta:
    by: timedelta = request.param
    return by


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as moving:
        yield moving


def works(use: Callable[[], object], *refusals: type[Exception]) -> Use:
    """Whether it can be used, where else one of these is raised."""

    def worked() -> bool:
        try:
            use()
        except refusals:
            return False
        return True

    return worked


def invitation() -> Use:
    root = made_up.root(made_up.organisation())
    owner = made_up.actor(root, OWNER)
    made = invite(owner, group=root, email="new@example.org", terms=Terms(role=VIEWER), name="Nia")
    return works(lambda: accept(token=token_of(made.id)), BadLink)


def code() -> Use:
    account = made_up.account(made_up.root(made_up.organisation()))
    asked = ask_to_sign_in(email=account.email)
    typed = code_of(asked, account.email)
    return works(lambda: try_code(code_id=asked, email=account.email, typed=typed), CodeGone)


def link() -> Use:
    secret = make_sign_in_link(account=made_up.account(made_up.root(made_up.organisation())))
    return works(lambda: use_sign_in_link(secret=secret), BadLink)


def agreed() -> Use:
    """What a second person has agreed to, and nobody has carried out yet."""
    root = made_up.root(made_up.organisation())
    asker, other = (made_up.actor(root, OWNER, f"{name}@example.org") for name in ("olu", "ola"))
    made_up.held_for_long(root)
    asked = ask_for_owner(asker, group=root, email="new@example.org", terms=Terms(role=OWNER))
    approve(other, approval=asked, fresh_until=now() + FRESH)
    return works(lambda: spend(asker, approval=asked, kind=NEW_OWNER), ApprovalRefused)


USED_ONCE = {
    "an invitation": (invitation, INVITATION_LASTS),
    "a code": (code, CODE_LASTS),
    "a link from the machine": (link, SIGN_IN_LINK_LASTS),
    "what was agreed to": (agreed, WAITS),
}


def temporary_role() -> Use:
    root = made_up.root(made_up.organisation())
    volunteer = made_up.account(root, VIEWER, ends_at=now() + CONTACT_LASTS, contact=True)
    return lambda: root.id in actor_for(volunteer).groups(SEE)


def sign_in() -> Use:
    records = [{"method": "code", "at": now().timestamp()}]
    return lambda: fresh_until(records) is not None


def session() -> Use:
    browser = made_up.browser(made_up.account(made_up.root(made_up.organisation())))
    return lambda: browser.get("/desk/").status_code == 200


def count_token() -> Use:
    event_id = uuid7()
    token = token_for(event_id)
    return works(lambda: opened_token(event_id, token), BadToken)


LASTING = {
    **USED_ONCE,
    "a role for a while": (temporary_role, CONTACT_LASTS),
    "a fresh sign-in": (sign_in, FRESH),
    "a page that counts": (count_token, TOKENS_LAST),
}


@pytest.mark.parametrize("name", LASTING)
def test_it_works_right_after_the_clock_was_set(
    name: str, clock: time_machine.Traveller, set_by: timedelta
) -> None:
    begin, lasts = LASTING[name]
    assert lasts > TEN_MINUTES
    use = begin()
    clock.shift(set_by)
    assert use()


@pytest.mark.parametrize("name", LASTING)
def test_it_ends_ten_minutes_late_at_most(name: str, clock: time_machine.Traveller, set_by: timedelta) -> None:
    begin, lasts = LASTING[name]
    use = begin()
    clock.shift(set_by)
    clock.shift(lasts + TEN_MINUTES)
    assert not use()


@pytest.mark.parametrize("name", LASTING)
def test_it_ends_ten_minutes_early_at_most(name: str, clock: time_machine.Traveller, set_by: timedelta) -> None:
    begin, lasts = LASTING[name]
    use = begin()
    clock.shift(set_by)
    clock.shift(lasts - TEN_MINUTES - A_MOMENT)
    assert use()


@pytest.mark.parametrize("name", USED_ONCE)
def test_what_was_used_stays_used(name: str, clock: time_machine.Traveller, set_by: timedelta) -> None:
    begin, _ = USED_ONCE[name]
    use = begin()
    assert use()
    clock.shift(set_by)
    assert not use()


def test_the_twin_that_looks_at_the_clock_though_somebody_agreed_has_them_wait(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        approvals, "_is_ready", lambda found: found.ready_at is not None and found.ready_at <= now()
    )
    use = agreed()
    clock.shift(-TEN_MINUTES)
    assert not use()


def test_a_session_goes_on(clock: time_machine.Traveller, set_by: timedelta) -> None:
    use = session()
    clock.shift(set_by)
    assert use()


def test_guesses_stay_counted(clock: time_machine.Traveller, set_by: timedelta) -> None:
    guess = works(lambda: count_guess("mailbox", "olu@example.org"), TooManyGuesses)
    assert [guess() for _ in range(GUESSES + 1)] == [True] * GUESSES + [False]
    clock.shift(set_by)
    assert not guess()


def carried_out() -> Callable[[], UUID]:
    """What a program asks for, again and again under one key."""
    ours = made_up.organisation()
    token = ApiToken.objects.create(organisation=ours, digest="x", label="Map", role=OWNER)
    return lambda: once(organisation_id=ours.id, token_id=token.id, key="k", sent="s", deed=uuid7)


def test_what_a_program_repeats_is_done_once(clock: time_machine.Traveller, set_by: timedelta) -> None:
    ask = carried_out()
    done = ask()
    clock.shift(set_by)
    assert ask() == done
    clock.shift(REPEATS_COUNT - TEN_MINUTES - A_MOMENT)
    assert ask() == done
    clock.shift(2 * TEN_MINUTES + A_MOMENT)
    assert ask() != done


def test_the_twin_that_lets_keys_count_for_a_minute_does_it_twice(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "REPEATS_COUNT", timedelta(minutes=1))
    ask = carried_out()
    done = ask()
    clock.shift(TEN_MINUTES)
    assert ask() != done


def warned() -> Notice:
    event = made_up.event(made_up.root(made_up.organisation()))
    made_up.confirmed(event)
    made_up.send_mails()
    return tell(made_up.SYSTEM, event=event, kind="note", subject="To all", text="Bring a coat.")


def test_words_go_out_once_and_what_was_taken_back_does_not(
    clock: time_machine.Traveller, set_by: timedelta
) -> None:
    notice = warned()
    clock.shift(set_by)
    assert withdraw_notice(made_up.SYSTEM, notice=notice)
    clock.shift(TO_UNDO + TEN_MINUTES)
    assert send_notices() == 0


def test_words_that_went_out_do_not_go_out_again(clock: time_machine.Traveller, set_by: timedelta) -> None:
    notice = warned()
    clock.shift(TO_UNDO)
    assert send_notices() == 1
    clock.shift(set_by)
    assert send_notices() == 0
    assert not withdraw_notice(made_up.SYSTEM, notice=notice)
    clock.shift(TO_UNDO + TEN_MINUTES)
    assert send_notices() == 0


RESTING = {"tell those who are coming": TO_UNDO, "begin mailings": TO_STOP}


def at_work(seen: Clocks | None = None, **changed: float) -> Worker:
    """A worker that has begun, and tells those who are coming."""
    telling = [replace(each, **changed) for each in rounds() if each.name == "tell those who are coming"]
    return Worker(telling, clocks=seen)


def test_what_can_be_taken_back_gets_its_time_though_the_clock_was_set_forward(
    clock: time_machine.Traveller,
) -> None:
    """For how long the worker lets these rounds rest is tried in ``tests/ops/test_worker.py``."""
    assert {each.name: timedelta(seconds=each.rests) for each in rounds() if each.rests} == RESTING
    worker, notice = at_work(), warned()
    clock.shift(TEN_MINUTES)
    worker.pass_once()
    assert Notice.objects.get().after is None
    assert withdraw_notice(made_up.SYSTEM, notice=notice)


def test_the_twin_without_a_rest_has_let_it_go(clock: time_machine.Traveller) -> None:
    worker, notice = at_work(rests=0.0), warned()
    clock.shift(TEN_MINUTES)
    worker.pass_once()
    assert not withdraw_notice(made_up.SYSTEM, notice=notice)


def test_it_gets_its_time_though_the_worker_began_after_the_clock_was_set(clock: time_machine.Traveller) -> None:
    notice = warned()
    beat("worker")
    clock.shift(TEN_MINUTES)
    at_work(seen_before("worker")).pass_once()
    assert withdraw_notice(made_up.SYSTEM, notice=notice)


def test_the_twin_that_recalls_nothing_has_let_it_go(clock: time_machine.Traveller) -> None:
    notice = warned()
    beat("worker")
    clock.shift(TEN_MINUTES)
    at_work().pass_once()
    assert not withdraw_notice(made_up.SYSTEM, notice=notice)
