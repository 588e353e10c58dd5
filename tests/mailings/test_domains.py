"""What became of the copies by domain: in step with the results, and nobody's own domain is named."""

from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.mailings import domains, leases
from groundswell.mailings.domains import add, by_domain
from groundswell.mailings.models import DomainTally, Lease, Mailing, Result
from groundswell.mailings.operations import Draft, compose, release
from groundswell.mailings.recovery import home, recover
from groundswell.mailings.returns import take_back
from groundswell.mailings.rounds import Rounds, begin
from groundswell.mailings.traces import trace_of
from groundswell.people.models import Person
from tests import made_up
from tests.mailings.coming_back import bounce, complaint

pytestmark = pytest.mark.django_db

WORDS = {"en": {"subject": "Come", "text": "Come."}}


@pytest.fixture
def mailing(monkeypatch: pytest.MonkeyPatch) -> Mailing:
    """To three at one provider and one at a domain of their own, where three are not few; its time has come."""
    monkeypatch.setattr(domains, "FEW", 3)
    root = made_up.root(made_up.organisation(postal_address="1 High Street"))
    for name, domain in (("a", "Big.example"), ("b", "big.example"), ("c", "big.example"), ("d", "smith.example")):
        person = made_up.subscriber(root.organisation, name)
        Person.objects.filter(id=person.id).update(email=f"{name}@{domain}")
    return let_go(root)


def let_go(root: Group) -> Mailing:
    made = release(SYSTEM, mailing=compose(SYSTEM, group=root, draft=Draft(words=WORDS)), fresh_until=None)
    with time_machine.travel(now() + timedelta(minutes=11)):
        begin()
    made.refresh_from_db()
    return made


def told(*mailings: Mailing) -> dict[str, dict[str, int]]:
    """What is not nothing, by domain."""
    return {
        line["domain"]: {name: many for name, many in line.items() if many and name != "domain"}
        for line in by_domain(mailings)
    }


def take() -> leases.Batch:
    batch = leases.acquire(uuid7(), home(), 50)
    assert batch
    return batch


def test_a_domain_with_few_addresses_is_named_nowhere(mailing: Mailing) -> None:
    assert told(mailing) == {"big.example": {"copies": 3}, "": {"copies": 1}}
    assert not DomainTally.objects.filter(domain__contains="smith").exists()


def test_without_that_it_would_be(mailing: Mailing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(domains, "FEW", 1)
    with pytest.raises(AssertionError):
        test_a_domain_with_few_addresses_is_named_nowhere(let_go(mailing.group))


def test_what_was_sent_and_what_came_back_is_counted_where_it_went(mailing: Mailing) -> None:
    while Rounds().send():
        pass
    assert told(mailing) == {"big.example": {"copies": 3, "sent": 3}, "": {"copies": 1, "sent": 1}}
    Person.objects.filter(email="c@big.example").delete()
    numbers = {"hard": 1, "soft": 2, "forgotten": 3, "own": 4}
    at = {name: f"b+{trace_of(mailing.id, number)}@x.example" for name, number in numbers.items()}
    for raw in (
        bounce(to=at["hard"]),
        bounce(to=at["soft"], status="4.2.2"),
        bounce(to=at["forgotten"]),
        complaint(sent_by=at["own"]),
        complaint(sent_by=at["own"]),
    ):
        take_back(raw)
    assert told(mailing) == {
        "big.example": {"copies": 3, "sent": 3, "hard": 1, "soft": 1},
        "": {"copies": 1, "sent": 1, "hard": 1, "complaint": 1},
    }


def test_every_end_of_a_copy_is_counted(mailing: Mailing) -> None:
    batch = take()
    a, b, c, d = batch.waiting
    batch.waiting.clear()
    batch.ended(a, "refused", 550)
    batch.ended(b, "doubt", 0)
    c.attempts = len(leases.RETRIES)
    batch.again(c)
    batch.again(d)
    leases.settle(batch)
    assert told(mailing) == {
        "big.example": {"copies": 3, "refused": 1, "doubt": 1, "given_up": 1},
        "": {"copies": 1},
    }
    assert Result.objects.count() == 3


def test_what_a_journal_says_counts_once_though_its_worker_goes_on(mailing: Mailing) -> None:
    batch = take()
    for recipient in batch.waiting:
        batch.journal.begin(recipient.number)
    batch.journal.answer(1, 250)
    batch.journal.answer(2, 550)
    batch.journal.flush()
    Lease.objects.update(ends_at=now())
    assert recover(uuid7(), home()) == 1
    after = {"big.example": {"copies": 3, "sent": 1, "refused": 1, "doubt": 1}, "": {"copies": 1, "doubt": 1}}
    assert told(mailing) == after
    # Whoever was taken for dead settles what it knew.
    while batch.waiting:
        batch.ended(batch.waiting.popleft(), "sent", 250)
    batch.lease.id = uuid7()
    leases.settle(batch)
    assert told(mailing) == after


def test_many_mailings_are_added_up_by_one_query(
    mailing: Mailing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = let_go(mailing.group)
    with django_assert_num_queries(2):
        add(other, {("big.example", "sent"): 2, ("elsewhere.example", "sent"): 1})
    add(other, {})
    for both in ([mailing, other], Mailing.objects.order_by("-created_at")):
        with django_assert_num_queries(1):
            lines = by_domain(both)
        assert [(line["domain"], line["copies"], line["sent"]) for line in lines] == [
            ("big.example", 6, 2),
            ("", 2, 1),
        ]
