"""What became of the copies by the domains of their addresses: a provider that takes no more mail is seen here.

Kept in step as results are written, since half a million rows are not counted for each look. A domain at which
there are only a few addresses is named nowhere: it may be somebody's own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet, Sum

from groundswell.mailings.models import Delivery, DomainTally, Mailing

FEW = 20
"""Fewer copies than these make no domain of its own."""

OTHERS = ""

COLUMNS = ("sent", "refused", "given_up", "doubt", "hard", "soft", "complaint")


def domain_of(email: str) -> str:
    """What stands behind the ``@``."""
    return email.rpartition("@")[2].lower()


def column_of(state: str) -> str:
    """Where a state of :class:`.models.Result`, or a kind of :class:`.models.Return`, is counted."""
    return state.replace("-", "_")


def begin(mailing: Mailing) -> None:
    """Say which domains have a line of their own in a mailing whose audience has just been frozen (1 query)."""
    behind = "split_part(person.email, '@', -1)"
    if connection.vendor == "sqlite":
        behind = "substr(person.email, instr(person.email, '@') + 1)"
    found = (
        f"SELECT lower({behind}) AS domain, count(*) AS many FROM mailings_delivery delivery"  # noqa: S608
        " JOIN people_person person ON person.id = delivery.person_id"
        " WHERE delivery.organisation_id = %s AND delivery.mailing_id = %s GROUP BY 1"
    )
    line = "CASE WHEN many < %s THEN '' ELSE domain END"
    statement = f"{_INSERT} SELECT %s, %s, {line}, sum(many), {_ZEROS} FROM ({found}) found GROUP BY 3"  # noqa: S608
    own = _ids(mailing)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*own, FEW, *own])


def add(mailing: Mailing, counted: Mapping[tuple[str, str], int]) -> None:
    """Add to what became of copies, by domain and column (2 queries, or none).

    In the transaction in which that is written, so that each counts once.
    """
    if not counted:
        return
    named = set(_lines([mailing]).values_list("domain", flat=True))
    lines: dict[str, Counter[str]] = {}
    for (domain, column), many in counted.items():
        lines.setdefault(domain if domain in named else OTHERS, Counter())[column] += many
    marks = ", ".join(["%s"] * len(COLUMNS))
    sums = ", ".join(f"{column} = mailings_domaintally.{column} + excluded.{column}" for column in COLUMNS)
    statement = f"{_INSERT} VALUES (%s, %s, %s, 0, {marks})"
    statement += f" ON CONFLICT (organisation_id, mailing_id, domain) DO UPDATE SET {sums}"
    # In one order everywhere, so that two workers never wait for each other.
    rows = [
        (*_ids(mailing), domain, *(line[column] for column in COLUMNS)) for domain, line in sorted(lines.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def add_copies(mailing: Mailing, states: Mapping[int, str], by: int = 1) -> None:
    """The same for copies by their numbers (3 queries, or none)."""
    if not states:
        return
    copies = Delivery.objects.filter(
        organisation_id=mailing.organisation_id, mailing_id=mailing.id, number__in=list(states)
    )
    counted: Counter[tuple[str, str]] = Counter()
    for number, email in copies.values_list("number", "person__email"):
        counted[domain_of(email), column_of(states[number])] += by
    add(mailing, counted)


def by_domain(mailings: Iterable[Mailing]) -> list[dict[str, Any]]:
    """What became of the copies of mailings at each domain, the largest first, the others last (1 query).

    Of a query nothing is read but which mailings they are, by the same statement.
    """
    sums = {column: Sum(column) for column in ("copies", *COLUMNS)}
    lines: list[Any] = list(_lines(mailings).values("domain").annotate(**sums))
    return sorted(lines, key=lambda line: (not line["domain"], -line["copies"], line["domain"]))


def unwanted(mailing: Mailing) -> tuple[int, int]:
    """How many called a copy unwanted, of how many that were taken (1 query)."""
    found = _lines([mailing]).aggregate(complaints=Sum("complaint"), taken=Sum("sent"))
    return found["complaints"] or 0, found["taken"] or 0


def _lines(mailings: Iterable[Mailing]) -> QuerySet[DomainTally]:
    if isinstance(mailings, QuerySet):
        return DomainTally.objects.filter(mailing_id__in=mailings.order_by().values("id"))
    return DomainTally.objects.filter(mailing_id__in=[mailing.id for mailing in mailings])


def _ids(mailing: Mailing) -> list[UUID | str]:
    ids = (mailing.organisation_id, mailing.id)
    return [each.hex if connection.vendor == "sqlite" else each for each in ids]


_INSERT = f"INSERT INTO mailings_domaintally (organisation_id, mailing_id, domain, copies, {', '.join(COLUMNS)})"
_ZEROS = ", ".join("0" for _ in COLUMNS)
