"""Reading tables of any make, and refusing what is none."""

import codecs
import tracemalloc
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.people import tables, workbooks
from groundswell.people.errors import NotATable
from groundswell.people.tables import Row, header_of, look_at, rows_of
from tests.people.files import table, with_part, workbook, written


def rows(path: Path, after: int = 1) -> list[Row]:
    return list(rows_of(path, look_at(path), after=after))


def cells(path: Path) -> list[list[str]]:
    return [row.cells for row in rows(path)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_of_any_make(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    lines = ["Name,Mail,Note", 'Zoë Müller,zoe@example.org,"two', 'lines, one cell"', "", "Bo,bo@example.org"]
    text = end.join(line.replace(",", delimiter) for line in lines)
    path = written(tmp_path, text, encoding=encoding)
    assert header_of(path, look_at(path)) == ["Name", "Mail", "Note"]
    note = f"two{end}lines{delimiter} one cell"
    assert cells(path) == [["Zoë Müller", "zoe@example.org", note], ["Bo", "bo@example.org", ""]]


def test_utf_16_of_the_other_order(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(codecs.BOM_UTF16_BE + "Name,Mail\nZoë,zoe@example.org\n".encode("utf-16-be"))
    assert cells(path) == [["Zoë", "zoe@example.org"]]


def test_quotation_marks_that_do_not_close_cost_one_row(tmp_path: Path) -> None:
    lines = ["Name,Mail", '"Ada,ada@example.org', "Bo,bo@example.org", '"Cy ""the"" Ray",cy@example.org']
    path = written(tmp_path, "\n".join([*lines, '"Di "the" Fox",di@example.org', "Ed,ed@example.org"]))
    found = rows(path)
    assert [row.cells for row in found] == [
        ['"Ada,ada@example.org'],
        ["Bo", "bo@example.org"],
        ['Cy "the" Ray', "cy@example.org"],
        ['Di the" Fox"', "di@example.org"],
        ["Ed", "ed@example.org"],
    ]
    assert [bool(row.wrong) for row in found] == [True, False, False, False, False]


def test_a_mark_that_opens_before_very_many_rows_costs_one_row(tmp_path: Path) -> None:
    many = [f"Bo,bo{number}@example.org" for number in range(30_000)]
    path = written(tmp_path, "\n".join(["Name,Mail", '"Ada,ada@example.org', *many]))
    found = rows(path)
    assert len(found) == 30_001
    assert [row.number for row in found if row.wrong] == [2]


def test_a_cell_that_is_too_long_costs_one_row(tmp_path: Path) -> None:
    path = written(tmp_path, f"Name,Mail\n{'a' * 200_000},ada@example.org\nBo,bo@example.org\n")
    assert [bool(row.wrong) for row in rows(path)] == [True, False]


def test_rows_are_as_wide_as_the_header(tmp_path: Path) -> None:
    path = written(tmp_path, "Name,Mail,\nAda,ada@example.org,,,\nBo\nCy,cy@example.org,more\n,,\n")
    found = rows(path)
    assert [row.cells for row in found[:2]] == [["Ada", "ada@example.org"], ["Bo", ""]]
    assert [bool(row.wrong) for row in found] == [False, False, True]


def test_reading_goes_on_behind_a_row(tmp_path: Path) -> None:
    path = table(tmp_path, ["Name"], ["Ada"], ["Bo"], ["Cy"])
    assert [row.number for row in rows(path)] == [2, 3, 4]
    assert [row.cells for row in rows(path, after=3)] == [["Cy"]]


def test_what_is_no_utf_8_is_windows_own_alphabet(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"Name\nJos\xe9\n\x81\n")
    assert cells(path) == [["José"], ["\ufffd"]]
    path.write_bytes(codecs.BOM_UTF8 + b"Name\nJos\xe9\n")
    assert cells(path) == [["Jos\ufffd"]]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"%PDF-1.7\nname,email", "PDF"),
        (b"\xd0\xcf\x11\xe0old", "XLS"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b'{"people": []}', "programs"),
        (b"name,email\nAda,ada\x00@example.org\n", "null bytes"),
        ("name,email\nAda,ada\x00@example.org\n".encode("utf-16"), "null bytes"),
        (b"PK\x03\x04 this is none", "cannot be read"),
        (b",,,\nada@example.org", "first row"),
        (b"a," * 1001 + b"\n", "first row"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(NotATable, match=word):
        header_of(path, look_at(path))


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "name\n" + "a" * (tables.LONGEST_LINE + 10))
    with pytest.raises(NotATable, match="million"):
        rows(path)


@pytest.mark.slow
def test_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with path.open("w") as file:
        file.write("name,email\n")
        file.writelines(f"Ada {number},ada{number}@example.org\n" for number in range(300_000))
    tracemalloc.start()
    looked = look_at(path)
    count = sum(1 for _ in rows_of(path, looked))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 300_000
    assert most < 6_000_000 < path.stat().st_size


@given(content=st.binary(max_size=400))
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_bytes_are_rows_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(b"name,email\n" + content)
    try:
        found = rows(path)
    except NotATable:
        return
    assert all(row.wrong or len(row.cells) == 2 for row in found)


@given(
    text=st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2))
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read(tmp_path: Path, text: list[list[str]]) -> None:
    path = table(tmp_path, ["name", "email"], *text)
    assert [row.cells for row in rows(path)] == [row for row in text if any(row)]


def test_a_workbook(tmp_path: Path) -> None:
    day = date(2026, 5, 1)
    path = workbook(
        tmp_path,
        ["Name", "Phone", "Agreed", "Since"],
        ["Ada", 7700900123.0, True, day],
        [],
        ["Bo", None, False, 1.5, "more"],
    )
    assert header_of(path, look_at(path)) == ["Name", "Phone", "Agreed", "Since"]
    found = rows(path)
    assert found[0].cells == ["Ada", "7700900123", "true", "2026-05-01T00:00:00"]
    assert found[1].number == 4
    assert found[1].wrong


SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = with_part(workbook(tmp_path, ["Name"], ["Ada"]), SHEET, HEAD.encode() + b" " * 20_000_000)
    with pytest.raises(NotATable, match="unpack"):
        header_of(path, look_at(path))


def test_without_the_limit_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(workbooks, "STEEPEST", 1e9)
    rest = (
        b" " * 20_000_000
        + b"<row r='1'><c r='A1' t='inlineStr'><is><t>Name</t></is></c></row></sheetData></worksheet>"
    )
    path = with_part(workbook(tmp_path, ["Name"], ["Ada"]), SHEET, HEAD.encode() + rest)
    assert header_of(path, look_at(path)) == ["Name"]


@pytest.mark.parametrize(("limit", "value"), [("LARGEST_FILE", 100), ("LARGEST_UNPACKED", 100), ("MOST_ROWS", 1)])
def test_a_workbook_beyond_the_limits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(workbooks, limit, value)
    with pytest.raises(NotATable):
        rows(workbook(tmp_path, ["Name"], ["Ada"]))


@pytest.mark.parametrize(
    "rest",
    [
        "<row r='999999999'><c r='A999999999'><v>1</v></c></row></sheetData></worksheet>",
        "<row r='2'><c r='ZZZZZZZ2'><v>1</v></c></row></sheetData></worksheet>",
        "<row r='2'><c",
    ],
)
def test_a_sheet_that_lies_is_refused_or_harmless(tmp_path: Path, rest: str) -> None:
    first = "<row r='1'><c r='A1' t='inlineStr'><is><t>Name</t></is></c></row>"
    path = with_part(workbook(tmp_path, ["Name"], ["Ada"]), SHEET, (HEAD + first + rest).encode())
    with suppress(NotATable):
        assert rows(path) == []


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    sheet = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l8;</t></is></c></row></sheetData></worksheet>'
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>{HEAD}{sheet}'
    path = with_part(workbook(tmp_path, ["Name"], ["Ada"]), SHEET, bomb.encode())
    with pytest.raises(NotATable):
        rows(path)
