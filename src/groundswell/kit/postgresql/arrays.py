"""Many values as one parameter for PostgreSQL: the text of an array, as its manual writes one (section 8.15).

psycopg writes the same by asking each value how it wants to be written, which takes longer than the statement.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from groundswell.kit.ids import in_hex


def array(values: Sequence[Any]) -> str:
    """Texts, numbers, truths, keys, days or moments of one kind, or nothing, for a ``%s::kind[]``.

    :raises TypeError: if they are of another kind.
    """
    known = values if None not in values else [value for value in values if value is not None]
    first = known[0] if known else None
    if isinstance(first, str):
        return _texts(values) if known is values else _each(values, _quoted)
    if isinstance(first, UUID):
        return _each(values, in_hex)
    if isinstance(first, date):
        return _each(values, _iso)
    if first is None or isinstance(first, int | float):
        return _each(values, str)
    raise TypeError(f"{type(first).__name__} is written by psycopg alone.")


def _each(values: Sequence[Any], write: Callable[[Any], str]) -> str:
    return "{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}"


def _texts(values: Sequence[str]) -> str:
    """Texts, of which hardly any holds what has to be escaped."""
    text = '","'.join(values)
    if "\\" in text or text.count('"') != 2 * (len(values) - 1):
        return _each(values, _quoted)
    return f'{{"{text}"}}'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _iso(moment: date) -> str:
    return f'"{moment.isoformat()}"'
