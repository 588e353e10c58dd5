"""Inserting very many rows at once, past the models: making an object for each would take most of the time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, of which those that stand there already are left out (1 query, or none for no rows).

    Columns are called as in the database, and every one that is needed is given: nothing is filled in.
    """
    if not rows:
        return
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement for any number; rules for rows, under which nothing can be copied in, hold for it too.
            arrays = ", ".join(f"%s::{kind}[]" for kind in _kinds(model, columns))
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING",  # noqa: S608
                [list(column) for column in zip(*rows, strict=True)],
            )
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
            _as_stored(rows),
        )


def _kinds(model: type[Model], columns: Sequence[str]) -> list[str]:
    by_column = {field.column: field for field in model._meta.concrete_fields}
    return [str(by_column[column].db_type(connection)) for column in columns]


def _as_stored(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows as SQLite has them: keys in hex, moments as text."""
    return list(zip(*(map(_way(column), column) for column in zip(*rows, strict=True)), strict=True))


def _way(column: Sequence[Any]) -> Callable[[Any], Any]:
    some = next((value for value in column if value is not None), None)
    if isinstance(some, UUID):
        return _hex
    if isinstance(some, datetime):
        return connection.ops.adapt_datetimefield_value
    return _itself


def _hex(value: UUID | None) -> str | None:
    # Faster than the property of this name, which is asked for several times for each row.
    return None if value is None else f"{value.int:032x}"


def _itself(value: Any) -> Any:
    return value
