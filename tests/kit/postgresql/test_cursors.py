"""For whom a statement is goes with it, and nothing of that stays in the connection."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from groundswell.kit.scope import ALL, everywhere, nobody_yet, within

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no rules for rows"),
]

ONE = UUID(int=1)
SAID = "SELECT current_setting('groundswell.organisations', true)"


def asked(statement: str = SAID) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def asked_past_us() -> str:
    """What the connection itself holds, for whoever gets it next."""
    connection.ensure_connection()
    return str(psycopg.Cursor(connection.connection).execute(SAID).fetchone()[0] or "")


def test_a_statement_by_itself_says_for_whom_it_is() -> None:
    with within(ONE):
        assert asked() == f"{{{ONE.hex}}}"
    with everywhere("a test"):
        assert asked() == ALL
    with nobody_yet():
        assert asked() == ""


def test_within_a_transaction_each_statement_says_it_anew() -> None:
    with transaction.atomic(), within(ONE):
        assert asked() == f"{{{ONE.hex}}}"
        with nobody_yet():
            assert asked() == ""
        with transaction.atomic(), everywhere("a test"):
            assert asked() == ALL
        assert asked() == f"{{{ONE.hex}}}"


def test_nothing_stays_in_the_connection() -> None:
    with within(ONE):
        asked()
    assert asked_past_us() == ""
    with within(ONE), transaction.atomic():
        asked()
    assert asked_past_us() == ""


def test_said_for_the_session_it_would_stay() -> None:
    """The twin: whoever gets the connection next would see what the one before was let to."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET groundswell.organisations = '{{{ONE.hex}}}'")
    assert asked_past_us() == f"{{{ONE.hex}}}"
    connection.close()
    connection.close_pool()


def test_nothing_stays_after_an_error() -> None:
    with within(ONE), pytest.raises(DatabaseError):
        asked("SELECT 1 / 0")
    assert asked_past_us() == ""


def test_the_error_of_a_failed_transaction_is_its_own() -> None:
    with transaction.atomic():
        with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
            asked("SELECT 1 / 0")
        assert asked("SELECT 1") == 1


def test_what_must_be_alone_in_its_message_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        assert cursor.fetchone()[0]


def test_rows_parameters_and_counts_are_those_of_the_statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s AS one, '%%' AS sign UNION SELECT 'b', '%%'", ["a; b"])
        assert [column.name for column in cursor.description] == ["one", "sign"]
        assert cursor.rowcount == 2
        assert sorted(cursor.fetchall()) == [("a; b", "%"), ("b", "%")]
