"""Reading what mail servers send back."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.mailings import reports
from groundswell.mailings.reports import read
from tests.mailings.coming_back import answer, bounce, complaint


@pytest.mark.parametrize(
    ("fields", "kind", "status"),
    [
        ("Action: failed\nStatus: 5.1.1 (bad)\n", "hard", "5.1.1"),
        ("Action: Failed\nStatus: 5.4.4\n", "hard", "5.4.4"),
        ("Action: failed\nStatus: 5.0.0\n", "hard", "5.0.0"),
        ("Action: failed\nStatus: 5.2.1\n", "hard", "5.2.1"),
        ("Action: failed\nStatus: 5.2.2\n", "soft", "5.2.2"),
        ("Action: failed\nStatus: 5.7.1\n", "soft", "5.7.1"),
        ("Action: failed\nStatus: 5.1.8\n", "soft", "5.1.8"),
        ("Action: failed\nStatus: 5.1.10\n", "hard", "5.1.10"),
        ("Action: failed\nStatus: 4.4.7\n", "soft", "4.4.7"),
        ("Action: failed\nDiagnostic-Code: smtp; 550-5.1.1 no such user\n", "hard", "5.1.1"),
        ("Action: failed\nDiagnostic-Code: smtp; 550 no such user\n", "hard", "5.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; no idea\n", "soft", "4.0.0"),
        ("Action: failed\nStatus: 4.2.2\n\nAction: failed\nStatus: 5.1.1\n", "hard", "5.1.1"),
    ],
)
def test_what_failed_is_for_good_or_for_now(fields: str, kind: str, status: str) -> None:
    said = read(bounce(fields=fields))
    assert said
    assert (said.kind, said.status) == (kind, status)


def test_without_that_a_provider_that_shuts_us_out_takes_its_people_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(reports, "OF_THE_MESSAGE", re.compile("never"))
    with pytest.raises(AssertionError):
        test_what_failed_is_for_good_or_for_now("Action: failed\nStatus: 5.7.1\n", "soft", "5.7.1")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_only_waits_or_arrived_says_nothing(action: str) -> None:
    assert read(bounce(fields=f"Action: {action}\nStatus: 4.4.1\n")) is None


@pytest.mark.parametrize(
    ("kind", "counts"), [("abuse", True), ("opt-out", True), ("not-spam", False), ("virus", False)]
)
def test_who_calls_it_unwanted_says_so(kind: str, counts: bool) -> None:
    assert (read(complaint(kind=kind)) is not None) is counts


def test_an_answer_of_a_person_or_of_their_holidays_is_no_report() -> None:
    assert read(answer(to="bounces@rally.example.org", about="x@example.org")) is None
    assert read(b"From: ada@example.org\r\n\r\nGladly!") is None


@pytest.mark.parametrize("whole", [True, False])
def test_the_copy_is_named_by_where_it_was_sent_back_to_and_by_its_own_headers(whole: bool) -> None:
    said = read(bounce(to="bounces+t@example.org", copy="c@example.org", whole=whole))
    assert said
    assert said.named.split() == ["<bounces+t@example.org>", "<c@example.org>"]
    said = read(complaint(copy="c@example.org", sent_by="bounces+t@example.org", whole=whole))
    assert said
    assert {"<bounces+t@example.org>", "<c@example.org>"} <= set(said.named.split())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 900), st.integers(0, 60))
def test_nothing_that_anybody_sends_stops_whoever_reads_it(noise: bytes, at: int, many: int) -> None:
    raw = bounce(copy="c@example.org")
    read(raw[:at] + noise + raw[at + many :])
    read(noise)
