"""``./groundswell test``: everything that must hold, on SQLite and on PostgreSQL, and in a real browser."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from groundswell.ops.testing.browser import VARIABLE, get_browser
from groundswell.ops.testing.check import ROOT, check
from groundswell.ops.testing.environment import DATABASE
from groundswell.ops.testing.postgresql import NoPostgreSQL, temporary_cluster

WHOLLY_COVERED = (
    "*/operations.py",
    "*/operations/*.py",
    "*/access.py",
    "*/queries.py",
    "*/intake/settling.py",
)
"""Where some test must run every branch: the verbs, who may use them, what is shown, and the settling."""


@dataclass
class Report:
    """What ran and how it ended."""

    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    closing: list[tuple[str, str]] = field(default_factory=list)

    def note(self, name: str, well: bool) -> None:
        if not well:
            self.failed.append(name)


def test(arguments: Sequence[str]) -> int:
    """Run the tests, or those that the arguments for pytest choose; return 1 where anything failed.

    Without arguments it is what takes a few minutes: on SQLite all that is not slow, of the doors and of what is
    alike at every address one in eight; of the nouns on PostgreSQL one in four; in the browser one in twelve.
    Each commit takes another share, and continuous integration all. ``--all`` leaves nothing out and looks at
    coverage. So does ``CI=true``, but for the doors on PostgreSQL and what looks again at more states of a page,
    asks in more roles for what an address cannot do, or asks no database and ran already, so that a slow machine
    is done in time. For the same reason it takes a share of the many looks in the browser that are alike. What a
    machine cannot have is named at the end; with ``CI=true`` it is a failure.
    """
    report = Report()
    if arguments == ["--all"]:
        _all(report)
    elif not arguments and os.environ.get("CI") == "true":
        _all(
            report,
            "not again",
            on_postgresql="not door and not again",
            in_the_browser=("browser and not long and not again", "--one-in=3"),
        )
    elif arguments:
        _on_sqlite(report, arguments)
        _on_postgresql(report, arguments)
    else:
        _quick(report)
    return _conclude(report)


def _quick(report: Report) -> None:
    report.note("check", check() == 0)
    _on_sqlite(report, ["tests", "-m", "not slow", "--one-in=8"])
    _on_postgresql(report, ["tests", "-m", "not slow and not door and not again", "--one-in=4", "--of-all"])
    _in_the_browser(report, "browser and not slow and not long", "--one-in=12", "--of-all")


def _all(
    report: Report,
    on_sqlite: str = "",
    *,
    on_postgresql: str = "",
    in_the_browser: Sequence[str] = ("browser and not long",),
) -> None:
    report.note("check", check() == 0)
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    _on_sqlite(report, ["tests", *COVERAGE, *_only(on_sqlite)])
    # Nothing that must be run wholly is for PostgreSQL alone, and tracing doubles a test's time.
    _on_postgresql(report, ["tests", *_only(on_postgresql)])
    _in_the_browser(report, *in_the_browser)
    report.note("coverage", _coverage_is_whole())


def _only(which: str) -> list[str]:
    return ["-m", which] if which else []


COVERAGE = ("--cov", "--cov-report=", "--cov-branch")


def _on_sqlite(report: Report, arguments: Sequence[str]) -> None:
    _pytest(report, "SQLite", arguments, {DATABASE: ""})


def _on_postgresql(report: Report, arguments: Sequence[str]) -> None:
    try:
        with temporary_cluster() as url:
            _pytest(report, "PostgreSQL", arguments, {DATABASE: url})
    except NoPostgreSQL as error:
        report.skipped.append(f"the tests on PostgreSQL: {error}")


def _in_the_browser(report: Report, which: str, *further: str) -> None:
    if get_browser() is None:
        report.skipped.append("the browser tests: no Chromium was found, and none could be installed")
        return
    _pytest(report, "browser", ["e2e", "-m", which, *further], {DATABASE: ""})


def _pytest(report: Report, name: str, arguments: Sequence[str], variables: dict[str, str]) -> None:
    """Run pytest, let its output through, and keep its closing line."""
    print(f"\n{name}: pytest {' '.join(arguments)}", flush=True)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "pytest", *_workers(arguments), *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "COVERAGE_FILE": str(ROOT / f".coverage.{name}"),
            VARIABLE: get_browser() or "",
            **variables,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        closing = _pass_on(process.stdout)
    except BaseException:
        process.send_signal(signal.SIGINT)
        raise
    finally:
        status = process.wait()
    report.closing.append((name, closing or f"no closing line, status {status}"))
    report.note(name, status == 0)


def _pass_on(lines: Iterable[str] | None) -> str:
    """Print the lines as they come; return pytest's closing one."""
    closing = ""
    for line in lines or ():
        sys.stdout.write(line)
        sys.stdout.flush()
        closing = line.strip() if CLOSING.search(line) else closing
    return closing


CLOSING = re.compile(r"\b\d+ (passed|failed|skipped|errors?|deselected|xfailed|xpassed)\b.* in [\d.]+s")


def _workers(arguments: Sequence[str]) -> list[str]:
    chosen = any(re.match(r"-n|--numprocesses|--pdb|--co(llect-only)?$", each) for each in arguments)
    # A file's tests stay together: those that share a running installation then start it once. The files are taken
    # as they come, since those with the fewest tests take longest, and would be left to one worker at the end. In
    # the browser it is the files' own affair, since one of them takes half of the time.
    by = ["loadgroup"] if "e2e" in arguments else ["loadfile", "--no-loadscope-reorder"]
    return [] if chosen else ["-n", "2", "--dist", *by]


def _coverage_is_whole() -> bool:
    """Every branch of the files in ``WHOLLY_COVERED`` was run, by all the runs together."""
    print("\nCoverage, where every branch must be run:", flush=True)
    include = f"--include={','.join(WHOLLY_COVERED)}"
    return _coverage("combine", "--quiet") and _coverage(
        "report", include, "-m", "--skip-covered", "--fail-under=100"
    )


def _coverage(*arguments: str) -> bool:
    return subprocess.run([sys.executable, "-P", "-m", "coverage", *arguments], cwd=ROOT).returncode == 0


def _conclude(report: Report) -> int:
    """Say what was left out and what failed, and end with pytest's own closing lines and their sum."""
    in_ci = os.environ.get("CI") == "true"
    for what in report.skipped:
        print(f"\n!!! NOT RUN: {what}{' (in CI that is a failure)' if in_ci else ''}")
    if report.failed:
        print(f"\nFailed: {', '.join(report.failed)}")
    total: Counter[str] = Counter()
    print()
    for name, line in report.closing:
        print(f"{name}: {line}")
        for number, outcome in re.findall(r"(\d+) (passed|failed|skipped|error)", line):
            total["failed" if outcome == "error" else outcome] += int(number)
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 1 if report.failed or (report.skipped and in_ci) else 0
