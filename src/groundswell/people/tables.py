"""Reading a table that somebody brings, row by row and in little memory: CSV of any make, or a workbook."""

import codecs
import csv
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from groundswell.people.errors import NotATable
from groundswell.people.workbooks import is_workbook, workbook_rows

LONGEST_LINE = 1_000_000
MOST_COLUMNS = 1000
MOST_LINES_OF_A_ROW = 1000
DELIMITERS = ",;\t"
_AT_ONCE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What one pass over a file says of it; a workbook has no encoding, and its lines are not counted."""

    sha256: str
    size: int
    encoding: str
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as a spreadsheet shows it; ``wrong`` says why its cells cannot be told apart."""

    number: int
    cells: list[str]
    wrong: str = ""


def look_at(path: Path) -> Looked:
    """Read a file once, to know it again and to find out in which alphabet it is written.

    :raises NotATable: if it is empty, or no text and no workbook.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    _refuse_others(start)
    if is_workbook(start):
        return Looked(sha256=_sha256(path), size=path.stat().st_size, encoding="")
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "")
    return _look_through(path, marked)


_OTHERS = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "gzip",
    b"{\\rtf": "RTF",
}


def _refuse_others(start: bytes) -> None:
    if not start.strip():
        raise NotATable(_("This file is empty."))
    for mark, name in _OTHERS.items():
        if start.startswith(mark):
            sentence = _("This is a file of the kind %(kind)s, and no table. Save it as CSV or XLSX.")
            raise NotATable(sentence % {"kind": name})
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml", b"{")):
        raise NotATable(_("This is a web page or data for programs, and no table. Save it as CSV or XLSX."))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look_through(path: Path, marked: str) -> Looked:
    digest, size, lines = hashlib.sha256(), 0, 0
    decoder = codecs.getincrementaldecoder(marked or "utf-8")("strict")
    encoding = marked or "utf-8"
    with path.open("rb") as file:
        while chunk := file.read(_AT_ONCE):
            digest.update(chunk)
            size += len(chunk)
            lines += chunk.count(b"\n") or chunk.count(b"\r")
            if encoding != "utf-16" and b"\0" in chunk:
                raise NotATable(_("There are null bytes in this file: it is no text, or it is damaged."))
            encoding = _still(decoder, chunk, encoding, marked)
    return Looked(sha256=digest.hexdigest(), size=size, encoding=encoding, lines=lines)


def _still(decoder: codecs.IncrementalDecoder, chunk: bytes, encoding: str, marked: str) -> str:
    """The encoding, as long as the file keeps to it; what is no UTF-8 and does not claim to be is Windows' own."""
    if encoding == "cp1252":
        return encoding
    try:
        text = decoder.decode(chunk)
    except UnicodeDecodeError:
        # One broken letter in a file that says it is Unicode is a row that is handed back, and no other alphabet.
        return marked or "cp1252"
    if "\0" in text:
        raise NotATable(_("There are null bytes in this file: it is no text, or it is damaged."))
    return encoding


def header_of(path: Path, looked: Looked) -> list[str]:
    """The names of a table's columns.

    :raises NotATable: if there are none.
    """
    first = next(_all_rows(path, looked), None)
    names = [" ".join(cell.split()) for cell in first.cells] if first else []
    while names and not names[-1]:
        names.pop()
    if not names or len(names) > MOST_COLUMNS:
        raise NotATable(_("The first row must name the columns, and there is none that does."))
    return names


def rows_of(path: Path, looked: Looked, *, after: int = 1) -> Iterator[Row]:
    """The rows below the header of which something is filled in, from the one behind row ``after``.

    :raises NotATable: where the file stops being one.
    """
    width = len(header_of(path, looked))
    for row in _all_rows(path, looked):
        if row.number > max(after, 1) and (row.wrong or any(row.cells)):
            yield _fitted(row, width)


def _fitted(row: Row, width: int) -> Row:
    if row.wrong or len(row.cells) == width:
        return row
    if len(row.cells) < width:
        return Row(row.number, row.cells + [""] * (width - len(row.cells)))
    if any(row.cells[width:]):
        return Row(row.number, row.cells, _("This row has more cells than there are columns."))
    return Row(row.number, row.cells[:width])


def _all_rows(path: Path, looked: Looked) -> Iterator[Row]:
    if not looked.encoding:
        for number, cells in enumerate(workbook_rows(path), start=1):
            yield Row(number, cells)
        return
    # What cannot be decoded becomes U+FFFD, which is no text: the row it is in is handed back.
    with path.open(encoding=looked.encoding, errors="replace", newline="") as file:
        yield from _records(file)


class _Lines:
    """The lines of a file, of which those of the present record can be put back, all but its first."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._file.readline(LONGEST_LINE + 1)
        if not line:
            raise StopIteration
        if len(line) > LONGEST_LINE:
            raise NotATable(_("A line of this file has more than a million characters: it is no table."))
        self.taken.append(line)
        if len(self.taken) > MOST_LINES_OF_A_ROW:
            raise csv.Error
        return line

    def put_back(self) -> str:
        first, *others = self.taken
        self._back.extendleft(reversed(others))
        return first


def _records(file: TextIO) -> Iterator[Row]:
    lines = _Lines(file)
    first = "\n"
    while first and not first.strip("\r\n"):
        first = next(lines, "")
    delimiter = _delimiter(first)
    lines.taken = [first, first]
    lines.put_back()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = 0
    for number in _counted():
        lines.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        # Quotation marks that do not close take in the rows behind them; a row of many lines must be whole.
        if len(lines.taken) > 1 and width and len(cells) != width:
            cells = []
        if cells or not lines.taken[0].strip("\r\n"):
            width = width or len(cells)
            yield Row(number, cells)
            continue
        yield _alone(number, lines.put_back(), delimiter, width)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)


def _counted() -> Iterator[int]:
    return chain([1], iter(range(2, 1 << 62)))


def _alone(number: int, line: str, delimiter: str, width: int) -> Row:
    """One line read by itself, as loosely as can be: a quotation mark within a name is no end of it."""
    try:
        cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter))
    except csv.Error:
        cells = []
    if len(cells) == width and not any("\n" in cell for cell in cells):
        return Row(number, cells)
    return Row(
        number, [line.rstrip("\r\n")], _("The quotation marks of this row do not close, or it is too long.")
    )


def _delimiter(line: str) -> str:
    """What parts the cells: whatever the header has most of, outside of quotation marks."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
