"""Looking for strings everywhere where an installation keeps anything: tables, files, free pages and all."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connections

from groundswell.kit.privacy import Class, Table, Trace, tables
from groundswell.kit.sqlite import logs

SHARED = {
    "people.Person.language",
    "people.NameWord.word",
    "people.Consent.purpose",
    "people.Consent.channel",
    "people.Consent.action",
    "people.Complaint.language",
    "people.Reach.language",
    "attendances.Attendance.status",
    "attendances.Attendance.offers",
    "outbox.Effect.kind",
    "outbox.Effect.state",
    "outbox.Effect.language",
    "outbox.Effect.note",
}
"""Personal fields whose value many people share, so that finding it somewhere says nothing."""


def planted(trace: Trace) -> dict[str, str]:
    """What is stored about somebody and belongs to nobody else: each text of theirs, and where it stood.

    Fails where a personal text has nothing in it: then nobody would notice that it stays.
    """
    found: dict[str, str] = {}
    for table in tables():
        if table.rows is not None:
            for field, value in _values(table, trace):
                found.setdefault(value, field)
                assert value, f"Nothing stands in {field}: give it something that can be looked for."
    return found


def _values(table: Table, trace: Trace) -> Iterator[tuple[str, str]]:
    assert table.rows is not None
    rows = list(table.rows(trace).values())
    assert rows, f"No row of {table.model} is about them: make one."
    for name, one in table.fields.items():
        field = f"{table.model}.{name}"
        values = [row[name] for row in rows if isinstance(row.get(name), str)]
        if one.kind != Class.NOT_PERSONAL and field not in SHARED and values:
            yield field, max(values, key=len)


def in_tables(needles: Iterable[str]) -> dict[str, str]:
    """Which of these stand in any column of any table of any database, and where."""
    wanted, found = list(needles), {}
    for connection in connections.all():
        for table in connection.introspection.table_names():
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                for row in cursor.fetchall():
                    text = "\n".join(_text(value) for value in row)
                    found |= {needle: table for needle in wanted if needle in text}
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return str(value)


def in_files(needles: Iterable[str]) -> dict[str, str]:
    """Which of these stand in any byte of any file of the data folder, once SQLite's logs are emptied."""
    logs.empty()
    wanted, found = [(needle, needle.encode()) for needle in needles], {}
    for path in files():
        content = path.read_bytes()
        found |= {needle: path.name for needle, raw in wanted if raw in content}
    return found


def files() -> list[Path]:
    """Every file of the data folder."""
    return [path for path in sorted(settings.DATA.rglob("*")) if path.is_file()]
