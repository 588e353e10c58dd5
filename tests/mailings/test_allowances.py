"""Never above a provider's limit in any hour, wherever it begins, and nearly as much as it allows."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from groundswell.kit.ids import uuid7
from groundswell.mailings import allowances as module
from groundswell.mailings import leases
from groundswell.mailings.allowances import (
    HELD,
    HOUR,
    LATE,
    Allowances,
    Limit,
    Limits,
    Wanted,
    forget_lines,
    limits,
    take_places,
)
from groundswell.mailings.journal import Journal
from groundswell.mailings.leases import FRESH, SENT, Batch, Recipient
from groundswell.mailings.models import Deferred, Delivery, Lease, Line, Mailing, Result
from groundswell.mailings.queries import in_line, progress
from groundswell.mailings.recovery import home
from groundswell.mailings.rounds import begin
from groundswell.people.models import Person
from groundswell.people.reach import suppress
from tests import made_up
from tests.mailings.conftest import Post
from tests.mailings.test_hands import a_hand
from tests.mailings.test_operations import draft, let_go

BIG = "big.example"
START = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


CROWD = [Recipient(number, uuid7(), "Pat", f"p{number}@{BIG}", "en") for number in range(300)]

# The arithmetic, with a clock of its own and without a database.


@dataclass
class World:
    """Some processes that send to one provider as fast as it is allowed, and what they sent when."""

    per_hour: int
    processes: int = 1
    shared: bool = True
    at: datetime = START
    sent: list[float] = field(default_factory=list)
    taken: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.limits = Limits({BIG: Limit(self.per_hour)}, {BIG: BIG}, None)
        self.each = [self.begin() for _ in range(self.processes)]

    def begin(self) -> Allowances:
        taken: dict[str, datetime] = self.taken if self.shared else {}

        def take(wanted: Wanted) -> dict[str, int]:
            given = {}
            for line, (many, limit) in wanted.items():
                given[line] = places = min(many, limit.free(taken.get(line), self.at))
                taken[line] = limit.after(taken.get(line), self.at, places)
            return given

        return Allowances(self.limits, take)

    def turn(self, process: int, wanted: int, used: int, delay: float) -> None:
        """One process reads so many copies, and of those that may go so many do, each so many seconds later."""
        batch, allowances = a_batch(), self.each[process % self.processes]
        admitted = allowances.admit(batch, CROWD[:wanted])
        out = admitted[:used]
        self.sent += [(self.at - START).total_seconds() + delay] * len(out)
        batch.unsent += [one.email for one in admitted[used:]]
        assert len(batch.held) == wanted - len(admitted)
        allowances.give_back(batch)

    def most_in_an_hour(self) -> int:
        most, first = 0, 0
        times = sorted(self.sent)
        for last, when in enumerate(times):
            while times[first] <= when - HOUR:
                first += 1
            most = max(most, last - first + 1)
        return most


def a_batch() -> Batch:
    return Batch(Lease(), Mailing(), cast(Journal, None), 0.0)


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Callable[[World], None]:
    def use(world: World) -> None:
        monkeypatch.setattr(module, "now", lambda: world.at)

    return use


TURNS = st.tuples(
    st.sampled_from([0.0, 0.5, 3.0, 19.0, 79.0, 81.0, 900.0, 4000.0]),
    st.integers(0, 3),
    st.sampled_from([1, 7, 80]),
    st.sampled_from([0, 1, 5, 80]),
    st.sampled_from([0.0, FRESH]),
    st.booleans(),
)


def run(world: World, turns: list[tuple[float, int, int, int, float, bool]]) -> World:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "now", lambda: world.at)
        for pause, process, wanted, used, delay, killed in turns:
            world.at += timedelta(seconds=pause)
            if killed:
                world.each[process % world.processes] = world.begin()
            world.turn(process, wanted, used, delay)
    return world


@given(st.lists(TURNS, min_size=50, max_size=250), st.integers(1, 5000), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_no_hour_has_too_many_whatever_is_asked_given_back_or_killed(
    turns: list[tuple[float, int, int, int, float, bool]], per_hour: int, processes: int
) -> None:
    assert run(World(per_hour, processes), turns).most_in_an_hour() <= per_hour


@pytest.mark.parametrize(("per_hour", "processes"), [(1, 1), (20, 3), (500, 1), (500, 3), (100_000, 3)])
def test_nearly_as_much_as_is_allowed_goes_out(per_hour: int, processes: int) -> None:
    wanted = min(per_hour // 600 + 3, 300)
    turns = [(3.0, at, wanted, wanted - 1, 1.0, at % 900 == 1) for at in range(int(2 * HOUR / 3))]
    world = run(World(per_hour, processes), turns)
    assert world.most_in_an_hour() <= per_hour
    assert len(world.sent) >= 0.95 * 2 * per_hour - 2


def test_processes_that_each_count_for_themselves_send_too_many() -> None:
    """The twin: without what they share."""
    turns = [(3.0, at, 20, 20, 1.0, False) for at in range(1_500)]
    assert run(World(500, 3), turns).most_in_an_hour() <= 500
    assert run(World(500, 3, shared=False), turns).most_in_an_hour() > 500


def test_without_the_time_that_is_spared_an_hour_has_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a standstill that is made up for stands in the same hour as all that came before the next one."""
    turns = [(LATE, 0, 20, 20, 0.0, False), *((3.0, 0, 20, 20, 0.0, False) for _ in range(1_500))]
    assert run(World(500), turns).most_in_an_hour() <= 500
    monkeypatch.setattr(module, "SPARE", 0.0)
    assert run(World(500), turns).most_in_an_hour() > 500


def test_a_place_is_kept_for_a_while_only(move: Callable[[World], None]) -> None:
    world = World(500)
    move(world)
    world.turn(0, 5, 2, 0.0)
    taken = world.taken[BIG]
    world.turn(0, 3, 3, 0.0)
    assert (len(world.sent), world.taken[BIG]) == (5, taken)
    world.turn(0, 4, 0, 0.0)
    world.at += timedelta(seconds=HELD)
    world.turn(0, 1, 1, 0.0)
    assert world.taken[BIG] > taken + timedelta(seconds=5 * Limit(500).step - 1)


# What is set.


def test_domains_of_one_provider_share_a_line_and_each_other_one_has_its_own(settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=("big.example+big.test=20", "*=5"))
    found = limits()
    assert found
    assert found.line("big.test") == found.line(BIG) == BIG
    assert (found.of(BIG), found.of(found.line("smith.example"))) == (Limit(20), Limit(5))
    assert found.line("smith.example") != found.line("jones.example")
    assert "smith" not in found.line("smith.example")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=("big.example=20",))
    found = limits()
    assert found
    assert (found.line("smith.example"), found.of("gone.example")) == ("", None)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=())
    assert limits() is None


# With the database.


@pytest.fixture
def mailing(settings: Any) -> Mailing:
    """One to six people at a provider that takes 60 an hour, and to two elsewhere."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=(f"{BIG}=60",))
    return to_send(6, 2)


def to_send(there: int, elsewhere: int, slug: str = "campaign") -> Mailing:
    root = made_up.root(made_up.organisation(slug, postal_address="1 High Street"))
    for number in range(there + elsewhere):
        person = made_up.subscriber(root.organisation, f"P{number}")
        domain = BIG if number < there else "elsewhere.example"
        Person.objects.filter(id=person.id).update(email=f"p{number}@{domain}")
    return let_go(draft(root))


def send_at(moment: datetime, allowances: Allowances | None) -> int:
    """Let everything go that may, as a worker would, to a server that takes it; returns how much that was."""
    done = 0
    with time_machine.travel(moment, tick=False):
        while batch := leases.acquire(uuid7(), home(), 50, allowances=allowances):
            while batch.waiting:
                one = batch.waiting.popleft()
                batch.ended(one, SENT, 250)
                done += 1
            leases.settle(batch)
            batch.journal.close(delete=True)
    return done


def all_of(there: int, elsewhere: int) -> None:
    """Whom it went to, and that nobody's copy was tried in vain."""
    gone = Result.objects.filter(state="sent").values_list("number", flat=True)
    went = Counter(
        one.person.email.rpartition("@")[2]
        for one in Delivery.objects.filter(number__in=list(gone)).select_related("person")
    )
    assert went == +Counter({BIG: there, "elsewhere.example": elsewhere})
    assert set(Deferred.objects.values_list("attempts", flat=True)) <= {0}


@pytest.mark.django_db
def test_who_has_to_wait_holds_up_nobody_else(mailing: Mailing) -> None:
    set_limits = limits()
    assert set_limits
    allowances = Allowances(set_limits)
    with time_machine.travel(START, tick=False):
        begin()
    assert send_at(START, allowances) == 4
    all_of(2, 2)
    assert not Lease.objects.exists()
    mailing.refresh_from_db()
    assert progress(mailing) | {"sent": 0} == dict.fromkeys(progress(mailing), 0) | {"waiting": 4}
    # Nothing is fetched for one place; a few seconds later it is.
    assert send_at(START + timedelta(seconds=45), allowances) == 0
    assert send_at(START + timedelta(seconds=60), allowances) == 1
    # A worker that begins anew knows what the one before it used.
    assert send_at(START + timedelta(seconds=61), Allowances(set_limits)) == 0
    assert send_at(START + timedelta(hours=3), allowances) == 2
    assert send_at(START + timedelta(hours=4), allowances) == 1
    all_of(6, 2)
    mailing.refresh_from_db()
    assert mailing.state == "finished"


@pytest.mark.django_db
def test_without_allowances_all_go_at_once(mailing: Mailing) -> None:
    """The twin; and what waited when the setting was taken out waits no more."""
    set_limits = limits()
    assert set_limits
    with time_machine.travel(START, tick=False):
        begin()
    assert send_at(START, Allowances(set_limits)) == 4
    assert (
        send_at(START, Allowances(Limits({"other.example": Limit(1)}, {"other.example": "other.example"}, None)))
        == 4
    )
    all_of(6, 2)
    other = to_send(6, 2, slug="others")
    Mailing.objects.filter(id=other.id).update(starts_at=START)
    with time_machine.travel(START, tick=False):
        begin()
    assert send_at(START, None) == 8


@pytest.mark.django_db
def test_who_takes_it_back_while_waiting_gets_none_and_takes_no_place(mailing: Mailing) -> None:
    set_limits = limits()
    assert set_limits
    allowances = Allowances(set_limits)
    with time_machine.travel(START, tick=False):
        begin()
    send_at(START, allowances)
    three = Deferred.objects.values_list("number", flat=True)[:3]
    gone = Delivery.objects.filter(number__in=list(three)).values_list("person__email", flat=True)
    suppress(mailing.organisation_id, "email", dict.fromkeys(gone, "bounced"))
    # In one hour there is room for two, and it takes three turns to come past those who get none.
    send_at(START + timedelta(hours=1), allowances)
    assert Result.objects.filter(state="skipped").count() >= 2
    send_at(START + timedelta(hours=2), allowances)
    assert Result.objects.filter(state="skipped").count() == 3
    all_of(3, 2)


@pytest.mark.django_db
def test_it_is_said_what_waits_where_and_until_when_about(
    mailing: Mailing, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=(f"{BIG}+big.test=60", "*=30"))
    set_limits = limits()
    assert set_limits
    with time_machine.travel(START, tick=False):
        begin()
        send_at(START, Allowances(set_limits))
        with django_assert_num_queries(2):
            big, others = in_line(mailing)
        # One place has gone by 18 seconds ago, and the next three lie 62 seconds apart.
        assert (big.domains, big.copies, big.per_hour) == ((BIG, "big.test"), 4, 60)
        assert big.until == START + timedelta(seconds=4 * 62 - 80 + 62)
        assert (others.domains, others.copies, others.per_hour) == ((), 1, 30)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=("other.example=5",))
    assert in_line(mailing) == []
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_per_hour_to=())
    with django_assert_num_queries(0):
        assert in_line(mailing) == []


@pytest.mark.django_db
def test_a_line_is_forgotten_when_it_says_nothing_any_more(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with time_machine.travel(START, tick=False):
        # Two of them are the transaction's.
        with django_assert_num_queries(5):
            assert take_places({BIG: (300, Limit(500))}) == {BIG: 11}
        assert take_places({BIG: (300, Limit(500)), "a": (1, Limit(1))}) == {BIG: 0, "a": 1}
    with time_machine.travel(START + timedelta(seconds=LATE + 8), tick=False):
        assert forget_lines() == 1
        assert Line.objects.get().name == "a"
        assert take_places({BIG: (300, Limit(500))}) == {BIG: 11}


# Through a real mail server, by processes that are killed and help each other.


def places_in(seconds: float, per_hour: int) -> int:
    """How many may have gone in so many seconds from the first one."""
    return int((LATE + seconds) / Limit(per_hour).step) + 1


@pytest.mark.enable_socket
def test_processes_that_help_each_other_and_are_killed_keep_to_it_together(make_post: Callable[..., Post]) -> None:
    post = make_post("--delay", "0.005", hourly=f"{BIG}=360")
    post.prepare(400, domain=BIG)
    began = time.monotonic()
    killed = [a_hand(post), a_hand(post)]
    post.wait_until_taken(100)
    for each in killed:
        each.kill()
        each.wait()
    both = [a_hand(post), a_hand(post)]
    post.wait_until_taken(200)
    taken = {email: many for email, many in post.sink.taken().items() if email.endswith(BIG)}
    assert set(taken.values()) == {1}
    assert len(taken) <= places_in(time.monotonic() - began, 360)
    for each in both:
        each.kill()
        each.wait()
