"""What a journal says of each mail, and who may still write into it."""

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from groundswell.mailings import journal as module
from groundswell.mailings.journal import Journal, Read, Sealed, seal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "worker" / "lease.journal"


def test_what_was_answered_is_known_and_what_was_begun_is_in_doubt(path: Path) -> None:
    journal = Journal(path)
    journal.plan(range(1, 6))
    for number in (1, 2, 3, 4):
        journal.begin(number)
    journal.answer(1, 250)
    journal.answer(2, 550)
    journal.flush()
    assert seal(path) == Read(answered={1: 250, 2: 550}, in_doubt={3, 4})


def test_after_a_restart_of_the_machine_all_that_was_planned_is_in_doubt(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(path)
    journal.plan([1, 2, 3])
    journal.begin(1)
    journal.answer(1, 250)
    journal.flush()
    monkeypatch.setattr(module, "_boot", lambda: b"another".ljust(36))
    assert seal(path) == Read(answered={1: 250}, in_doubt={2, 3})


def test_nobody_writes_behind_a_seal(path: Path) -> None:
    journal = Journal(path)
    journal.begin(1)
    assert seal(path).in_doubt == {1}
    for write in (lambda: journal.begin(2), lambda: journal.plan([2])):
        with pytest.raises(Sealed):
            write()
    journal.answer(1, 250)
    journal.flush()
    assert seal(path).in_doubt == {1}


def test_a_lease_that_was_taken_over_before_its_journal_began_has_none(path: Path) -> None:
    assert seal(path) == Read()
    with pytest.raises(FileExistsError):
        Journal(path)


def test_a_record_that_a_power_cut_tore_counts_as_not_written(path: Path) -> None:
    journal = Journal(path)
    journal.begin(1)
    journal.answer(1, 250)
    journal.begin(2)
    path.write_bytes(path.read_bytes()[:-3])
    assert seal(path) == Read(answered={1: 250}, in_doubt=set())


def test_it_goes_when_the_database_knows_all_of_it(path: Path) -> None:
    Journal(path).close(delete=True)
    assert not path.exists()


def test_what_is_appended_beside_a_seal_is_either_read_or_not_sent(path: Path) -> None:
    journal = Journal(path)
    sent: list[int] = []

    def send() -> None:
        with suppress(Sealed):
            for number in range(1, 100_000):
                journal.begin(number)
                sent.append(number)

    sending = Thread(target=send)
    sending.start()
    while len(sent) < 100:
        time.sleep(0.001)
    read = seal(path)
    sending.join()
    assert set(sent) <= read.in_doubt


def test_half_a_record_on_a_full_disk_ends_a_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(path)
    journal.begin(1)
    with monkeypatch.context() as patched:
        write = os.write
        patched.setattr(os, "write", lambda file, what: write(file, what[:3]))
        with pytest.raises(Sealed):
            journal.begin(2)
    with pytest.raises(Sealed):
        journal.begin(3)
    assert seal(path).in_doubt == {1}
