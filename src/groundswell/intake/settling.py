"""From the journal to the rows: every action exactly once, in order, in batches, whatever is killed when.

How far a writer's entries are settled is stored in the transaction that stores their rows, so a kill before the
commit repeats the batch, and a kill after it does not. One organisation's trouble never holds up another's.
"""

import logging
from collections.abc import Iterator, Sequence
from itertools import batched, groupby
from operator import attrgetter, itemgetter
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction

from groundswell.intake import kinds
from groundswell.intake.kinds import Action, Refused
from groundswell.intake.models import Entry, Floor, Position, SetAside
from groundswell.kit.logs import about

log = logging.getLogger(__name__)

READ_AT_ONCE = 1000
BATCH = 250

Waiting = tuple[int, Action]
"""An action that waits, after its number in its writer's count."""

# The database's own trouble, to be tried again; everything else is the entry's.
_PASSING = (OperationalError, InterfaceError)

# A loose index scan: two steps for each writer, however long the journal is.
_WRITERS = """
    WITH RECURSIVE found (writer) AS (
        SELECT (SELECT writer FROM intake_entry ORDER BY writer LIMIT 1)
        UNION ALL
        SELECT (SELECT writer FROM intake_entry WHERE writer > found.writer ORDER BY writer LIMIT 1)
        FROM found WHERE found.writer IS NOT NULL
    )
    SELECT writer, (SELECT MAX(sequence) FROM intake_entry WHERE intake_entry.writer = found.writer)
    FROM found WHERE writer IS NOT NULL
"""


def settle() -> int:
    """Settle up to a thousand waiting entries of each writer; returns how many were settled.

    Queries: 2, for each writer with new entries 2, and for each batch of up to 250 entries of one organisation 3
    and those of the nouns' operations.
    """
    floors = dict(Floor.objects.values_list("writer", "sequence"))
    return sum(
        _settle_writer(writer, floors.get(writer, 0))
        for writer, last in _writers()
        if last > floors.get(writer, 0)
    )


def _writers() -> list[tuple[UUID, int]]:
    """Each writer that has entries, with the number of its last one (1 query)."""
    with connections[settings.JOURNAL_ALIAS].cursor() as cursor:
        cursor.execute(_WRITERS)
        return [(_uuid(writer), last) for writer, last in cursor.fetchall()]


def _uuid(stored: UUID | str) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(stored)


def _settle_writer(writer: UUID, floor: int) -> int:
    """Settle what waits of one writer; an organisation that cannot be settled now holds up nobody else."""
    after, troubled, held = floor, set[UUID](), list[int]()
    while entries := _waiting(writer, after, troubled):
        settled, unsettled = _settle_each(writer, entries)
        troubled |= {action.organisation_id for _number, action in unsettled}
        held += [number for number, _action in unsettled]
        after = entries[-1][0]
        # Behind somebody's trouble, whole readings may be settled already: then the work lies further on.
        if settled:
            break
    else:
        settled = 0
    reached = min(held) - 1 if held else after
    if reached > floor:
        Floor.objects.update_or_create(writer=writer, defaults={"sequence": reached})
    return settled


# In the order of the action's own fields.
_ACTION = ("id", "kind", "organisation_id", "subject", "payload", "received_at", "via", "patience")


def _waiting(writer: UUID, after: int, troubled: set[UUID]) -> list[Waiting]:
    entries = Entry.objects.filter(writer=writer, sequence__gt=after).exclude(organisation_id__in=troubled)
    rows = entries.order_by("sequence").values_list("sequence", *_ACTION)[:READ_AT_ONCE]
    return [(number, Action(*action)) for number, *action in rows]


def _settle_each(writer: UUID, entries: Sequence[Waiting]) -> tuple[int, list[Waiting]]:
    """Settle each organisation's entries; returns how many, and in order those of whom the database would not."""
    by_organisation: dict[UUID, list[Waiting]] = {}
    for entry in entries:
        by_organisation.setdefault(entry[1].organisation_id, []).append(entry)
    settled, unsettled = 0, list[Waiting]()
    for organisation, its_entries in by_organisation.items():
        with about(organisation=organisation):
            try:
                settled += sum(_settle_batch(organisation, writer, batch) for batch in batched(its_entries, BATCH))
            except _PASSING as error:
                log.warning("Organisation not settled yet", exc_info=error)
                unsettled += its_entries
    return settled, sorted(unsettled, key=itemgetter(0))


def _settle_batch(organisation: UUID, writer: UUID, entries: Sequence[Waiting]) -> int:
    try:
        with transaction.atomic():
            position = _locked_position(organisation, writer)
            fresh = [action for number, action in entries if number > position]
            _carry_out(organisation, fresh)
            _advance(organisation, writer, entries[-1][0])
        return len(fresh)
    except _PASSING:
        raise
    except Exception as error:
        if len(entries) == 1:
            return _set_aside_alone(organisation, writer, entries[0], error)
        middle = len(entries) // 2
        return sum(_settle_batch(organisation, writer, half) for half in (entries[:middle], entries[middle:]))


def _locked_position(organisation: UUID, writer: UUID) -> int:
    Position.objects.bulk_create([Position(organisation_id=organisation, writer=writer)], ignore_conflicts=True)
    return Position.objects.select_for_update().get(organisation_id=organisation, writer=writer).sequence


def _advance(organisation: UUID, writer: UUID, sequence: int) -> None:
    Position.objects.filter(organisation_id=organisation, writer=writer, sequence__lt=sequence).update(
        sequence=sequence
    )


def _carry_out(organisation: UUID, all_actions: Sequence[Action]) -> None:
    for kind, run in groupby(all_actions, key=attrgetter("kind")):
        actions = list(run)
        refused = kinds.named(kind).settle(organisation, actions)
        SetAside.objects.bulk_create(_notes(organisation, actions, refused), ignore_conflicts=True)


def _notes(organisation: UUID, actions: Sequence[Action], refused: Sequence[Refused]) -> Iterator[SetAside]:
    by_id = {action.id: action for action in actions}
    for refusal in refused:
        action = by_id[refusal.action]
        yield SetAside(
            organisation_id=organisation,
            id=action.id,
            kind=action.kind,
            subject=action.subject,
            code=refusal.code,
            sentence=refusal.sentence,
        )


def _set_aside_alone(organisation: UUID, writer: UUID, entry: Waiting, error: Exception) -> int:
    number, action = entry
    log.error("Entry %s set aside", action.id, exc_info=error)
    refusal = Refused(
        action.id, type(error).__name__[:60], "This could not be carried out; the cause is in the log."
    )
    with transaction.atomic():
        # The entry's own transaction took the row back that it may have made, if it was the first.
        _locked_position(organisation, writer)
        note = _notes(organisation, [action], [refusal])
        SetAside.objects.bulk_create(note, ignore_conflicts=True)
        _advance(organisation, writer, number)
    return 1
