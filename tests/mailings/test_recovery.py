"""What becomes of copies whose worker was killed: by what its journal says, and by the kind of the mailing."""

import pytest

from groundswell.groups.access import SYSTEM
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.mailings import leases
from groundswell.mailings.models import Deferred, Lease, Mailing, Result
from groundswell.mailings.operations import Draft, compose, release
from groundswell.mailings.recovery import home, recover
from groundswell.mailings.rounds import begin
from tests import made_up

pytestmark = pytest.mark.django_db


def killed(kind: str) -> Mailing:
    """A mailing to four people, and a worker that was killed: one copy begun, one taken, one to be tried again."""
    root = made_up.root(made_up.organisation(postal_address="1 High Street"))
    for name in ("Ada", "Bo", "Cy", "Dee"):
        made_up.subscriber(root.organisation, name)
    words = {"en": {"subject": "Come", "text": "Come."}}
    mailing = release(SYSTEM, mailing=compose(SYSTEM, group=root, draft=Draft(words=words)), fresh_until=None)
    Mailing.objects.update(starts_at=now(), kind=kind)
    begin()
    batch = leases.acquire(uuid7(), home(), 50)
    assert batch
    for recipient in list(batch.waiting)[:3]:
        batch.journal.begin(recipient.number)
    batch.journal.answer(2, 250)
    batch.journal.answer(3, 450)
    batch.journal.close(delete=False)
    return mailing


def test_what_nobody_knows_of_an_announcement_is_in_doubt() -> None:
    killed("announcement")
    assert recover(uuid7(), home()) == 1
    assert dict(Result.objects.values_list("number", "state")) == {1: "doubt", 2: "sent"}
    assert list(Deferred.objects.values_list("number", flat=True)) == [3]


def test_what_nobody_knows_of_an_update_on_the_day_is_sent_again() -> None:
    killed("update")
    assert recover(uuid7(), home()) == 1
    assert dict(Result.objects.values_list("number", "state")) == {2: "sent"}
    assert list(Deferred.objects.filter(due_at__lte=now()).values_list("number", flat=True)) == [1]
    assert list(Deferred.objects.filter(due_at__gt=now()).values_list("number", flat=True)) == [3]


def test_the_rest_can_be_taken_by_the_next_one() -> None:
    killed("announcement")
    recover(uuid7(), home())
    assert Lease.objects.filter(worker=None).exists()
    batch = leases.acquire(uuid7(), home(), 50)
    assert batch
    assert [recipient.number for recipient in batch.waiting] == [4]
