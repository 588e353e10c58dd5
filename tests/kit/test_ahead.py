"""What comes next is made by a thread while what came last is used."""

import sys
import threading
from collections.abc import Iterator

import pytest
from django.utils import translation

from groundswell.kit.ahead import TURN, Ahead


def test_all_of_it_comes_in_its_order_whether_it_was_begun_or_not() -> None:
    with Ahead(iter(range(5))) as coming:
        seen = []
        for item in coming:
            seen.append(item)
            if item % 2:
                coming.begin()
                coming.begin()
    assert seen == [0, 1, 2, 3, 4]
    with Ahead(iter(())) as none:
        assert list(none) == []


def test_the_next_one_is_made_from_when_it_is_begun() -> None:
    made = threading.Event()

    def items() -> Iterator[str]:
        yield "first"
        made.set()
        yield "second"

    with Ahead(items()) as coming:
        assert next(coming) == "first"
        assert not made.is_set()
        coming.begin()
        assert made.wait(10)
        assert next(coming) == "second"


def test_what_goes_wrong_is_raised_where_it_is_asked_for() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise LookupError("no more")

    with Ahead(items()) as coming:
        assert next(coming) == 1
        coming.begin()
        with pytest.raises(LookupError, match="no more"):
            next(coming)


def test_it_speaks_the_language_of_whoever_asks() -> None:
    with translation.override("fr"), Ahead(translation.get_language() for _ in range(2)) as coming:
        assert list(coming) == ["fr", "fr"]


def test_turns_are_short_only_meanwhile_and_no_thread_is_left() -> None:
    usual, threads = sys.getswitchinterval(), threading.active_count()
    with Ahead(iter(range(5))) as coming:
        next(coming)
        assert sys.getswitchinterval() == pytest.approx(min(TURN, usual))
        coming.begin()
    assert sys.getswitchinterval() == pytest.approx(usual)
    assert threading.active_count() == threads
