"""A plugin of pytest: of tests marked ``drawn``, or of all, a run may take a share, another one each commit."""

import subprocess
from zlib import crc32

import pytest

from groundswell.ops.testing.check import ROOT


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--one-in", type=int, default=1, metavar="N", help="take one in N of the tests of which a share is enough"
    )
    parser.addoption("--of-all", action="store_true", help="let --one-in take its share of all the tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    one_in: int = config.getoption("one_in")
    if one_in > 1:
        at = commit()
        kept: list[pytest.Item] = []
        left: list[pytest.Item] = []
        for item in items:
            is_drawn = config.getoption("of_all") or item.get_closest_marker("drawn")
            is_left = is_drawn and not taken(item.nodeid, at, one_in)
            (left if is_left else kept).append(item)
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def taken(name: str, at: str, one_in: int) -> bool:
    """Whether the test of that name is in the share at that commit: the same one wherever it is asked."""
    return crc32(f"{at} {name}".encode()) % one_in == 0


def commit() -> str:
    """The commit that is checked out; empty where git does not say it."""
    try:
        told = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    return told.stdout.strip()
