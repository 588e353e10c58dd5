"""A backup while people answer: whoever was thanked before it began is in it, once, and nobody only by half."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from groundswell.ops.archive import DATABASES
from tests.crash.conftest import Crowd, Field
from tests.ops.conftest import until

UnderFire = Callable[..., Field]
PEOPLE = 3000

COUNTED = "SELECT sum(unconfirmed) FROM attendances_tally"
MAILS = "SELECT count(DISTINCT subject) FROM outbox_effect WHERE kind = 'attendances.confirm'"
PERSONS = "SELECT count(*) FROM people_person"


@contextmanager
def somebody_reads(data: Path) -> Iterator[None]:
    """Look at each of SQLite's files as of this moment, so that nothing moves from its log into it."""
    with ExitStack() as held:
        for name in DATABASES:
            file = held.enter_context(closing(sqlite3.connect(data / name, isolation_level=None)))
            file.execute("BEGIN")
            file.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with closing(sqlite3.connect(data / name, timeout=30)) as another:
                another.execute("PRAGMA wal_checkpoint(PASSIVE)")
        yield


def backed_up_meanwhile(it: Field, to: Path) -> tuple[Crowd, set[str], set[str]]:
    """Back up amid a crowd; who was thanked before that began, and who by the time that it was done."""
    crowd = Crowd(it.port, it.path, PEOPLE)
    with nullcontext() if it.cluster else somebody_reads(it.installation.data):
        threads = crowd.start()
        until(lambda: len(crowd.acknowledged) > 100)
        before = set(crowd.acknowledged)
        done = it.installation.call("backup", str(to))
        after = set(crowd.acknowledged)
        crowd.people = 0
        for thread in threads:
            thread.join()
    assert (done.returncode, done.stderr) == (0, "")
    return crowd, before, after


def everybody_comes_back(it: Field, to: Path) -> None:
    """Back up under load and restore that: who was thanked before it is there, and all figures agree."""
    crowd, before, after = backed_up_meanwhile(it, to)
    assert before < after, "nobody answered meanwhile: there was no load"
    it.installation.stop()
    restored = it.installation.call("restore", str(to), "--replace")
    assert restored.returncode == 0, restored.stderr

    it.up()
    it.installation.wait_until_well()
    it.wait_until_settled(len(crowd.acknowledged), seconds=60)
    answered = it.answered()
    assert before <= set(answered), "Somebody was thanked, and is not in the backup."
    assert set(answered) <= {f"person-{number}@example.org" for number in range(1, PEOPLE + 1)}
    assert set(answered.values()) == {1}
    assert it.count(COUNTED) == it.count(MAILS) == it.count(PERSONS) == len(answered)

    # What is said after the restore is settled as well: no number of the journal is given twice.
    later = Crowd(it.port, it.path, PEOPLE + 1, _next=PEOPLE)
    for thread in later.start():
        thread.join()
    until(lambda: it.answered() >= Counter(later.acknowledged), seconds=30)


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_backup_under_load_has_everybody_who_was_thanked_before_it(
    under_fire: UnderFire, tmp_path: Path
) -> None:
    everybody_comes_back(under_fire(), tmp_path / "backup")


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_copy_that_is_not_of_one_moment_has_not(under_fire: UnderFire, tmp_path: Path) -> None:
    """The twin: with the guard taken out, the same check fails."""
    it = under_fire(without="torn_backup")
    missed = "not what was backed up" if it.cluster else "not in the backup"
    with pytest.raises(AssertionError, match=missed):
        everybody_comes_back(it, tmp_path / "backup")
