"""Tables for spreadsheets, in which nothing that somebody typed is run as a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes the file for one in the machine's own alphabet


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV (RFC 4180) in UTF-8; a cell that would be a formula is shown as text."""
    written = StringIO(_BYTE_ORDER_MARK, newline="")
    written.seek(0, 2)
    table = csv.writer(written)
    table.writerow(header)
    table.writerows([neutral(cell) for cell in row] for row in rows)
    return written.getvalue().encode()


def neutral(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell
