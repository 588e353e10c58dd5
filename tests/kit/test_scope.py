"""For whom the database is asked: said for a block or for a request, by nobody for nobody."""

import subprocess
import sys
from uuid import UUID

import pytest

from groundswell.kit.scope import ALL, confine, everywhere, nobody_yet, told, within

ONE, TWO = UUID(int=1), UUID(int=2)


def test_nobody_is_asked_for_where_nothing_was_said() -> None:
    """In a process of its own, since the tests themselves ask for all."""
    program = "from groundswell.kit.scope import told; print(repr(told()))"
    assert subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True).stdout == "''\n"


def test_what_was_said_ends_with_the_block() -> None:
    with nobody_yet():
        assert told() == ""
        with within(ONE, TWO):
            assert told() == f"{{{ONE.hex},{TWO.hex}}}"
            with everywhere("a test"):
                assert told() == ALL
            assert told() == f"{{{ONE.hex},{TWO.hex}}}"
        assert told() == ""


def test_it_ends_also_where_something_goes_wrong() -> None:
    with nobody_yet():
        with pytest.raises(ZeroDivisionError), within(ONE):
            raise ZeroDivisionError
        assert told() == ""


def test_a_request_is_confined_until_it_ends() -> None:
    with nobody_yet():
        with nobody_yet():
            confine([ONE])
            assert told() == f"{{{ONE.hex}}}"
        assert told() == ""


def test_to_ask_for_all_takes_a_reason() -> None:
    with pytest.raises(AssertionError), everywhere(""):
        pass


def test_nothing_but_ids_gets_into_what_is_said() -> None:
    with pytest.raises(AttributeError):
        confine(["'; DROP TABLE people_person; --"])  # type: ignore[list-item]
