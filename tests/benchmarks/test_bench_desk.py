"""The bench of the desk runs, here with so few people that its figures mean nothing."""

import json
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.fixture(scope="module")
def printed() -> dict[str, object]:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "desk", "--quick", "--json"]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    # Also where a page took more queries for more people it is 1.
    assert done.returncode == 0, done.stderr + done.stdout
    return dict(json.loads(done.stdout))


def test_every_figure_is_printed_and_is_more_than_nothing(printed: dict[str, object]) -> None:
    for key in ("event_ms", "overview_ms", "search_ms", "list_ms", "march_ms", "growth_1m"):
        figure = printed[key]
        assert isinstance(figure, int | float)
        assert figure > 0


def test_the_database_is_named(printed: dict[str, object]) -> None:
    assert printed["database"] == ("postgresql" if settings.ENVIRONMENT.database else "sqlite")
