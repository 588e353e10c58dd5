"""The letter that a mailing becomes, as a mail program shows it: axe finds nothing, and nothing sticks out."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import StorageState

from e2e import looks
from e2e.conftest import DESKTOP, PHONE, Visit

WCAG = [tag for tag in looks.TAGS if tag.startswith("wcag")]
"""Good practice beyond these is about whole pages: a letter stands inside of one that a mail program makes."""


@pytest.mark.parametrize("mailing", ["mailing_letter_id", "mailing_sent_id", "mailing_tested_id"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_letter_can_be_read_by_everybody(
    visit: Visit, signed_in: StorageState, stage: Mapping[str, str], mailing: str, viewport: Mapping[str, int]
) -> None:
    page = visit(storage_state=signed_in, viewport=viewport, java_script_enabled=True)
    letter = page.request.get(f"/desk/mailings/{stage[mailing]}/look")
    # Where it is served, no script runs, and axe is one.
    page.set_content(letter.text())
    assert page.get_by_role("article").is_visible()
    assert looks.against_axe(page, WCAG) == []
    assert looks.sticking_out(page) == []


def test_a_letter_that_cannot_is_found(visit: Visit, signed_in: StorageState, stage: Mapping[str, str]) -> None:
    """The twin: the same letter in a grey that few can read."""
    page = visit(storage_state=signed_in, java_script_enabled=True)
    letter = page.request.get(f"/desk/mailings/{stage['mailing_letter_id']}/look").text()
    page.set_content(letter.replace("color:#1a1a1a", "color:#bbb"))
    assert any(fault.startswith("color-contrast:") for fault in looks.against_axe(page, WCAG))
