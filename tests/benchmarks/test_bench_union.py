"""The bench of the union runs, here with so few people that its milliseconds mean nothing."""

import importlib
import json
import subprocess
import sys

import pytest
from django.conf import settings

from groundswell.ops.bench import BENCHMARKS


@pytest.fixture(scope="module")
def printed() -> dict[str, object]:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "union", "--quick", "--json"]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr + done.stdout
    return dict(json.loads(done.stdout))


def test_of_four_lists_everybody_is_counted_once(printed: dict[str, object]) -> None:
    assert (printed["exact"], printed["people"], printed["added"]) == (True, 195, 400)


def test_the_time_and_the_database_are_named(printed: dict[str, object]) -> None:
    took = printed["union_ms"]
    assert isinstance(took, int | float)
    assert took > 0
    assert printed["database"] == ("postgresql" if settings.ENVIRONMENT.database else "sqlite")


@pytest.mark.parametrize(
    ("union_ms", "exact", "expected"),
    [(1999.0, True, set()), (2001.0, True, {"union_ms"}), (5.0, False, {"exact"})],
)
def test_too_slow_or_another_figure_is_said(
    union_ms: float, exact: bool, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    assert importlib.import_module("union").missed({"union_ms": union_ms, "exact": exact}) == expected
