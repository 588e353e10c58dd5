"""Reading the first sheet of a workbook (XLSX) row by row, within limits that no bomb gets past."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.xml import DEFUSEDXML

from groundswell.people.errors import NotATable

LARGEST_FILE = 100 * 1024 * 1024
LARGEST_UNPACKED = 500 * 1024 * 1024
STEEPEST = 200
"""How many times larger a part may become; sheets of nothing but names become ten to thirty times larger."""

STEEPNESS_FROM = 4 * 1024 * 1024
MOST_ROWS = 1_048_576
"""What a sheet may have; a file that numbers its rows higher would keep us counting empty ones."""

MOST_COLUMNS = 1000

# Without it an entity could grow to gigabytes out of a few letters.
assert DEFUSEDXML


def is_workbook(start: bytes) -> bool:
    """Whether a file that begins like this is a packed one."""
    return start.startswith(b"PK\x03\x04")


def workbook_rows(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet, as text.

    :raises NotATable: if it is no workbook, or grows beyond all measure as it is unpacked.
    """
    _refuse_bombs(path)
    for number, row in enumerate(_values(path), start=1):
        if number > MOST_ROWS:
            raise NotATable(_("This workbook has more rows than a sheet can have. Save the sheet as CSV."))
        yield [_text(value) for value in row]


def _values(path: Path) -> Iterator[tuple[object, ...]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What a workbook says of its own size may be wrong.
        sheet.reset_dimensions()
        header = next(sheet.iter_rows(values_only=True, max_row=1, max_col=MOST_COLUMNS), ())
        width = max((place for place, value in enumerate(header, start=1) if value is not None), default=1)
        # One more shows a row that is too long. Without a bound one cell far to the right makes rows of gigabytes.
        yield from sheet.iter_rows(values_only=True, max_col=width + 1)
        book.close()
    except Exception as error:
        # What a library finds wrong with a broken file has no end of names.
        raise NotATable(_("This workbook cannot be read. Save the sheet as CSV.")) from error


def _refuse_bombs(path: Path) -> None:
    """By the sizes that the file itself claims: no part is unpacked further than it claims to go.

    :raises NotATable: beyond the limits.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise NotATable(_("This workbook is too large. Save the sheet as CSV."))
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise NotATable(_("This workbook cannot be read. Save the sheet as CSV.")) from error
    steep = any(
        part.file_size > STEEPNESS_FROM and part.file_size > STEEPEST * part.compress_size for part in parts
    )
    if steep or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotATable(_("This file would unpack to something far larger than a table of people."))


def _text(value: object) -> str:
    """A cell as somebody would type it: whole numbers without a point, moments as ISO 8601 has them."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)
