"""Inserting very many rows at once, past the models: making an object for each would take most of the time."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from groundswell.kit.ids import in_hex
from groundswell.kit.postgresql.arrays import array


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows, of which those that stand there already are left out (1 query, or none for no rows).

    Columns are called as in the database, and every one that is needed is given: nothing is filled in.
    """
    _insert(model, columns, rows, " ON CONFLICT DO NOTHING")


def insert_made(made: Sequence[Model]) -> None:
    """Insert objects of one model whose columns hold keys, texts, numbers, moments or nothing (1 query, or none).

    The same as ``bulk_create``, which takes several times as long: it prepares each value by its field.

    :raises IntegrityError: if one of them stands there already; until the caller's transaction is rolled back,
        some of the others may be inserted.
    """
    if not made:
        return
    model = type(made[0])
    fields = model._meta.concrete_fields
    values = attrgetter(*(field.attname for field in fields))
    _insert(model, [str(field.column) for field in fields], [values(one) for one in made])
    for one in made:
        one._state.adding = False


def _insert(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], unless: str = "") -> None:
    if not rows:
        return
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One statement for any number; rules for rows, under which nothing can be copied in, hold for it too.
            arrays = ", ".join(f"%s::{kind}[]" for kind in _kinds(model, columns))
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}){unless}",  # noqa: S608
                [array(column) for column in zip(*rows, strict=True)],
            )
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks}){unless}",  # noqa: S608
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
        return _naive
    return _itself


def _hex(value: UUID | None) -> str | None:
    return None if value is None else in_hex(value)


def _naive(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _itself(value: Any) -> Any:
    return value
