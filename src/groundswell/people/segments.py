"""Whom somebody means: plain blocks, each of which adds people, keeps some of them or takes some away.

They are read from top to bottom: each line changes what those above it have left. What people allow is not one of
the blocks: it is asked for first, always, and nothing in a segment takes it out again. Higher nouns
:func:`register` blocks of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import or_
from typing import Any, ClassVar, Literal, NamedTuple, cast, get_args
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Right
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from groundswell.people.errors import SegmentUnclear
from groundswell.people.models import Reach
from groundswell.people.reach import allowing

Join = Literal["and", "or", "not"]
JOINS: tuple[Join, ...] = get_args(Join)

MOST_STEPS = 20
DEEPEST = 3
LARGEST_SAMPLE = 10_000_000


class Block(msgspec.Struct, frozen=True, kw_only=True, tag_field="is", forbid_unknown_fields=True):
    """One thing that can be said of people; its fields are what has to be filled in."""

    label: ClassVar[str | Promise]
    """What the block is called where one is picked."""

    def where(self, organisation_id: UUID) -> Q:
        """Of which rows of :class:`.models.Reach` it is true: by itself, of those who have :meth:`rows`."""
        return having(self.rows(organisation_id))

    def rows(self, organisation_id: UUID) -> QuerySet[Any]:
        """The rows of some table by which it is true of their ``person``, where it is so by a table."""
        raise NotImplementedError

    def words(self, organisation_id: UUID | None) -> str:
        """What it says of them, behind "who": the names of things only where it is said whose they are."""
        raise NotImplementedError


@dataclass(frozen=True)
class Step:
    """A line: a block, or lines in brackets, and what it does to those above it."""

    join: Join
    block: Block | Segmentation


@dataclass(frozen=True)
class Segmentation:
    """Whom somebody means. Without a line that is everybody; ``sample`` takes so many of them at random."""

    steps: tuple[Step, ...] = ()
    sample: int | None = None


_kinds: dict[str, type[Block]] = {}


def register(*blocks: type[Block]) -> None:
    """Let these be blocks of segments from now on; each has a tag that no other one has."""
    for block in blocks:
        _kinds[str(block.__struct_config__.tag)] = block


def kinds() -> Mapping[str, type[Block]]:
    """Every kind of block there is, by its tag, in the order in which they were registered."""
    return _kinds


def having(rows: QuerySet[Any]) -> Q:
    """True of those people about whom there is one of these rows."""
    return Q(Exists(rows.filter(person_id=OuterRef("person_id"))))


def parse(data: object) -> Segmentation:
    """What was sent or stored as JSON, ``{"steps": [{"join": "and", "is": "tag", …}], "sample": 500}``.

    :raises SegmentUnclear: where it is something else; the sentence says which line.
    """
    if not isinstance(data, Mapping) or not {"steps"} <= data.keys() <= {"steps", "sample"}:
        raise SegmentUnclear
    sample = data.get("sample")
    if sample is not None and (type(sample) is not int or not 0 < sample <= LARGEST_SAMPLE):
        raise SegmentUnclear(gettext("How many people the sample takes must be a number above nought."))
    return Segmentation(_steps(data["steps"], 1), sample)


def _steps(data: object, depth: int) -> tuple[Step, ...]:
    if not isinstance(data, Sequence) or isinstance(data, str) or depth > DEEPEST:
        raise SegmentUnclear
    if len(data) > MOST_STEPS:
        raise SegmentUnclear(gettext("Please use at most %(most)s lines.") % {"most": MOST_STEPS})
    return tuple(_step(line, number, depth) for number, line in enumerate(data, start=1))


def _step(line: object, number: int, depth: int) -> Step:
    if not isinstance(line, Mapping) or line.get("join", "and") not in JOINS:
        raise _unclear(number)
    join = cast("Join", line.get("join", "and"))
    rest = {key: value for key, value in line.items() if key != "join"}
    if rest.keys() == {"steps"}:
        return Step(join, Segmentation(_steps(rest["steps"], depth + 1)))
    return Step(join, _block(rest, number))


def _block(data: Mapping[str, object], number: int) -> Block:
    kind = _kinds.get(str(data.get("is")))
    if kind is None:
        raise _unclear(number)
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        # A postcode that cannot be one, or what is no text, says itself what is wrong with it.
        own = isinstance(error.__cause__, ValueError)
        raise _unclear(number, str(error.__cause__) if own else "") from error


def _unclear(number: int, why: str = "") -> SegmentUnclear:
    why = why or gettext("Something in it is missing, or cannot be.")
    return SegmentUnclear(gettext("Line %(number)s: %(why)s") % {"number": number, "why": why})


def written(segmentation: Segmentation) -> dict[str, Any]:
    """As JSON, for :func:`parse`."""
    lines = [
        {
            "join": step.join,
            **(written(step.block) if isinstance(step.block, Segmentation) else _fields(step.block)),
        }
        for step in segmentation.steps
    ]
    return {"steps": lines} | ({"sample": segmentation.sample} if segmentation.sample else {})


def _fields(block: Block) -> dict[str, Any]:
    return cast("dict[str, Any]", msgspec.to_builtins(block))


def chosen(organisation_id: UUID, segmentation: Segmentation, *, purpose: str, channel: str) -> QuerySet[Reach]:
    """Those of an organisation's people who are meant, allow this and are not suppressed; lazy, in no order.

    Whoever hands something over reads consent in that moment as well, as :mod:`.reach` says. A sample stays the
    same people for as long as they are meant.
    """
    rows = allowing(organisation_id, purpose, channel).filter(_where(segmentation, organisation_id))
    if segmentation.sample is None:
        return rows
    # The end of a key is noise, so its order is as good as a draw, and the same tomorrow.
    noise = Right(Cast("person_id", CharField()), 12)
    drawn = rows.order_by(noise, "person_id").values("person_id")[: segmentation.sample]
    return Reach.objects.filter(organisation_id=organisation_id, person_id__in=drawn)


def _where(segmentation: Segmentation, organisation_id: UUID) -> Q:
    said = Q()
    for number, step in enumerate(segmentation.steps):
        block = step.block
        here = _where(block, organisation_id) if isinstance(block, Segmentation) else block.where(organisation_id)
        if step.join == "not":
            said &= ~here if here else _NOBODY
        elif step.join == "or" and number:
            said = or_(said, here) if said and here else Q()
        else:
            said &= here
    return said


_NOBODY = Q(person_id__in=[])


def count(organisation_id: UUID, segmentation: Segmentation, *, purpose: str, channel: str) -> int:
    """How many are meant (1 query, on SQLite up to 4, and those of the blocks that look something up)."""

    def those(*steps: Step) -> QuerySet[Reach]:
        return chosen(organisation_id, Segmentation(steps), purpose=purpose, channel=channel)

    narrowing = all(step.join != "or" for step in segmentation.steps[1:])
    apart = [step for step in segmentation.steps if _is_taken_off_by_rows(step)] if narrowing else []
    rest = those(*(step for step in segmentation.steps if step not in apart))
    tables = [cast("Block", step.block).rows(organisation_id) for step in apart]
    found = _less(rest, tables) if tables and connection.vendor == "sqlite" else None
    if found is None:
        found = those(*segmentation.steps).count()
    return found if segmentation.sample is None else min(found, segmentation.sample)


def _is_taken_off_by_rows(step: Step) -> bool:
    return step.join == "not" and isinstance(step.block, Block) and type(step.block).where is Block.where


def _less(people: QuerySet[Reach], tables: Sequence[QuerySet[Any]]) -> int | None:
    """How many of these have no row in any of the tables; None where asking for each of them is quicker.

    Many people of whom each would be looked for in a large index: it is read faster once from its beginning to
    its end, and those who are in both are taken off (2 or 3 queries).
    """
    every = people.count()
    if every <= FEW:
        return None
    first, *others = (rows.values("person_id") for rows in tables)
    having_rows = first.union(*others) if others else first.distinct()
    if having_rows[:every].count() >= every:
        return None
    theirs, given = having_rows.query.sql_with_params()
    ours, more = people.values("person_id").query.sql_with_params()
    both = f"SELECT count(*) FROM ({theirs}) AS theirs CROSS JOIN ({ours}) AS ours"  # noqa: S608 (Django's own)
    with connection.cursor() as cursor:
        cursor.execute(f"{both} WHERE ours.person_id = theirs.person_id", [*given, *more])
        return every - int(cursor.fetchone()[0])


FEW = 100_000
"""So many people are looked for one by one in the tables by which others are taken off."""


class Listed(NamedTuple):
    """Somebody in a list."""

    id: UUID
    name: str
    email: str
    sector: str


def listed(
    organisation_id: UUID, segmentation: Segmentation, *, purpose: str, channel: str, most: int
) -> list[Listed]:
    """At most so many of them, whoever the database finds first (1 query)."""
    rows = chosen(organisation_id, segmentation, purpose=purpose, channel=channel)
    values = rows.values_list("person_id", "person__name", "person__email", "sector")
    return [Listed(*row) for row in values[:most]]


def where_they_live(
    organisation_id: UUID, segmentation: Segmentation, *, purpose: str, channel: str
) -> dict[str, int]:
    """How many of them live in each sector; nothing stands for an area that nobody knows (1 query).

    For those who see the organisation's people one by one: a figure of one is somebody.
    """
    rows = chosen(organisation_id, segmentation, purpose=purpose, channel=channel)
    return dict(rows.values_list("sector").annotate(Count("person_id")).order_by())


def sentence(segmentation: Segmentation, *, organisation_id: UUID | None = None) -> str:
    """The segment as a sentence (1 query for each line that names a group or an event of the organisation's).

    Without the organisation they are not named: what is called what is nobody else's business.
    """
    said = _said(segmentation, organisation_id)
    if segmentation.sample:
        number = f"{segmentation.sample:,}"
        said = ngettext(
            "%(people)s; of these %(number)s at random",
            "%(people)s; of these %(number)s at random",
            segmentation.sample,
        ) % {"people": said, "number": number}
    return gettext("%(people)s.") % {"people": said[:1].upper() + said[1:]}


def _said(segmentation: Segmentation, organisation_id: UUID | None) -> str:
    said = ""
    for step in segmentation.steps:
        block = step.block
        if isinstance(block, Segmentation):
            words = gettext("are among these (%(people)s)") % {"people": _said(block, organisation_id)}
        else:
            words = block.words(organisation_id)
        said = _joined(said, step.join) % {"before": said, "words": words}
    return said or gettext("everybody")


def _joined(before: str, join: Join) -> str:
    if not before:
        return gettext("everybody but those who %(words)s") if join == "not" else gettext("those who %(words)s")
    return {
        "and": gettext("%(before)s, and who %(words)s"),
        "or": gettext("%(before)s, or who %(words)s"),
        "not": gettext("%(before)s, but not those who %(words)s"),
    }[join]
