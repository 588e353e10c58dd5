"""Tables for spreadsheets, in which nothing that somebody typed is run as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

# Also the wide, the small and the typographic forms: spreadsheets of some languages read them as the plain ones.
_SIGNS = "=+\\-@＝＋－＠﹢﹣﹦﹫−"
# A cell begins at its beginning, and, in a spreadsheet of a country that parts cells by semicolons, after each of
# those as well. What is not seen before a sign does not keep every program from seeing the sign.
_BEGINS_A_FORMULA = re.compile(
    rf"""(?:\A|(?<=[;\t\r\n]))(?=["\s\x00-\x1f\xad\u200b-\u200f\u2060\ufeff]*[{_SIGNS}])|\A(?=[\t\r\n\x00])"""
)
_BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes the file for one in the machine's own alphabet


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV (RFC 4180) in UTF-8; a cell that would be a formula is shown as text."""
    return _BYTE_ORDER_MARK.encode() + csv_rows((header, *rows))


def csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows to be put behind those of a :func:`csv_file`."""
    written = StringIO(newline="")
    csv.writer(written).writerows([neutral(cell) for cell in row] for row in rows)
    return written.getvalue().encode(errors="replace")


def neutral(cell: str) -> str:
    """The cell with an apostrophe wherever a spreadsheet would take what follows for a formula."""
    return _BEGINS_A_FORMULA.sub("'", cell)
