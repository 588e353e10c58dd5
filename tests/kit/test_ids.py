"""Keys that sort by time."""

import subprocess
import sys
import threading
import time

import pytest

from groundswell.kit.ids import NOISE_AT_ONCE, first_key, key_of, milliseconds_of, uuid7


def test_a_key_is_a_uuid_of_version_7() -> None:
    key = uuid7()
    assert key.version == 7
    assert key.variant == "specified in RFC 4122"


def test_a_key_knows_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    key = uuid7()
    assert before <= milliseconds_of(key) <= time.time_ns() // 1_000_000


def test_keys_sort_by_time_and_do_not_repeat() -> None:
    early = [uuid7() for _ in range(1000)]
    time.sleep(0.002)
    late = [uuid7() for _ in range(1000)]
    assert max(early) < min(late)
    assert len({*early, *late}) == 2000


def test_threads_never_make_the_same_key() -> None:
    made: list[list[int]] = [[] for _ in range(4)]

    def make(mine: list[int]) -> None:
        mine += [uuid7().int & (1 << 62) - 1 for _ in range(20 * NOISE_AT_ONCE)]

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({noise for mine in made for noise in mine}) == 4 * 20 * NOISE_AT_ONCE


FORKS = """
import os, sys
from groundswell.kit import ids
ids.uuid7()
if sys.argv[1] == "kept":
    ids._noise = [*ids._noise]  # what is cleared in the child is then another list
reading, writing = os.pipe()
if os.fork() == 0:
    os.write(writing, ids.uuid7().int.to_bytes(16)[8:])
    os._exit(0)
os.wait()
print(os.read(reading, 8) == ids.uuid7().int.to_bytes(16)[8:])
"""


@pytest.mark.parametrize(("noise", "same"), [("cleared", "False"), ("kept", "True")])
def test_a_child_process_begins_with_numbers_of_its_own(noise: str, same: str) -> None:
    """The twin keeps the parent's, and both make the same key."""
    told = subprocess.run([sys.executable, "-c", FORKS, noise], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == same


def test_the_same_content_in_the_same_moment_has_the_same_key() -> None:
    key = key_of(1_700_000_000_000, b"a")
    assert key == key_of(1_700_000_000_000, b"a")
    assert key not in {key_of(1_700_000_000_000, b"b"), key_of(1_700_000_000_001, b"a")}
    assert (key.version, key.variant, milliseconds_of(key)) == (7, "specified in RFC 4122", 1_700_000_000_000)


def test_the_first_key_of_a_moment_parts_before_from_after() -> None:
    moment = 1_700_000_000_000
    assert key_of(moment - 1, b"a") < first_key(moment) <= key_of(moment, b"a") < first_key(moment + 1)
