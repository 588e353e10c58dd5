"""Tables in which nothing that somebody typed is run."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundswell.kit.sheets import csv_file, is_formula, neutral


@pytest.mark.parametrize("cell", ["=A1", "+44", "-1", "@me", "\tx", "\rx", "\0=1", " =1", "＝1", "−1"])
def test_what_a_spreadsheet_would_run_is_shown(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ada", "a=b", "'x", "7", "a; b", "Ada @ Bo"])
def test_everything_else_stays(cell: str) -> None:
    assert neutral(cell) == cell


def test_no_formula_begins_where_semicolons_part_the_cells() -> None:
    assert neutral('Ada;=A1; "@me') == "Ada;'=A1;' \"@me"


def test_after_every_tab_and_line_a_cell_may_begin() -> None:
    assert neutral("\t\n=1\t\tx") == "'\t'\n'=1\t\tx"


def test_a_million_tabs_are_gone_through_once() -> None:
    # Whoever looks behind each of them for a sign needs hours, and the test never ends.
    assert neutral("\t" * 1_000_000) == "'" + "\t" * 1_000_000
    assert not is_formula("\t" * 1_000_000)
    assert not is_formula("+\n" * 500_000)
    assert not is_formula("+1" * 500_000)


@pytest.mark.parametrize(
    "cell",
    [
        *("=A1", " =1", "＝1", "= 1", "a;=1", "x\t=1", "=cmd|' /C calc'!A0", "@SUM(1)", "+SUM(1)", "−SUM(1)"),
        *("-2+3+HYPERLINK(1)", "+1 * SUM(1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!D2", '"=1'),
    ],
)
def test_what_is_to_be_worked_out_is_a_formula(cell: str) -> None:
    assert is_formula(cell)


@pytest.mark.parametrize(
    "cell",
    [
        *("", "Ada", "+44 (0)20 7946 0123", "+44 20 7946 0123 ext(7)", "@ada", "-", "=", "-1+1"),
        *("- Ada (she/her)", "ada+rally@example.org", "a=b", "x|y!", "Ada (SUM(1))", "- either | or", "= "),
    ],
)
def test_what_begins_like_one_is_not_yet_a_formula(cell: str) -> None:
    assert not is_formula(cell)


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
