"""Who let a mailing go hears what it does by itself: once, and in words that name nobody who got it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
import time_machine
from django.db import connection, connections
from django.db.models import QuerySet
from pytest_django import Settings

from groundswell.groups import approvals
from groundswell.groups.access import SYSTEM, Actor
from groundswell.groups.granting import withdraw
from groundswell.groups.models import Account, Group, Organisation
from groundswell.kit.clock import now
from groundswell.mailings import alerts, operations, returns
from groundswell.mailings.alerts import IN_DOUBT, PUT_BACK, STOPPED, WARNED, tell_of_doubts, write_alert
from groundswell.mailings.domains import add
from groundswell.mailings.leases import DOUBT, SENT, append_results
from groundswell.mailings.models import Mailing
from groundswell.mailings.operations import Draft, ask_for_it, compose, decide, move, release
from groundswell.mailings.returns import take_back
from groundswell.mailings.rounds import begin
from groundswell.mailings.traces import trace_of
from groundswell.outbox.delivery import deliver
from groundswell.outbox.models import Effect
from groundswell.outbox.operations import INSTALLATION
from groundswell.outbox.queries import kept_mail
from tests import made_up
from tests.mailings.coming_back import complaint

pytestmark = pytest.mark.django_db

WORDS = {"en": {"subject": "Come, {first_name|friend}", "text": "Come."}}
BOTH = {"olu@example.org", "bea@example.org"}


@pytest.fixture
def root() -> Group:
    organisation = made_up.organisation(postal_address="1 High Street")
    made_up.subscriber(organisation, "Ada")
    return made_up.root(organisation)


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """To one person, and to more, somebody else agrees first."""
    monkeypatch.setattr(operations, "MANY", 0)


def let_go(root: Group) -> Mailing:
    """One that Olu let go when Bea had agreed."""
    olu = made_up.actor(root, made_up.MAILER)
    bea = made_up.actor(root, made_up.MAILER, "bea@example.org", name="Bea")
    return _released(root, olu, bea)


def _released(root: Group, olu: Actor, bea: Actor) -> Mailing:
    with time_machine.travel(now() + approvals.HELD):
        until = now() + timedelta(minutes=5)
        mailing = compose(olu, group=root, draft=Draft(words=WORDS))
        asked = approvals.approve(bea, approval=ask_for_it(olu, mailing=mailing), fresh_until=until)
        return release(olu, mailing=mailing, fresh_until=until, approval=asked)


def going(mailing: Mailing, taken: int = 1000, state: str = "sending") -> Mailing:
    """The same on its way: so many copies were taken, and four wait."""
    Mailing.objects.filter(id=mailing.id).update(state=state, frozen_at=now(), copies=4)
    add(mailing, {("example.org", "sent"): taken})
    return mailing


def complain(mailing: Mailing, *numbers: int) -> None:
    for number in numbers:
        take_back(complaint(sent_by=f"bounces+{trace_of(mailing.id, number)}@example.org"))


def grow(organisation: Organisation) -> None:
    for name in ("Bo", "Cy"):
        made_up.subscriber(organisation, name)


def begun() -> int:
    """What the worker does once the ten minutes are over."""
    with time_machine.travel(now() + approvals.HELD + timedelta(minutes=11)):
        return begin()


def to_whom(kind: str) -> Counter[str]:
    """How many mails of a kind go to each address."""
    effects = Effect.objects.filter(organisation_id=INSTALLATION, kind=kind)
    return Counter(effects.values_list("address", flat=True))


def texts(kind: str) -> list[str]:
    """What the mails of a kind say that have a reason still, subject and all."""
    mails = [write_alert(effect) for effect in Effect.objects.filter(kind=kind).order_by("id")]
    return [f"{mail.subject}\n{mail.text}" for mail in mails if mail]


def test_who_let_it_go_and_who_agreed_hear_that_it_has_stopped(root: Group) -> None:
    mailing = going(let_go(root))
    complain(mailing, 1, 2)
    assert (to_whom(WARNED), to_whom(STOPPED)) == (Counter(BOTH), Counter())
    complain(mailing, 3, 4)
    assert (to_whom(WARNED), to_whom(STOPPED)) == (Counter(BOTH), Counter(BOTH))


def test_it_says_which_why_how_many_and_what_now_and_names_nobody(root: Group) -> None:
    mailing = going(let_go(root))
    complain(mailing, 1, 2)
    warned = texts(WARNED)[0]
    assert warned.startswith("Called unwanted: Come, friend\n")
    assert "The rest goes out. At three in a thousand it stops by itself" in warned
    complain(mailing, 3)
    stopped = texts(STOPPED)[0]
    assert stopped.startswith("Stopped by itself: Come, friend\n")
    assert "too many who got it called it unwanted" in stopped
    for line in ("Called it unwanted: 3", "Sent: 1,000", "Not sent yet: 4", "goes to nobody unless somebody"):
        assert line in stopped
    for text in (warned, stopped):
        assert f"/desk/mailings/{mailing.id}\n" in text
        assert "Ada" not in text
        assert "@" not in text
    # What it warned of has come about: that mail has no reason any more.
    assert texts(WARNED) == []


def test_it_is_once_for_each_time_that_it_stops(root: Group) -> None:
    mailing = going(let_go(root))
    complain(mailing, 1, 2, 3)
    move(SYSTEM, mailing=mailing, how="resume")
    assert texts(STOPPED) == []
    complain(mailing, 4)
    assert set(to_whom(WARNED).values()) == {1}
    complain(mailing, 5, 6, 7)
    assert (to_whom(WARNED), to_whom(STOPPED)) == (Counter([*BOTH] * 2), Counter([*BOTH] * 2))


def test_who_paused_it_themselves_is_warned_once(root: Group) -> None:
    mailing = going(let_go(root), taken=2000)
    move(SYSTEM, mailing=mailing, how="pause")
    complain(mailing, 1, 2)
    assert "The rest waits, since somebody has paused it." in texts(WARNED)[0]
    move(SYSTEM, mailing=mailing, how="resume")
    complain(mailing, 3, 4)
    assert to_whom(WARNED) == Counter(BOTH)


def test_of_one_that_is_over_it_says_that_no_more_goes_out(root: Group) -> None:
    mailing = going(let_go(root), state="finished")
    complain(mailing, 1, 2, 3)
    assert (to_whom(WARNED), to_whom(STOPPED)) == (Counter(BOTH), Counter())
    assert "No more of it goes out. Ask yourself" in texts(WARNED)[0]


def test_they_hear_that_it_did_not_begin(root: Group) -> None:
    mailing = let_go(root)
    grow(root.organisation)
    assert [begun(), begun()] == [0, 0]
    assert to_whom(PUT_BACK) == Counter(BOTH)
    text = texts(PUT_BACK)[0]
    assert text.startswith("Did not begin: Come, friend\n")
    for line in ("Sent: 0", "would reach by now: 3", "It is a draft again.", f"/desk/mailings/{mailing.id}\n"):
        assert line in text
    release(SYSTEM, mailing=mailing, fresh_until=None)
    assert texts(PUT_BACK) == []


def told(after: timedelta = timedelta(hours=1, minutes=1)) -> int:
    with time_machine.travel(now() + after):
        return tell_of_doubts()


def test_they_hear_of_copies_in_doubt_once_the_log_had_its_hour(root: Group) -> None:
    mailing = going(let_go(root))
    append_results(mailing, [(1, SENT, 250), (2, DOUBT, 0), (3, DOUBT, 0)])
    assert told(timedelta(minutes=59)) == 0
    assert [told(), told()] == [1, 0]
    assert to_whom(IN_DOUBT) == Counter(BOTH)
    text = texts(IN_DOUBT)[0]
    assert text.startswith("In doubt: Come, friend\n")
    for line in ("nobody knows whether they arrived", "Copies in doubt: 2", f"/desk/mailings/{mailing.id}\n"):
        assert line in text
    assert "Called it unwanted" not in text


def test_they_hear_of_later_doubts_as_well_and_of_none_that_are_settled(root: Group) -> None:
    mailing = going(let_go(root))
    append_results(mailing, [(1, DOUBT, 0)])
    told()
    decide(SYSTEM, mailing=mailing, again=False)
    assert texts(IN_DOUBT) == []
    later = timedelta(hours=3)
    with time_machine.travel(now() + later):
        append_results(mailing, [(2, DOUBT, 0)])
    assert told(later) == 0
    assert told(later + timedelta(hours=2)) == 1
    assert to_whom(IN_DOUBT) == Counter([*BOTH] * 2)


def test_nobody_hears_of_what_is_long_over(root: Group) -> None:
    append_results(going(let_go(root)), [(1, DOUBT, 0)])
    assert told(timedelta(days=31)) == 0


def test_it_goes_out_like_any_other_mail(root: Group, settings: Settings, tmp_path: object) -> None:
    settings.DATA = tmp_path
    complain(going(let_go(root)), 1, 2, 3)
    deliver()
    stopped = list(Effect.objects.filter(kind=STOPPED, state="done"))
    kept = [mail for mail in map(kept_mail, stopped) if mail]
    assert {mail.to for mail in kept} == BOTH
    assert {mail.subject for mail in kept} == {"Stopped by itself: Come, friend"}
    assert {effect.address for effect in stopped} == {""}
    # Nor is one written again whose address is gone.
    assert texts(STOPPED) == []


def test_it_speaks_the_organisation_s_language(root: Group) -> None:
    Organisation.objects.filter(id=root.organisation_id).update(languages="fr,en")
    complain(going(let_go(root)), 1, 2, 3)
    assert set(Effect.objects.filter(kind=STOPPED).values_list("language", flat=True)) == {"fr"}


@pytest.mark.parametrize("gone", ["role", "account"])
def test_where_nobody_who_let_it_go_may_send_any_more_the_organisers_hear(root: Group, gone: str) -> None:
    mailing = going(let_go(root))
    made_up.account(root, made_up.ORGANISER, "orla@example.org")
    for account in Account.objects.filter(email__in=BOTH):
        withdraw(SYSTEM, group=root, account_id=account.id)
        if gone == "account":
            account.delete()
    complain(mailing, 1, 2, 3)
    assert to_whom(STOPPED) == Counter({"orla@example.org"})


def test_without_asking_for_their_role_they_would_hear_of_it_for_ever(
    root: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    monkeypatch.setattr(alerts, "actor_for", lambda _account: SYSTEM)
    with pytest.raises(AssertionError):
        test_where_nobody_who_let_it_go_may_send_any_more_the_organisers_hear(root, "role")


def together(*calls: object) -> None:
    """Let as many workers do this at the same moment, each on a connection of its own."""

    def alone(call: object) -> None:
        try:
            call()  # type: ignore[operator]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        list(pool.map(alone, calls))


def without_the_lock(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Let both have read the mailing before either goes on, by what they call next."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time: there is no lock of ours to take out")
    barrier, usual = Barrier(2, timeout=5), getattr(module, name)

    def after_both_have_read(*given: object) -> object:
        with suppress(BrokenBarrierError):
            barrier.wait()
        return usual(*given)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    monkeypatch.setattr(module, name, after_both_have_read)


def stopped_by_two(root: Group) -> Counter[str]:
    mailing = going(let_go(root))
    complain(mailing, 1, 2)
    together(lambda: complain(mailing, 3), lambda: complain(mailing, 4))
    return to_whom(STOPPED)


def put_back_by_two(root: Group) -> Counter[str]:
    let_go(root)
    grow(root.organisation)
    with time_machine.travel(now() + approvals.HELD + timedelta(minutes=11)):
        together(begin, begin)
    return to_whom(PUT_BACK)


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_notice_it_write_once(root: Group) -> None:
    assert stopped_by_two(root) == Counter(BOTH)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_write_twice(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    mailing = going(let_go(root))
    complain(mailing, 1, 2)
    without_the_lock(monkeypatch, returns, "add")
    together(lambda: complain(mailing, 3), lambda: complain(mailing, 4))
    assert to_whom(STOPPED) == Counter([*BOTH] * 2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_put_it_back_write_once(root: Group) -> None:
    assert put_back_by_two(root) == Counter(BOTH)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_put_it_back_twice(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    without_the_lock(monkeypatch, operations, "has_grown")
    assert put_back_by_two(root) == Counter([*BOTH] * 2)


def doubtful(root: Group) -> None:
    append_results(going(let_go(root)), [(1, DOUBT, 0)])
    with time_machine.travel(now() + timedelta(hours=2)):
        together(tell_of_doubts, tell_of_doubts)


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_see_doubts_write_once(root: Group) -> None:
    doubtful(root)
    assert to_whom(IN_DOUBT) == Counter(BOTH)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_write_of_doubts_twice(root: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    without_the_lock(monkeypatch, alerts, "alert")
    doubtful(root)
    assert to_whom(IN_DOUBT) == Counter([*BOTH] * 2)
