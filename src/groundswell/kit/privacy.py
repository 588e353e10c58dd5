"""The privacy registry: what every field of every table is, why it is kept, how long, and who may have it out.

Each noun declares its tables in a ``privacy.py``; a field that is missing there stops check, start and tests. From
this one list come the record of processing, the purposes in the privacy notice and what somebody is given who
asks what is held about them; the tests hold erasure and the rounds against it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime

Words = str | Promise
"""A text, or one that is translated when it is shown."""


class Class(StrEnum):
    """How a field must be handled."""

    NOT_PERSONAL = "not personal"
    PERSONAL = "personal"
    SPECIAL = "special"
    """Shows a political view or the like: Article 9 of the UK GDPR."""
    SECRET = "secret"  # noqa: S105 (a name, not a password)
    """Opens something, or leads back to a person: never shown, never exported."""


class About(StrEnum):
    """Whose data a table holds."""

    SUPPORTERS = "supporters"
    ACCOUNTS = "people with an account"
    NAMED = "people whom an organisation names in public"
    STEWARDS = "people who look after others on the day"
    NOBODY = "nobody"


class Erasure(StrEnum):
    """What happens to it when the person is forgotten."""

    DELETED = "deleted with the person"
    BLANKED = "blanked"
    STAYS = "stays"


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long something is kept; where a round ends it: so long after the moment in the field ``since``."""

    words: Words
    after: timedelta | None = None
    since: str = ""


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """Why something is kept, in the words of the privacy notice. ``basis`` is what the law calls it."""

    what: Words
    why: Words
    kept: Words
    basis: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field. ``term`` and ``erasure`` are given where they differ from the rest of the table."""

    kind: Class
    purpose: Purpose | None = None
    export: bool = False
    term: Term | None = None
    erasure: Erasure | None = None


@dataclass(frozen=True, kw_only=True)
class Trace:
    """By what the rows about somebody are found, in one organisation.

    ``merged`` are the others whom they stand for, by id and address.
    """

    organisation_id: UUID
    person_id: UUID
    email: str
    merged: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def people(self) -> list[UUID]:
        """The ids of all that are this one."""
        return [self.person_id, *self.merged]

    @property
    def emails(self) -> list[str]:
        """All their addresses."""
        return [self.email, *self.merged.values()]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: whose data it holds, how long, what forgetting does; ``rows`` finds what is about somebody."""

    model: str
    about: About
    term: Term
    fields: Mapping[str, Field] = field(default_factory=dict)
    erasure: Erasure = Erasure.STAYS
    rows: Callable[[Trace], QuerySet[Any]] | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether its rows are shown to their organisation only, also by PostgreSQL (:mod:`.rows`)."""
        return self.about not in SEEN_BY_ALL

    @property
    def name(self) -> str:
        """What the database calls it."""
        return str(apps.get_model(self.model)._meta.db_table)


SEEN_BY_ALL = {
    About.NAMED: "It stands on public pages, which are of no organisation in particular.",
    About.ACCOUNTS: "An account is of no organisation: what it may is read before it is known for whom it acts.",
    About.NOBODY: "It says nothing about anybody.",
}
"""Whose tables have no rule for rows, and why."""

_tables: dict[str, Table] = {}


def register(*tables: Table) -> None:
    """Make tables known; the same model declared again replaces what was said."""
    _tables.update((table.model, table) for table in tables)


def tables() -> list[Table]:
    """Every declared table, the lowest noun's first."""
    return list(_tables.values())


def guarded_tables() -> list[str]:
    """What the database calls the tables whose rows are shown to their organisation only."""
    return [table.name for table in tables() if table.is_guarded]


def _fields(
    purpose: Purpose | None, *names: str, kind: Class, export: bool = False, **more: Any
) -> dict[str, Field]:
    return dict.fromkeys(names, Field(kind=kind, purpose=purpose, export=export, **more))


not_personal = partial(_fields, None, kind=Class.NOT_PERSONAL)
"""Fields that say nothing about anybody: keys, figures, codes, what an organisation publishes."""
personal = partial(_fields, kind=Class.PERSONAL, export=True)
special = partial(_fields, kind=Class.SPECIAL, export=True)
secret = partial(_fields, kind=Class.SECRET)


def purposes(about: About = About.SUPPORTERS) -> list[Purpose]:
    """Why anything is kept about these people: each purpose once, the highest noun's first."""
    used = (
        one.purpose
        for table in reversed(tables())
        if table.about == about
        for one in table.fields.values()
        if one.purpose is not None and one.kind != Class.NOT_PERSONAL
    )
    return list(dict.fromkeys(used))


def held_about(trace: Trace) -> dict[str, list[dict[str, object]]]:
    """What is held about somebody and theirs to have: the fields for export of each row, by table.

    What a field points at is given in its own words. Queries: one for each table about supporters.
    """
    return {
        table.model: [_given_out(table, row) for row in _with_what_they_point_at(table, table.rows(trace))]
        for table in tables()
        if table.rows is not None
    }


def _with_what_they_point_at(table: Table, rows: QuerySet[Any]) -> QuerySet[Any]:
    relations = [each.name for each in rows.model._meta.concrete_fields if each.is_relation]
    exported = [name for name in relations if table.fields[name].export]
    return rows.select_related(*exported) if exported else rows


def _given_out(table: Table, row: Model) -> dict[str, object]:
    values = {name: getattr(row, name) for name, one in table.fields.items() if one.export}
    return {name: str(value) if isinstance(value, Model) else value for name, value in values.items()}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that is held about somebody, in words: what it is, when it was, and what more there is to say."""

    title: str
    at: date | None = None
    lines: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """What a noun tells somebody of what it holds about them, under a heading, the latest first.

    ``models`` are the tables that it is read from. ``tell`` gives no more than so many.
    """

    heading: Words
    models: tuple[str, ...]
    tell: Callable[[Trace, int], Sequence[Told]]


_chapters: dict[str, Chapter] = {}


def tell(*chapters: Chapter) -> None:
    """Make chapters known; one that is read from the same tables replaces the one before."""
    _chapters.update((" ".join(chapter.models), chapter) for chapter in chapters)


def chapters() -> list[Chapter]:
    """Every chapter, the highest noun's first."""
    return list(reversed(_chapters.values()))


def told_about(trace: Trace, most: int) -> list[tuple[Words, Sequence[Told]]]:
    """The same as :func:`held_about` in words: headings and what stands below, so many of each at most.

    Without the chapters in which nothing stands. Queries: those of the chapters.
    """
    told = [(chapter.heading, chapter.tell(trace, most)) for chapter in chapters()]
    return [(heading, said) for heading, said in told if said]


def day(at: datetime) -> str:
    """The day of a moment, as it is written in the language of this moment."""
    return date_format(localtime(at), "DATE_FORMAT")


def problems(models: Iterable[type[Model]]) -> list[str]:
    """What is wrong with the registry: a sentence for each field or table that is missing in it, or gone."""
    known = {model._meta.label: {each.name for each in model._meta.concrete_fields} for model in models}
    found = [f"{label} is not in the privacy registry." for label in known if label not in _tables]
    for table in tables():
        if table.model not in known:
            found.append(f"{table.model} is in the privacy registry, and there is no such model.")
            continue
        there, declared = known[table.model], set(table.fields)
        found += [f"{table.model}.{name} is not classified." for name in sorted(there - declared)]
        found += [f"{table.model}.{name} is classified, and is gone." for name in sorted(declared - there)]
        found += _contradictions(table)
    return found


def _contradictions(table: Table) -> list[str]:
    said = table.fields.items()
    about_people = any(one.kind in {Class.PERSONAL, Class.SPECIAL} for _, one in said)
    found = [f"{table.model}.{name} has no purpose." for name, one in said if _lacks_purpose(one)]
    if about_people and table.about == About.NOBODY:
        found.append(f"{table.model} has personal fields, and is said to be about nobody.")
    if table.about == About.SUPPORTERS:
        found += [
            f"{table.model}.{name} is personal, and forgetting leaves it."
            for name, one in said
            if one.kind in {Class.PERSONAL, Class.SPECIAL} and (one.erasure or table.erasure) == Erasure.STAYS
        ]
    return found


def _lacks_purpose(one: Field) -> bool:
    return one.kind != Class.NOT_PERSONAL and one.purpose is None


def check(app_configs: object, **_options: object) -> list[CheckMessage]:
    """Django's system check of the same: ``manage check`` and ``up`` refuse what is not classified."""
    hint = "Say in the noun's privacy.py what it is, why it is kept and for how long."
    models = apps.get_models(include_auto_created=True)
    return [Error(problem, hint=hint, id="privacy.E001") for problem in problems(models)]
