"""How a connection to PostgreSQL is set up."""

import pytest
from django.db import connection

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compiles nothing"),
]


def compiles() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        return str(cursor.fetchone()[0])


def test_no_statement_is_compiled_also_after_a_transaction_was_rolled_back() -> None:
    connection.close()
    assert compiles() == "off"
    connection.connect()
    connection.rollback()
    assert compiles() == "off"
