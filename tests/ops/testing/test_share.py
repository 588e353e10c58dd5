"""A share of many tests alike: the same one in every process, another one at another commit, and in time all."""

import subprocess
import sys
from pathlib import Path

from groundswell.ops.testing.check import ROOT
from groundswell.ops.testing.share import commit, taken

NAMES = [f"test_{number}" for number in range(200)]


def share(at: str, one_in: int = 2) -> set[str]:
    return {name for name in NAMES if taken(name, at, one_in)}


def test_it_is_about_as_large_as_was_asked() -> None:
    assert 70 < len(share("a")) < 130
    assert 20 < len(share("a", 5)) < 60


def test_another_commit_takes_another_one_and_in_time_all_are_taken() -> None:
    assert share("a") != share("b")
    assert set.union(*(share(at) for at in "abcdefghijklmnopqrstuvwxyz")) == set(NAMES)


def test_it_is_the_commit_that_is_checked_out() -> None:
    told = subprocess.run(["git", "log", "-1", "--format=%H"], cwd=ROOT, capture_output=True, text=True)
    assert commit() == told.stdout.strip()


TESTS = """
import pytest

@pytest.mark.drawn
@pytest.mark.parametrize("number", range(100))
def test_drawn(number): pass

@pytest.mark.parametrize("number", range(10))
def test_always(number): pass
"""


def test_only_what_is_marked_is_drawn(tmp_path: Path) -> None:
    Path(tmp_path, "test_some.py").write_text(TESTS)
    assert collected(tmp_path) == (100, 10)
    drawn, always = collected(tmp_path, "--one-in=2")
    assert 20 < drawn < 80
    assert always == 10


def test_of_all_there_may_be_a_share(tmp_path: Path) -> None:
    Path(tmp_path, "test_some.py").write_text(TESTS)
    drawn, always = collected(tmp_path, "--one-in=5", "--of-all")
    assert 5 < drawn < 50
    assert always < 10


def collected(folder: Path, *options: str) -> tuple[int, int]:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "groundswell.ops.testing.share", "--co", "-q", *options],
        cwd=folder,
        capture_output=True,
        text=True,
    ).stdout
    return told.count("test_drawn["), told.count("test_always[")
