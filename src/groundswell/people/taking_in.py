"""Taking in the rows of a table that was brought: batch by batch, each with how far it came in one transaction."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from groundswell.kit.ahead import Ahead
from groundswell.kit.bulk import insert
from groundswell.kit.clock import now
from groundswell.kit.many import among
from groundswell.ledger.operations import record
from groundswell.people.asking import BY_NUMBER
from groundswell.people.erasures import erasure_digest
from groundswell.people.errors import NotATable
from groundswell.people.finding import index
from groundswell.people.imports import table_of, understood
from groundswell.people.incoming import Incoming
from groundswell.people.left_out import append, table_file
from groundswell.people.making import New, make
from groundswell.people.models import Belonging, Channel, Erasure, Import, Person, Tagged
from groundswell.people.operations import grant_elsewhere
from groundswell.people.reach import mark, suppress, suppressed
from groundswell.people.sorting import tag_key, tags_named
from groundswell.people.tables import Row, rows_of

AT_ONCE = 2500
LONGEST_TURN = 5.0
"""Seconds after which the worker lets others have their turn."""

Read = tuple[Row, Incoming]
LeftOut = tuple[Row, str]


def take_in(brought: Import, path: Path | None = None) -> Iterator[Import]:
    """Take in what is not yet, from the table at ``path`` or the one that was kept; yields after each batch.

    Cut off at any moment, it goes on from there when it is called again; two at once do each row once. A file that
    stops being a table ends the import, with the reason. Queries: about 20 for each batch of :data:`AT_ONCE` rows.

    :raises NotATable: if it is not the file that was asked for.
    """
    table = table_of(brought, path)
    understanding = table.understanding()
    read = brought.read
    try:
        found = batched(rows_of(table.path, table.looked, after=read), AT_ONCE)
        with Ahead((rows[-1].number, *understood(understanding, rows)) for rows in found) as batches:
            for until, people, wrong in batches:
                taken = _take(brought.id, read, until, people, wrong, table.header, batches)
                if taken is None:
                    return
                read = taken.read
                yield taken
    except NotATable as error:
        ended = _end(brought.id, read, Import.State.REFUSED, str(error))
    else:
        ended = _end(brought.id, read, Import.State.DONE)
    if ended:
        yield ended


@transaction.atomic
def _end(import_id: UUID, read: int, state: Import.State, reason: str = "") -> Import | None:
    brought = _ours(import_id, read)
    if brought is None:
        return None
    brought.state, brought.reason, brought.ended_at = state, reason[:300], now()
    brought.save(update_fields=["state", "reason", "ended_at"])
    record(
        organisation_id=brought.organisation_id,
        actor=brought.account,
        verb="people.imported",
        object_id=brought.id,
        people=brought.new,
        known=brought.known,
        left_out=brought.left_out,
        agreed=brought.agreed,
    )
    transaction.on_commit(lambda: table_file(import_id).unlink(missing_ok=True))
    return brought


def _ours(import_id: UUID, read: int) -> Import | None:
    """The import, locked, if it stands where we left it: else somebody else is at it, or was."""
    found = Import.objects.select_for_update(of=("self",)).select_related("organisation", "wording")
    return found.filter(id=import_id, read=read, state=Import.State.WAITING).first()


@transaction.atomic
def _take(
    import_id: UUID,
    read: int,
    until: int,
    people: Sequence[Read],
    wrong: Sequence[LeftOut],
    header: Sequence[str],
    coming: Ahead[Any],
) -> Import | None:
    """One batch, and that it is taken in; None if somebody else did it in the meantime."""
    _need_not_reach_the_disk()
    brought = _ours(import_id, read)
    if brought is None:
        return None
    batch = _Batch.of(brought, people)
    left_out = [*wrong, *batch.forgotten]
    if connection.vendor == "postgresql":
        # Most of what is left to do is another process's. SQLite does its part in this one.
        coming.begin()
    batch.take()
    brought.read = until
    brought.new += batch.new
    brought.known += len(people) - len(batch.forgotten) - batch.new
    brought.shut += sum(1 for one in batch.people.values() if one.shut)
    brought.agreed += batch.agreed
    brought.left_out += len(left_out)
    brought.bytes_left_out = append(
        import_id, brought.bytes_left_out, header, (_handed_back(row, why, header) for row, why in left_out)
    )
    brought.save()
    return brought


def _need_not_reach_the_disk() -> None:
    """Let this batch reach the disk with the next one, the last with the end of the import (1 query, or none).

    After a power cut it is taken in once more: how far the import has come is in the same transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")


def _handed_back(row: Row, why: str, header: Sequence[str]) -> list[str]:
    """A row as it was, with the reason in the column behind the last one of the table."""
    return [*row.cells, *[""] * (len(header) - len(row.cells)), why]


@dataclass
class _Batch:
    """The people of one batch, each once: who was ``known`` before, and who is ``there`` when it is taken in."""

    brought: Import
    people: dict[str, Incoming]
    known: dict[str, Person]
    there: dict[str, Person | New]
    forgotten: list[LeftOut]
    new: int = 0
    agreed: int = 0

    @classmethod
    def of(cls, brought: Import, rows: Sequence[Read]) -> "_Batch":
        by_key: dict[str, Incoming] = {}
        for _row, one in rows:
            by_key[one.key] = by_key[one.key].with_more(one) if one.key in by_key else one
        known = _known(brought.organisation_id, by_key)
        gone = _forgotten(brought.organisation_id, by_key.keys() - known.keys())
        why = _("They asked to be forgotten here. They can come back by themselves only.")
        return cls(
            brought=brought,
            people={key: one for key, one in sorted(by_key.items()) if key not in gone},
            known=known,
            there={**known},
            forgotten=[(row, why) for row, one in rows if one.key in gone],
        )

    def take(self) -> None:
        """Write everything (about 20 queries)."""
        self._fill_in()
        self._add()
        shut = self._shut()
        self._sort()
        self._agree(shut)

    def _add(self) -> None:
        organisation = self.brought.organisation
        made_at = now()
        fresh = {
            key: New.known_as(
                key,
                organisation_id=organisation.id,
                at=made_at,
                name=one.name,
                email=one.email,
                phone=one.phone,
                sector=one.sector,
                language=one.language or organisation.offered[0],
            )
            for key, one in self.people.items()
            if key not in self.known
        }
        if not fresh:
            return
        make(fresh.values())
        made = Person.objects.filter(among("id", [one.id for one in fresh.values()]))
        ours = set(made.values_list("id", flat=True))
        index(organisation.id, {one.id: one.name for one in fresh.values() if one.id in ours})
        # An answer that is settled in this moment may have made one of them: its row stays, ours is not written.
        theirs = [key for key, one in fresh.items() if one.id not in ours]
        self.there |= fresh
        self.there |= _known(organisation.id, theirs) if theirs else {}
        self.new = len(ours)

    def _fill_in(self) -> None:
        """What somebody said of themselves stays; only what is not known of them yet is taken from the table."""
        changed = []
        for key, person in self.known.items():
            one = self.people[key]
            before = (person.phone, person.sector)
            person.phone, person.sector = person.phone or one.phone, person.sector or one.sector
            if (person.phone, person.sector) != before:
                changed.append(person)
        if changed:
            Person.objects.bulk_update(changed, ["phone", "sector"])

    def _shut(self) -> dict[str, set[str]]:
        """Let nothing go to whom the source says so; returns to which addresses nothing may go, by channel."""
        organisation_id = self.brought.organisation_id
        closed: dict[str, set[str]] = {}
        for channel in (Channel.EMAIL, Channel.SMS, Channel.PHONE):
            is_mail = channel == Channel.EMAIL
            shut = {
                (one.email if is_mail else one.phone): one.shut[channel]
                for one in self.people.values()
                if channel in one.shut
            }
            if shut:
                suppress(organisation_id, channel, shut)
            addresses = [one.email if is_mail else one.phone for one in self.people.values()]
            found = suppressed(organisation_id, channel, filter(None, addresses))
            if found - shut.keys():
                mark(organisation_id, channel, found)
            closed[channel] = found
        return closed

    def _sort(self) -> None:
        organisation_id = self.brought.organisation_id
        tags = tags_named(organisation_id, {tag for one in self.people.values() for tag in one.tags})
        tagged = [
            (organisation_id, tags[name].id, self.there[one.key].id)
            for one in self.people.values()
            for name in dict.fromkeys(map(tag_key, one.tags))
        ]
        insert(Tagged, ("organisation_id", "tag_id", "person_id"), tagged)
        if group := self.brought.group_id:
            since = now()
            rows = [(organisation_id, group, self.there[key].id, since) for key in self.people]
            insert(Belonging, ("organisation_id", "group_id", "person_id", "since"), rows)

    def _agree(self, shut: Mapping[str, set[str]]) -> None:
        """Write down what those agreed to of whom it was stated and of whom nothing else is known."""
        brought = self.brought
        if brought.wording is None:
            return
        channel = brought.wording.channel
        people = {
            self.there[one.key].id
            for one in self.people.values()
            if self._agreed(one, channel) and self._is_theirs(one, channel, shut.get(channel, set()))
        }
        self.agreed = grant_elsewhere(brought.organisation_id, people, brought.wording, brought.id)

    def _agreed(self, one: Incoming, channel: str) -> bool:
        said = one.said(channel)
        return self.brought.all_agreed if said is None else said

    def _is_theirs(self, one: Incoming, channel: str, shut: set[str]) -> bool:
        """Whether that by which they are reached stands on the list: what was agreed to is for nothing else.

        Their address may be one that was merged with another, and their number one that they told us themselves.
        """
        person = self.there[one.key]
        if channel == Channel.EMAIL:
            return bool(one.email) and one.email not in shut and person.email_key == one.key
        if channel in BY_NUMBER:
            return bool(one.phone) and one.phone not in shut and person.phone == one.phone
        return person.sector == one.sector


def _known(organisation_id: UUID, keys: Iterable[str]) -> dict[str, Person]:
    """Who has these addresses, locked; for one that was merged with another, who has that (1 query, or 2)."""
    own = Person.objects.select_for_update().filter(organisation_id=organisation_id)
    fields = own.only("id", "organisation_id", "email_key", "phone", "sector", "merged_into_id").order_by("id")
    found = list(fields.filter(among("email_key", keys)))
    people = {person.id: person for person in found}
    others = {person.merged_into_id for person in found if person.merged_into_id} - people.keys()
    people |= {person.id: person for person in fields.filter(id__in=others)} if others else {}
    return {person.email_key: people[person.merged_into_id or person.id] for person in found}


def _forgotten(organisation_id: UUID, keys: set[str]) -> set[str]:
    """Those of these who asked to be forgotten by this organisation (1 query)."""
    by_digest = {erasure_digest(organisation_id, key): key for key in keys}
    found = Erasure.objects.filter(among("digest", by_digest), organisation_id=organisation_id)
    return {by_digest[digest] for digest in found.values_list("digest", flat=True)}


def take_in_waiting() -> int:
    """The worker's turn: take in from kept files for some seconds; returns how many batches it did."""
    until, done = time.monotonic() + LONGEST_TURN, 0
    for brought in Import.objects.filter(state=Import.State.WAITING, kept_here=True).order_by("id"):
        try:
            for _taken in take_in(brought):
                done += 1
                if time.monotonic() > until:
                    return done
        except NotATable as error:
            _end(brought.id, brought.read, Import.State.REFUSED, str(error))
    return done
