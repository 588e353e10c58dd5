"""Taking in people whom an organiser brings from elsewhere: what is stated, asked for and seen of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from groundswell.groups.access import OWNER, Actor
from groundswell.groups.errors import GroupRetired, InvalidFields
from groundswell.groups.models import Group, Organisation
from groundswell.groups.queries import root_group
from groundswell.kit.clock import now
from groundswell.kit.text import bounded, one_line, paragraphs
from groundswell.ledger.operations import record
from groundswell.people.access import require_import
from groundswell.people.errors import BadRow, NotATable
from groundswell.people.incoming import Incoming, Understanding
from groundswell.people.left_out import keep, table_file
from groundswell.people.models import Channel, Import, Purpose, Wording
from groundswell.people.sources import SOURCES, Columns, Holds, header_digest, source_of
from groundswell.people.tables import Looked, Row, header_of, look_at, rows_of

PREVIEWED = 10
LOOKED_THROUGH = 1000
"""How many rows are counted for a preview."""

LONGEST_WORDING = 5000
LONGEST_PLACE = 200


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What people agreed to elsewhere, as an owner states it: the exact words, since when, and where.

    ``channel`` is the way by which they may be reached, and no other one. ``all`` says that it holds also for
    those of whom their source does not say whether they agreed.
    """

    text: str
    on: date
    where: str
    language: str = settings.LANGUAGE_CODE
    channel: Channel = Channel.EMAIL
    all: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file that somebody brought: what it is, and what its columns hold."""

    path: Path
    name: str
    looked: Looked
    header: list[str]
    source: str
    label: str
    columns: Columns

    def understanding(self) -> Understanding:
        """What turns its rows into people.

        :raises ColumnsUnknown: if nobody has said which column holds what people are reached by.
        """
        return Understanding(self.header, self.columns, self.source)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What an import would do, by its first rows; ``wanting`` says how many agreed to each channel by the file."""

    people: list[Incoming]
    counted: int
    left_out: list[tuple[int, str]]
    unused: list[str]
    wanting: Mapping[Channel, int]
    shut: int
    says_who_wants_mail: bool
    goes_on: bool


def open_table(
    organisation_id: UUID, path: Path, name: str, columns: Mapping[str, Sequence[str]] | None = None
) -> Table:
    """Look at a file: its columns hold what is given, or what they held last time, or what its source says.

    Queries: 1, or none where it is given.

    :raises NotATable: if it is none.
    """
    looked = look_at(path)
    header = header_of(path, looked)
    source = source_of(header)
    known: Columns = source.columns
    if columns:
        known = {Holds(holds): list(names) for holds, names in columns.items() if names}
    elif remembered := _remembered(organisation_id, header):
        known = remembered
    return Table(
        path=path,
        name=name,
        looked=looked,
        header=header,
        source=source.name,
        label=source.label,
        columns=known,
    )


def _remembered(organisation_id: UUID, header: Sequence[str]) -> Columns:
    """What somebody of this organisation last said of a table with these very columns."""
    of_header = Import.objects.filter(organisation_id=organisation_id, header_digest=header_digest(header))
    last = of_header.order_by("-made_at").values_list("columns", flat=True).first()
    return {Holds(holds): names for holds, names in last.items()} if last else {}


def preview(table: Table) -> Preview:
    """What the first rows say; nothing is written (0 queries).

    :raises NotATable: if the file stops being one within them.
    :raises ColumnsUnknown: if nobody has said which column holds what people are reached by.
    """
    understanding = table.understanding()
    found = rows_of(table.path, table.looked)
    read, wrong = understood(understanding, list(islice(found, LOOKED_THROUGH)))
    people = [one for _row, one in read]
    return Preview(
        people=people[:PREVIEWED],
        counted=len(people) + len(wrong),
        left_out=[(row.number, why) for row, why in wrong],
        unused=understanding.unused,
        wanting={channel: sum(1 for one in people if one.said(channel)) for channel in Channel},
        shut=sum(1 for one in people if one.shut),
        says_who_wants_mail=understanding.says_who_wants_mail,
        goes_on=next(found, None) is not None,
    )


def understood(
    understanding: Understanding, rows: Sequence[Row]
) -> tuple[list[tuple[Row, Incoming]], list[tuple[Row, str]]]:
    """Rows with what they say, and those that say nothing of use, each with the reason."""
    people, wrong = [], []
    for row in rows:
        try:
            if row.wrong:
                raise BadRow(row.wrong)
            people.append((row, understanding(row.cells)))
        except BadRow as error:
            wrong.append((row, str(error)))
    return people, wrong


@transaction.atomic
def import_people(
    actor: Actor,
    *,
    organisation: Organisation,
    table: Table,
    group: Group | None = None,
    agreed: Agreed | None = None,
    keep_file: bool = False,
) -> Import:
    """Let people be taken in from a table: by :func:`.taking_in.take_in`, which the worker calls for a kept file.

    The same file with the same columns, group and statement is one import: the first is returned, and where it was
    refused it goes on. Queries: 5, and 3 for a statement.

    :raises NotFound: if the group is none of the actor's.
    :raises NotAllowed: unless they organise there and may see contact data; for a statement, own the root group.
    :raises GroupRetired: if the group has ended.
    :raises InvalidFields: if the statement is not whole.
    :raises ColumnsUnknown: if nobody has said which column holds what people are reached by.
    """
    require_import(actor, organisation, group)
    if group and group.retired_at:
        raise GroupRetired
    table.understanding()
    values = _values(organisation, group, table, agreed)
    brought = Import.objects.filter(organisation=organisation, deed=values["deed"]).first()
    if brought and brought.state != Import.State.REFUSED:
        return brought
    if brought is None:
        brought = Import(account=actor.id, **values)
    if agreed:
        brought.wording = state_agreement(actor, organisation=organisation, agreed=agreed)
        brought.all_agreed = agreed.all
    if keep_file:
        keep(table_file(brought.id), table.path.read_bytes())
    brought.state, brought.reason, brought.ended_at, brought.kept_here = Import.State.WAITING, "", None, keep_file
    brought.save()
    record(
        organisation_id=organisation.id,
        actor=actor.id,
        verb="people.import",
        object_id=brought.id,
        source=table.source,
        stated=agreed is not None,
    )
    return brought


def _values(
    organisation: Organisation, group: Group | None, table: Table, agreed: Agreed | None
) -> dict[str, object]:
    columns = {str(holds): list(names) for holds, names in table.columns.items()}
    said = [agreed.text, agreed.on.isoformat(), agreed.where, agreed.all] if agreed else []
    if agreed and agreed.channel != Channel.EMAIL:
        # By e-mail nothing is added: what was taken in before there were other ways is known by this.
        said.append(agreed.channel)
    deed = json.dumps([table.looked.sha256, columns, str(group.id) if group else "", said], sort_keys=True)
    return {
        "organisation": organisation,
        "group": group,
        "deed": hashlib.sha256(deed.encode()).hexdigest(),
        "file_name": table.name[:200],
        "sha256": table.looked.sha256,
        "size": table.looked.size,
        "encoding": table.looked.encoding,
        "lines": table.looked.lines,
        "header_digest": header_digest(table.header),
        "source": table.source,
        "columns": columns,
    }


@transaction.atomic
def state_agreement(actor: Actor, *, organisation: Organisation, agreed: Agreed) -> Wording:
    """Put on the record which words people agreed to elsewhere; the same statement twice is one (3 or 4 queries).

    Nobody here is ever asked by these words.

    :raises NotFound: if the organisation is none of the actor's.
    :raises NotAllowed: unless the actor owns its root group.
    :raises InvalidFields: if the words, the place or the day is missing, or the day has not come.
    """
    actor.require(OWNER, root_group(organisation.id).id)
    errors: dict[str, str] = {}
    words = bounded("text", agreed.text, LONGEST_WORDING, paragraphs, errors)
    where = bounded("where", agreed.where, LONGEST_PLACE, one_line, errors)
    if not words:
        errors.setdefault("text", _("Give the exact words that people agreed to."))
    if not where:
        errors.setdefault("where", _("Say where people agreed: the name of the form, or the address of the page."))
    if agreed.on > now().date():
        errors["on"] = _("This day has not come yet.")
    if errors:
        raise InvalidFields(errors)
    values = {
        "organisation": organisation,
        "purpose": Purpose.UPDATES,
        "channel": agreed.channel,
        "language": agreed.language,
        "sha256": hashlib.sha256(words.encode()).hexdigest(),
        "valid_from": datetime.combine(agreed.on, time(), UTC),
        "elsewhere": where,
    }
    wording, is_new = Wording.objects.get_or_create(**values, defaults={"text": words})
    if is_new:
        record(
            organisation_id=organisation.id, actor=actor.id, verb="people.state_agreement", object_id=wording.id
        )
    return wording


def table_of(brought: Import, path: Path | None = None) -> Table:
    """The table of an import that was asked for, as it was understood then; by default the file that was kept.

    :raises NotATable: if the file is gone, or another one by now.
    """
    file = path or table_file(brought.id)
    if not file.exists():
        raise NotATable(_("The file is not there any more. Begin once more with the same file."))
    looked = look_at(file)
    if looked.sha256 != brought.sha256:
        raise NotATable(_("This is another file than the one that was begun with."))
    label = next((source.label for source in SOURCES if source.name == brought.source), "")
    return Table(
        path=file,
        name=brought.file_name,
        looked=looked,
        header=header_of(file, looked),
        source=brought.source,
        label=label,
        columns={Holds(holds): names for holds, names in brought.columns.items()},
    )
