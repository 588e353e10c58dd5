"""Tables in which nothing that somebody typed is run."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.kit.sheets import csv_file, neutral


@pytest.mark.parametrize("cell", ["=A1", "+44", "-1", "@me", "\tx", "\rx", "\0=1", " =1", "＝1", "−1"])
def test_what_a_spreadsheet_would_run_is_shown(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ada", "a=b", "'x", "7", "a; b", "Ada @ Bo"])
def test_everything_else_stays(cell: str) -> None:
    assert neutral(cell) == cell


def test_no_formula_begins_where_semicolons_part_the_cells() -> None:
    assert neutral('Ada;=A1; "@me') == "Ada;'=A1;' \"@me"


def test_a_spreadsheet_knows_that_it_is_utf_8() -> None:
    assert csv_file(["name"], [["Ólu"]]) == b"\xef\xbb\xbfname\r\n\xc3\x93lu\r\n"


def test_a_heading_that_somebody_typed_is_no_formula_either() -> None:
    assert csv_file(["=1"], []) == b"\xef\xbb\xbf'=1\r\n"


CELLS = st.text(st.sampled_from("=+-@\t\r\n'\",; aé٣"), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_whatever_is_typed_stays_in_its_cell_and_begins_no_formula(rows: list[tuple[str, str]]) -> None:
    read = list(csv.reader(StringIO(csv_file(["a", "b"], rows).decode("utf-8-sig"), newline="")))[1:]
    assert [tuple(row) for row in read] == [(neutral(first), neutral(second)) for first, second in rows]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row)
