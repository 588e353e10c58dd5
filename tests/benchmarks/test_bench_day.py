"""The bench of a day runs, here for a few seconds, so that its figures mean nothing but that all is kept."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

REACHED = {"answers": 15000, "settled": 15000, "failures": 0, "seconds": 600}
REACHED |= {"answer_p95_ms": 299.9, "memory_growth": 1.049}


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[2] / "benchmarks")
    return importlib.import_module("day")


def test_a_day_that_reaches_its_goals_misses_none(day: Any) -> None:
    assert day.missed(REACHED) == set()


@pytest.mark.parametrize(
    ("name", "figure"),
    [("answer_p95_ms", 300.0), ("memory_growth", 1.05), ("failures", 1), ("settled", 14999), ("answers", 14999)],
)
def test_each_goal_that_is_missed_fails_it(day: Any, name: str, figure: float) -> None:
    assert day.missed({**REACHED, name: figure}) == {"settled" if name == "answers" else name}


def test_a_few_seconds_say_nothing_about_speed_and_memory(day: Any) -> None:
    few = {**REACHED, "seconds": 4, "answers": 100, "settled": 100}
    assert day.missed({**few, "answer_p95_ms": 900.0, "memory_growth": 1.5}) == set()
    assert day.missed({**few, "failures": 1}) == {"failures"}


def test_every_answer_is_kept_and_settled() -> None:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "day", "--seconds", "4", "--json"]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr + done.stdout
    printed = json.loads(done.stdout)
    assert printed["answers"] == printed["settled"] == 100
    assert printed["failures"] == 0
    assert printed["answer_p95_ms"] > 0
    assert printed["memory_growth"] > 0
