"""The bench runs, here with so little of everything that its figures mean nothing."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

KEYS = {
    "page_vs_bare",
    "page_vs_django",
    "attend_vs_limit",
    "attend_vs_django",
    "attend_while_touched",
    "front_under_slow",
    "attend_p99_ms",
    "settle_per_second",
    "settle_per_second_1m",
    "desk_write_p99_ms",
}


SETTLING = {"settle_per_second", "settle_per_second_1m", "desk_write_p99_ms"}
"""What is measured of an event only."""


def bench(*options: str) -> dict[str, object]:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "front", "--quick", "--json", *options]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def printed() -> dict[str, object]:
    return bench()


def test_every_figure_is_printed_and_is_more_than_nothing(printed: dict[str, object]) -> None:
    figures = {key: printed[key] for key in KEYS}
    assert all(isinstance(figure, int | float) and figure > 0 for figure in figures.values()), figures


def test_the_database_is_named_and_every_answer_was_the_right_one(printed: dict[str, object]) -> None:
    assert printed["database"] == ("postgresql" if settings.ENVIRONMENT.database else "sqlite")
    assert printed["failures"] == {}


def test_the_page_of_a_bloc_is_measured_alike() -> None:
    of_bloc = bench("--bloc")
    figures = {key: of_bloc[key] for key in KEYS - SETTLING}
    assert all(isinstance(figure, int | float) and figure > 0 for figure in figures.values()), figures
    assert (of_bloc["page"], of_bloc["failures"]) == ("bloc", {})
