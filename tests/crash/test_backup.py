"""A backup while people answer: whoever was thanked before it began is in it, once, and nobody only by half."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.conftest import Crowd, Field
from tests.ops.conftest import until

UnderFire = Callable[..., Field]
PEOPLE = 3000

COUNTED = "SELECT sum(unconfirmed) FROM attendances_tally"
MAILS = "SELECT count(DISTINCT subject) FROM outbox_effect WHERE kind = 'attendances.confirm'"
PERSONS = "SELECT count(*) FROM people_person"


def backed_up_meanwhile(it: Field, to: Path) -> tuple[Crowd, set[str], set[str]]:
    """Back up amid a crowd; who was thanked before that began, and who by the time that it was done."""
    crowd = Crowd(it.port, it.path, PEOPLE)
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


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_backup_under_load_has_everybody_who_was_thanked_before_it(
    under_fire: UnderFire, tmp_path: Path
) -> None:
    it = under_fire()
    crowd, before, after = backed_up_meanwhile(it, tmp_path / "backup")
    assert before < after, "nobody answered meanwhile: there was no load"
    it.installation.stop()
    restored = it.installation.call("restore", str(tmp_path / "backup"), "--replace")
    assert restored.returncode == 0, restored.stderr

    it.up()
    it.installation.wait_until_well()
    it.wait_until_settled(len(crowd.acknowledged), seconds=60)
    answered = it.answered()
    assert before <= set(answered) <= {f"person-{number}@example.org" for number in range(1, PEOPLE + 1)}
    assert set(answered.values()) == {1}
    assert it.count(COUNTED) == it.count(MAILS) == it.count(PERSONS) == len(answered)

    # What is said after the restore is settled as well: no number of the journal is given twice.
    later = Crowd(it.port, it.path, PEOPLE + 1, _next=PEOPLE)
    for thread in later.start():
        thread.join()
    until(lambda: it.answered() >= Counter(later.acknowledged), seconds=30)
