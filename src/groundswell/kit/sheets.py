"""Tables for spreadsheets, in which nothing that somebody typed is run as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

# Also the wide, the small and the typographic forms: spreadsheets of some languages read them as the plain ones.
_SIGNS = "=+\\-@＝＋－＠﹢﹣﹦﹫−"
# A cell begins at its beginning, and, in a spreadsheet of a country that parts cells by semicolons, after each of
# those as well. What is not seen before a sign does not keep every program from seeing the sign. It is taken in
# one piece, with or without a sign behind it, so that a cell of nothing but tabs is gone through once.
_BEGINNING = re.compile(rf"""(?:\A|[;\t\r\n])["\s\x00-\x1f\xad\u200b-\u200f\u2060\ufeff]*+([{_SIGNS}])?""")
_AFTER_A_MARK = re.compile(r"(?<=[;\t\r\n])")
_FORMULA = re.compile(
    rf"""[=＝﹦]\ *+[^\s;]                                                      # anything that is to be worked out
    |[{_SIGNS} (]++(?:[\d.]++\ *+[-+*/^&<>=%]++\ *+)*+[^\W\d][\w.]*+\(       # a function: @SUM(1), -2+HYPERLINK(
    |[^;\t\r\n|]*+(?<=\w)\|[^;\t\r\n!]*+!                                 # another program: +cmd|' /C calc'!A0
    """,
    re.VERBOSE,
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
    return _BEGINNING.sub(_marked, cell)


def _marked(beginning: re.Match[str]) -> str:
    unseen, sign = beginning[0], beginning[1]
    text = _AFTER_A_MARK.sub("'", unseen) if sign else unseen
    if beginning.start() or unseen.startswith(";"):
        return text
    return f"'{text}" if sign or unseen.startswith(("\t", "\r", "\n", "\0")) else text


def is_formula(cell: str) -> bool:
    """Whether somebody wrote into a cell what a spreadsheet is to work out, and not a number, a handle or a dash.

    A telephone number begins with a sign as well, and so does ``@ada``: those name no function and no program.
    """
    begin = (found.start(1) for found in _BEGINNING.finditer(cell) if found[1])
    return any(_FORMULA.match(cell, place) for place in begin)
