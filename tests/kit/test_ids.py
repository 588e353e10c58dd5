"""Keys that sort by time."""

import time

from groundswell.kit.ids import milliseconds_of, uuid7


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
