"""What a worker left that is gone, or was taken for gone: read from its journal, lease by lease."""

import fcntl
import os
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.mailings.domains import add_copies
from groundswell.mailings.journal import Read, seal
from groundswell.mailings.leases import (
    DOUBT,
    GIVEN_UP,
    REFUSED,
    RETRIES,
    SENT,
    append_results,
    copies_in,
    deferred_of,
    folder,
    journal_path,
    of,
    postpone,
)
from groundswell.mailings.models import Delivery, Lease, Mailing
from groundswell.people.reach import contacted

LOST_HOME = timedelta(hours=1)
"""So long after its end a lease waits for the data folder in which its journal is."""


def home() -> UUID:
    """What tells this data folder from every other one."""
    path = folder() / "home"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        draft = path.with_name(f"{uuid7()}.draft")
        draft.write_text(str(uuid7()))
        try:
            # A link, not a rename: of two that start together, the first one's stays.
            os.link(draft, path)
        finally:
            draft.unlink()
    return UUID(path.read_text())


class Presence:
    """That a worker lives: a lock that the kernel takes off whoever is killed."""

    def __init__(self, worker: UUID) -> None:
        path = _alive(worker)
        while True:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Whoever sweeps may have taken it for what somebody left, before it was locked.
            with suppress(FileNotFoundError):
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._file, fcntl.LOCK_EX)
                if _is_still_there(path, self._file):
                    return
                os.close(self._file)

    def end(self) -> None:
        """Be gone."""
        os.close(self._file)


def _is_still_there(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _lives(worker: UUID) -> bool:
    try:
        file = os.open(_alive(worker), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def recover(worker: UUID, at_home: UUID) -> int:
    """Take over the leases of workers that are gone; returns how many (2 queries, and up to 11 for each).

    To be called by a worker that has nothing in its hands: what is said to be there, it left when it failed.
    """
    taken = 0
    held = Lease.objects.select_related("mailing").exclude(worker=None)
    for lease in held.filter(home=at_home):
        assert lease.worker
        assert lease.ends_at
        if lease.worker == worker or lease.ends_at < now() or not _lives(lease.worker):
            taken += _take_over(lease, seal(journal_path(lease.worker, lease.id)))
    for lease in held.exclude(home=at_home).filter(ends_at__lt=now() - LOST_HOME):
        # Nobody can read its journal any more: any of its copies may have gone out.
        taken += _take_over(lease, Read(in_doubt=set(copies_in(lease).values_list("number", flat=True))))
    _sweep(worker)
    return taken


@transaction.atomic
def _take_over(lease: Lease, read: Read) -> int:
    """Note what the journal says of a lease, and let the rest of it be taken."""
    found = Lease.objects.select_for_update().filter(id=lease.id, worker=lease.worker)
    if not found.exists():
        return 0
    mailing = lease.mailing
    tries = dict(deferred_of(lease).values_list("number", "attempts"))
    results = [(number, SENT if code < 400 else REFUSED, code) for number, code in _final(read)]
    again = {number: tries.get(number, 0) + 1 for number, code in read.answered.items() if 400 <= code < 500}
    if mailing.kind in Mailing.URGENT:
        again |= dict.fromkeys(read.in_doubt, 0)
    else:
        results += [(number, DOUBT, 0) for number in sorted(read.in_doubt)]
    append_results(mailing, results)
    postpone(mailing, again)
    ended = {number: state for number, state, _code in results}
    add_copies(mailing, ended | {number: GIVEN_UP for number, tries in again.items() if tries > len(RETRIES)})
    deferred_of(lease).filter(number__in=[number for number, *_ in results]).delete()
    # In doubt as well: whoever may have got it counts as written to.
    perhaps = [number for number, state, _code in results if state != REFUSED]
    contacted(mailing.organisation_id, _people(mailing, perhaps))
    found.update(worker=None, home=None, ends_at=None)
    return 1


def _final(read: Read) -> list[tuple[int, int]]:
    return [(number, code) for number, code in sorted(read.answered.items()) if not 400 <= code < 500]


def _people(mailing: Mailing, numbers: list[int]) -> list[UUID]:
    return list(Delivery.objects.filter(of(mailing), number__in=numbers).values_list("person_id", flat=True))


def _sweep(worker: UUID) -> None:
    """Delete the journals of workers that are gone and have no lease (1 query)."""
    folders = [each for each in folder().iterdir() if each.is_dir() and each.name != str(worker)]
    held = set(map(str, Lease.objects.exclude(worker=None).values_list("worker", flat=True)))
    for each in folders:
        if each.name not in held:
            _delete(each)


def _delete(left: Path) -> None:
    """Delete what a worker left, unless it lives; under its lock, since one may begin at this very moment."""
    try:
        file = os.open(left / "alive", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(file)


def _alive(worker: UUID) -> Path:
    return folder() / str(worker) / "alive"
