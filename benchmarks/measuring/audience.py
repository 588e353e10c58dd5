"""Made-up people to be chosen from, and how long it takes: told line by line, as :mod:`.scene` is.

The people live all over Great Britain, where there are postcodes. What they allow is written straight into the
rows by which they are chosen: the ledger of consent, with which the database would keep these in step, is read
when something is handed over and not here.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import Any

from measuring.listening import listen
from measuring.scene import _event, make

PLACES = 65_536
"""So many places for all of the country; each sector has as many of them as it has postcodes."""

HERE, MILES, DAYS = "SW1A 1AA", 25, 7
"""The middle of London: nowhere else do more people live within so many miles."""

_NOISE = "((series.value + {0}) * 2654435761 % 4294967296)"
"""Scattered, the same each time: a number below 2^32 for each person, and another one for each question."""


def prepare() -> int:
    """Make the installation, the event, and the places where people live; and let rows be filled by hand."""
    from django.db import connection

    make()
    with connection.cursor() as cursor:
        for table, trigger in cursor.execute(_TRIGGERS[connection.vendor]).fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}{f' ON {table}' if connection.vendor == 'postgresql' else ''}")
        cursor.execute("CREATE TABLE bench_place (place integer PRIMARY KEY, sector varchar(8) NOT NULL)")
        cursor.executemany("INSERT INTO bench_place VALUES (%s, %s)", list(enumerate(_places())))
    return PLACES


_TRIGGERS = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'people_reach%'",
    "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'people_reach%'",
}


def _places() -> list[str]:
    import csv
    from importlib.resources import files

    table = files("groundswell.kit").joinpath("gb_postcode_sectors.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    ends = [0, *accumulate(int(row["postcodes"]) for row in rows)]
    bounds = pairwise(round(PLACES * end / ends[-1]) for end in ends)
    return [row["sector"] for row, (begin, end) in zip(rows, bounds, strict=True) for _ in range(begin, end)]


def fill(begin: int, end: int) -> int:
    """Make the people of these numbers: seven of ten agreed to mail, one of 25 has answered the event."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for into, select in _statements(connection.vendor).items():
            cursor.execute(f"{_SERIES[connection.vendor].format(begin, end)} INSERT INTO {into} {select}")
    return end


def _statements(vendor: str) -> dict[str, str]:
    """What is made of a series of numbers, by the table and its columns."""
    person, answer = (_KEY[vendor].format(mark) for mark in ("8", "9"))
    uuid, moment = ("::uuid", "::timestamptz") if vendor == "postgresql" else ("", "")
    own, event = (f"'{one.hex}'{uuid}" for one in (_event().organisation_id, _event().id))
    made = f"'{datetime.now(UTC):%Y-%m-%d %H:%M:%S}'{moment}"
    address = "'person-' || series.value || '@example.org'"
    living = f"FROM series JOIN bench_place ON bench_place.place = {_NOISE.format(0)} / 65536"
    return {
        "people_person (id, organisation_id, name, email, email_key, phone, sector, language, ledger_key,"
        " created_at)": f"SELECT {person}, {own}, 'Person ' || series.value, {address}, {address}, '',"
        f" bench_place.sector, 'en', 'k', {made} {living}",
        "people_reach (organisation_id, person_id, sector, language, allows, contacted_on)": f"SELECT {own},"
        f" {person}, bench_place.sector, 'en', {_allows()}, {_contacted_on()} {living}",
        "attendances_attendance (id, organisation_id, event_id, person_id, seats, status, guests, needs, offers,"
        " via, pending, created_at, confirmed_at)": f"SELECT {answer}, {own}, {event}, {person}, 0, 'accepted', 0,"
        f" '', '', '', '', {made}, {made} FROM series WHERE {_NOISE.format(333)} % 25 = 0",
    }


def _allows() -> str:
    """News by mail seven of ten, other events by mail three of ten; one of fifty is suppressed."""
    from groundswell.people.reach import BITS, SUPPRESSED

    news, nearby, shut = BITS["updates", "email"], BITS["nearby", "email"], SUPPRESSED["email"]
    return (
        f"CASE WHEN {_NOISE.format(77)} % 10 < 7 THEN {news} ELSE 0 END"
        f" + CASE WHEN {_NOISE.format(770)} % 10 < 3 THEN {nearby} ELSE 0 END"
        f" + CASE WHEN {_NOISE.format(7700)} % 50 = 0 THEN {shut} ELSE 0 END"
    )


def _contacted_on() -> str:
    """Half of them never, the others on one of the last sixty days."""
    from groundswell.people.reach import EPOCH

    today = (datetime.now(UTC).date() - EPOCH).days
    return f"CASE WHEN {_NOISE.format(999)} % 2 = 0 THEN 0 ELSE {today} - {_NOISE.format(9990)} % 60 END"


_KEY = {
    "sqlite": "printf('0190000000007000{}%015x', series.value)",
    "postgresql": "('0190000000007000{}' || lpad(to_hex(series.value), 15, '0'))::uuid",
}
_SERIES = {
    "sqlite": "WITH RECURSIVE series(value) AS"
    " (SELECT {0} UNION ALL SELECT value + 1 FROM series WHERE value + 1 < {1})",
    "postgresql": "WITH series(value) AS (SELECT generate_series({0}::bigint, {1}::bigint - 1))",
}


def settle_down() -> int:
    """Leave the database as it is some time after so many came: what PostgreSQL does by itself is done now."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("people_person", "people_reach", "attendances_attendance"):
                cursor.execute(f"VACUUM (ANALYZE) {table}")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return 0


def choose(rounds: int) -> dict[str, list[float]]:
    """Count those who are meant, and list the first thousand, so many times: the milliseconds of each."""
    from groundswell.kit.scope import within
    from groundswell.people.segments import count, listed, parse

    said = parse(
        {
            "steps": [
                {"is": "near", "postcode": HERE, "distance": MILES, "unit": "miles"},
                {"join": "not", "is": "answered", "event": str(_event().id)},
                {"join": "and", "is": "not_contacted", "days": DAYS},
            ]
        }
    )
    asked: dict[str, Any] = {"purpose": "updates", "channel": "email"}
    organisation = _event().organisation_id
    # As the desk asks: for the organisation of the account, so that PostgreSQL tries its rules as it does there.
    with within(organisation):
        people = count(organisation, said, **asked)
        assert len(listed(organisation, said, **asked, most=1000)) == min(people, 1000)
        return {
            "people": [people],
            "count": [_milliseconds(lambda: count(organisation, said, **asked)) for _ in range(rounds)],
            "first": [
                _milliseconds(lambda: listed(organisation, said, **asked, most=1000)) for _ in range(rounds)
            ],
        }


def _milliseconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - began)


VERBS: dict[str, Callable[..., object]] = {
    "prepare": prepare,
    "fill": fill,
    "settle_down": settle_down,
    "choose": choose,
}


if __name__ == "__main__":
    listen(VERBS)
