"""Bringing people from a file in a real browser, without script, and taking a segment out again."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from time import monotonic

from playwright.sync_api import StorageState, expect

from e2e.conftest import DESKTOP, Visit

ROWS = 3000
PATIENCE = 60.0


def people(folder: Path) -> Path:
    """A file of some hundred kilobytes: more than a form may have, and two rows that are nobody."""
    file = folder / "moved.csv"
    rows = [f"moved-{number}@example.org,Moved {number},M1 1AE,Moved,yes" for number in range(ROWS)]
    file.write_text("\n".join(("email,name,postcode,tags,subscribed", *rows, "nobody,,,,", "=1+1,,,,")) + "\n")
    return file


def test_a_file_is_looked_at_taken_in_and_what_was_left_out_comes_back(
    visit: Visit, signed_in: StorageState, tmp_path: Path
) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP)
    page.goto("/desk/people")
    page.get_by_role("link", name="Bring people from a file").click()
    page.get_by_role("link", name="Bring people from a file").click()
    page.set_input_files("#file", people(tmp_path))
    page.get_by_role("button", name="Look at it").click()
    assert page.get_by_text("moved-0@example.org").is_visible()
    page.get_by_role("button", name="Take them in").click()
    until = monotonic() + PATIENCE
    while page.get_by_role("link", name="Look again").count():
        assert monotonic() < until
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Look again").click()
    assert page.get_by_role("row", name=f"New people {ROWS:,}").is_visible()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Take the rows that were left out").click()
    rows = list(csv.reader(StringIO(fetched.value.path().read_text("utf-8-sig"), newline="")))
    assert [row[0] for row in rows] == ["email", "nobody", "'=1+1"]


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    visit: Visit, signed_in: StorageState, tmp_path: Path
) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP)
    page.goto("/desk/people/imports/new")
    large = tmp_path / "large.csv"
    large.write_bytes(b"email\n" + b"a@example.org\n" * 800_000)
    page.set_input_files("#file", large)
    page.get_by_role("button", name="Look at it").click()
    assert page.get_by_text("10 MB at most").first.is_visible()


def test_a_segment_is_taken_out_as_a_file(visit: Visit, signed_in: StorageState, stage: Mapping[str, str]) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP)
    page.goto(f"/desk/people/segments/{stage['segment_id']}")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Take the saved one out as a file").click()
    rows = list(csv.reader(StringIO(fetched.value.path().read_text("utf-8-sig"), newline="")))
    assert fetched.value.suggested_filename == "near-us.csv"
    assert rows[0][:2] == ["e-mail", "name"]


def test_how_many_are_meant_is_counted_while_one_types(visit: Visit, signed_in: StorageState) -> None:
    page = visit(storage_state=signed_in, viewport=DESKTOP, java_script_enabled=True)
    page.goto("/desk/people/segments/new")
    page.evaluate("() => { window.stays = true }")
    page.get_by_role("button", name="Take line 1 out").click()
    expect(page.get_by_role("group", name="Line 1")).to_have_count(0)
    result = page.locator("#result")
    # Who is meant changes with what other tests do; what is said of them follows what is typed here.
    page.locator("#sample").press_sequentially("17")
    expect(result).to_contain_text("17")
    assert result.locator(".figures dd").is_visible()
    page.locator("#sample").press_sequentially("3")
    expect(result).to_contain_text("173")
    # What is typed is never lost to a page that loads again.
    assert page.locator("#sample").input_value() == "173"
    assert page.evaluate("() => window.stays")
