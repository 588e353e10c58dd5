"""The bench of segments runs, here with so few people that its figures mean nothing."""

import json
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.fixture(scope="module")
def printed() -> dict[str, object]:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "segments", "--quick", "--json"]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "20,000 of 20,000 people are there" in done.stderr
    return dict(json.loads(done.stdout))


def test_every_figure_is_printed_and_is_more_than_nothing(printed: dict[str, object]) -> None:
    for key in ("count_ms", "first_1000_ms", "growth_10m"):
        figure = printed[key]
        assert isinstance(figure, int | float)
        assert figure > 0


def test_some_people_are_meant_and_of_ten_times_as_many_about_ten_times_as_many(
    printed: dict[str, object],
) -> None:
    few, many = printed["people"], printed["people_10m"]
    assert isinstance(few, int)
    assert isinstance(many, int)
    assert 2_000 / 50 < few < 2_000 / 5
    assert 7 < many / few < 13


def test_the_database_is_named(printed: dict[str, object]) -> None:
    assert printed["database"] == ("postgresql" if settings.ENVIRONMENT.database else "sqlite")
