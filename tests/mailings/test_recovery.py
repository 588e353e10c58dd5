"""What becomes of copies whose worker was killed: by what its journal says, and by the kind of the mailing."""

import fcntl
from uuid import UUID

import pytest

from groundswell.groups.access import SYSTEM
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.mailings import leases, recovery
from groundswell.mailings.models import Deferred, Lease, Mailing, Result
from groundswell.mailings.operations import Draft, compose, release
from groundswell.mailings.recovery import Presence, home, recover
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


def begun_while_somebody_sweeps(monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A worker whose folder is swept after it was made and before it was locked."""
    worker, lock = uuid7(), fcntl.flock

    def late(file: int, how: int) -> None:
        monkeypatch.setattr(recovery.fcntl, "flock", lock)
        recover(uuid7(), home())
        lock(file, how)

    monkeypatch.setattr(recovery.fcntl, "flock", late)
    Presence(worker)
    return worker


def test_a_worker_that_begins_while_another_one_sweeps_is_seen_to_live(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = begun_while_somebody_sweeps(monkeypatch)
    assert recovery._lives(worker)
    recover(uuid7(), home())
    assert recovery._lives(worker)


def test_the_twin_that_does_not_look_once_more_passes_for_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "_is_still_there", lambda path, file: True)
    assert not recovery._lives(begun_while_somebody_sweeps(monkeypatch))


def test_what_a_worker_left_is_swept() -> None:
    worker = uuid7()
    Presence(worker).end()
    recover(uuid7(), home())
    assert not leases.journal_path(worker, uuid7()).parent.exists()
