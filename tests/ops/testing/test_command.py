"""How ``./groundswell test`` ends: with the sum of what pytest said, and loudly where something could not run."""

import pytest

from groundswell.ops.testing.command import Report, _conclude, _pass_on, _workers


@pytest.mark.parametrize(
    "line",
    [
        "87 passed in 5.94s",
        "1 failed, 86 passed, 2 skipped in 0.5s",
        "=========== 743 passed in 103.63s (0:01:43) ===========",
        "3 errors in 1.00s",
        "5 deselected in 0.10s",
    ],
)
def test_the_closing_line_is_found(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["....  [100%]\n", f"{line}\n", "a warning about 3 passed parameters\n"]
    assert _pass_on(lines) == line
    assert capsys.readouterr().out == "".join(lines)


def test_it_ends_with_the_sum(capsys: pytest.CaptureFixture[str]) -> None:
    closing = [
        ("SQLite", "2 failed, 80 passed, 1 skipped in 5.94s"),
        ("PostgreSQL", "82 passed, 1 error in 6.10s"),
        ("browser", "no closing line, status 4"),
    ]
    assert _conclude(Report(failed=["SQLite"], closing=closing)) == 1
    told = capsys.readouterr().out.splitlines()
    assert "Failed: SQLite" in told
    assert told[-4:] == [f"{name}: {line}" for name, line in closing] + ["162 passed, 3 failed, 1 skipped"]


@pytest.mark.parametrize(("in_ci", "status"), [("true", 1), ("", 0)])
def test_what_could_not_run_is_said_and_fails_only_in_ci(
    in_ci: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", in_ci)
    report = Report(closing=[("SQLite", "80 passed in 5.94s")], skipped=["the browser tests: no Chromium"])
    assert _conclude(report) == status
    assert "!!! NOT RUN: the browser tests: no Chromium" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["-n0"], ["-n", "4"], ["--pdb"], ["--co"], ["--numprocesses=1"]])
def test_the_number_of_processes_can_be_chosen(arguments: list[str]) -> None:
    assert _workers(arguments) == []


def test_in_the_browser_one_large_file_is_shared_out() -> None:
    assert "loadgroup" in _workers(["e2e", "-m", "browser"])
    assert "loadfile" in _workers(["tests"])


def test_there_are_two_processes_else() -> None:
    assert _workers(["tests/ops", "-k", "now", "--color=yes", "--cov"])[:2] == ["-n", "2"]
