"""``./groundswell import people FILE --organisation SLUG``: people from another tool, after a look at them."""

import sys
import time
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import InvalidFields, NotFound, Refusal
from groundswell.groups.queries import organisation_by_slug, public_group
from groundswell.people.asking import WAYS
from groundswell.people.errors import ColumnsUnknown
from groundswell.people.imports import Agreed, Preview, Table, import_people, open_table, preview
from groundswell.people.left_out import left_out_file
from groundswell.people.sources import Holds
from groundswell.people.taking_in import take_in

if TYPE_CHECKING:
    from groundswell.people.models import Import

PROGRESS_AFTER = 2.0
SOME_LEFT_OUT = 3
"""The exit status where rows were left out: whoever calls this from a program must know without reading."""


class Command(BaseCommand):
    """Shows the first rows as they are understood, asks, takes in, and says what came of it."""

    help = (
        "Takes in people from a CSV or XLSX file: exports of Action Network, Mobilize, NationBuilder, Eventbrite "
        "and CiviCRM are known by their columns, any other by --map. Cut off, it goes on when it is called again "
        "with the same file. Exit status: 0 done, 1 refused, 2 wrong usage, 3 done and some rows were left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("file", type=Path, help="the file, also a very large one")
        parser.add_argument("--organisation", required=True, metavar="SLUG", help="whose records they come into")
        parser.add_argument("--group", metavar="SLUG", help="the group that they belong to")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="WHAT=COLUMN",
            help=f"what a column holds, once for each; WHAT is one of: {', '.join(Holds)}",
        )
        parser.add_argument("--agreed-wording", type=Path, metavar="FILE", help="the exact words they agreed to")
        parser.add_argument("--agreed-on", type=date.fromisoformat, metavar="DATE", help="since when, 2025-03-01")
        parser.add_argument("--agreed-where", metavar="TEXT", help="where: the form or the address of the page")
        parser.add_argument(
            "--agreed-way",
            choices=list(WAYS),
            default="email",
            help="by what they may be reached: email unless named",
        )
        parser.add_argument(
            "--agreed-by-all", action="store_true", help="also those of whom the file does not say so"
        )
        parser.add_argument("--dry-run", action="store_true", help="only show what would be")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            left_out = self._import(options)
        except InvalidFields as invalid:
            raise CommandError(" ".join(invalid.errors.values())) from None
        except NotFound:
            raise CommandError("There is no such organisation, or no such group in it.") from None
        except (Refusal, OSError) as refused:
            raise CommandError(str(refused)) from None
        if left_out:
            sys.exit(SOME_LEFT_OUT)

    def _import(self, options: dict[str, Any]) -> int:
        organisation = organisation_by_slug(options["organisation"])
        group = public_group(options["group"]) if options["group"] else None
        if group and group.organisation_id != organisation.id:
            raise NotFound
        agreed = _agreed(options)
        path = options["file"]
        table = open_table(organisation.id, path, path.name, _mapping(options["map"]))
        self._show(table, agreed)
        if options["dry_run"]:
            return 0
        if not options["yes"] and not _agrees():
            raise CommandError("Nothing was taken in. Add --yes to take them in without being asked.")
        brought = import_people(SYSTEM, organisation=organisation, table=table, group=group, agreed=agreed)
        return self._finish(brought, path)

    def _finish(self, brought: "Import", path: Path) -> int:
        if brought.state == brought.State.DONE:
            day = f"{brought.ended_at:%Y-%m-%d}"
            self.stdout.write(f"This very file was taken in on {day} already. Nothing was changed.")
        else:
            for taken in self._with_progress(take_in(brought, path)):
                brought = taken
        if brought.state == brought.State.REFUSED:
            raise CommandError(f"{brought.reason} What stood before it was taken in: {brought.new} new people.")
        self.stdout.write(_result(brought))
        return brought.left_out

    def _show(self, table: Table, agreed: Agreed | None) -> None:
        try:
            seen = preview(table)
        except ColumnsUnknown as unknown:
            columns = ", ".join(table.header)
            raise CommandError(f"{unknown} Use --map, as in --map email=COLUMN. The columns: {columns}") from None
        for line in _preview(table, seen, agreed):
            self.stdout.write(line)

    def _with_progress(self, batches: Iterator["Import"]) -> Iterator["Import"]:
        """The same, with a line on the error output that says how far it is, from two seconds on."""
        began, told = time.monotonic(), False
        for brought in batches:
            yield brought
            if time.monotonic() - began > PROGRESS_AFTER:
                self.stderr.write(f"\r{_progress(brought)} ", ending="")
                self.stderr.flush()
                told = True
        if told:
            self.stderr.write("")


def _agrees() -> bool:
    return sys.stdin.isatty() and input("Take them in? [y/N] ").strip().lower() in {"y", "yes"}


def _agreed(options: dict[str, Any]) -> Agreed | None:
    """What was stated of their consent: all three parts of it, or nothing.

    :raises CommandError: if a part is missing.
    """
    parts = [options["agreed_wording"], options["agreed_on"], options["agreed_where"]]
    if not any(parts):
        return None
    if not all(parts):
        raise CommandError("Say all three: --agreed-wording, --agreed-on and --agreed-where.")
    return Agreed(
        text=options["agreed_wording"].read_text(encoding="utf-8"),
        on=options["agreed_on"],
        where=options["agreed_where"],
        channel=WAYS[options["agreed_way"]],
        all=options["agreed_by_all"],
    )


def _mapping(given: list[str]) -> dict[str, list[str]]:
    """What was said of the columns, by what they hold.

    :raises CommandError: for what no column can hold.
    """
    mapping: dict[str, list[str]] = {}
    for one in given:
        holds, equals, column = one.partition("=")
        if not equals or holds not in list(Holds):
            raise CommandError(f"--map {one}: write WHAT=COLUMN, with WHAT one of: {', '.join(Holds)}.")
        mapping.setdefault(holds, []).append(column)
    return mapping


def _preview(table: Table, seen: Preview, agreed: Agreed | None) -> Iterator[str]:
    yield f"{table.name}: {table.label or 'a table of a kind that is not known by name'}."
    for one in seen.people:
        parts = (one.name, one.email, one.phone, one.sector, ", ".join(one.tags))
        yield "  " + " · ".join(filter(None, parts))
    many = "the first " if seen.goes_on else ""
    yield f"Of {many}{seen.counted} rows {len(seen.left_out)} will be left out."
    for number, why in seen.left_out[:5]:
        yield f"  row {number}: {why}"
    if seen.unused:
        yield f"Not taken in, these columns: {', '.join(seen.unused)}. (--map tags=COLUMN makes tags of one.)"
    if seen.shut:
        yield f"{seen.shut} of them will not be written to or called: their list says so."
    if agreed is None:
        yield "Nobody of them may be written to yet: state which words they agreed to with --agreed-wording."
    elif not seen.wanting[agreed.channel] and not agreed.all:
        yield "This file does not say of anybody that they agreed. If all did, add --agreed-by-all."


def _progress(brought: "Import") -> str:
    share = f" of about {brought.lines:,} rows" if brought.lines else " rows"
    return f"{brought.read - 1:,}{share}, {brought.new:,} new people"


def _reached(brought: "Import") -> str:
    if brought.wording and brought.wording.channel != "email":
        return f"reached by {brought.wording.get_channel_display()}"
    return "written to"


def _result(brought: "Import") -> str:
    lines = [
        f"{brought.new} new people, {brought.known} rows about people who were here already.",
        f"{brought.agreed} may be {_reached(brought)}, by what was stated.",
        f"{brought.shut} will not be written to or called.",
    ]
    if brought.left_out:
        where = left_out_file(brought.id)
        lines.append(f"{brought.left_out} rows were left out. They are in {where} for 7 days, with the reason.")
    return "\n".join(lines)
