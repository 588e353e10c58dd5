"""What is written as the text of an array is read by PostgreSQL as it was."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.kit.postgresql.arrays import array

AT = datetime(2026, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.sampled_from(["", "NULL", "{}", '"', "\\", '\\"', "a,b", " a ", "'", "%s", "}", "\n"]),
)

by_postgresql = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no arrays"),
]


def read(kind: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array(values)])
        return list(cursor.fetchone()[0])


class TestReadByPostgreSQL:
    """Written here, read there."""

    pytestmark = by_postgresql

    @settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.one_of(st.none(), TEXTS), max_size=5))
    def test_texts(self, texts: list[str | None]) -> None:
        assert read("text", texts) == texts

    @pytest.mark.parametrize(
        ("kind", "values"),
        [
            ("uuid", [UUID(int=1), None, uuid4()]),
            ("bigint", [0, -1, None, 2**62]),
            ("boolean", [True, False, None]),
            ("double precision", [0.1, -1e300, None]),
            ("timestamptz", [AT, None, AT.astimezone(timezone(timedelta(hours=-9)))]),
            ("date", [date(2026, 5, 1), None]),
            ("text", []),
            ("text", [None, None]),
        ],
    )
    def test_the_rest(self, kind: str, values: list[Any]) -> None:
        assert read(kind, values) == values


def test_texts_are_quoted_each_where_one_of_them_needs_it() -> None:
    assert array(["a", 'b"', None]) == '{"a","b\\"",NULL}'
    assert array(["a", "b\\"]) == '{"a","b\\\\"}'
    assert array(["a", "b"]) == '{"a","b"}'


def test_what_it_cannot_write_is_refused() -> None:
    with pytest.raises(TypeError, match="dict is written by psycopg alone"):
        array([{}])
