"""The bench of mail runs, here with so few copies that its figures mean nothing."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]


def test_every_figure_is_printed_and_is_more_than_nothing() -> None:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "mail", "--quick", "--json"]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr + done.stdout
    printed = json.loads(done.stdout)
    assert printed.pop("database") == ("postgresql" if settings.ENVIRONMENT.database else "sqlite")
    named = {"vs_django_one_connection", "vs_limit", "per_second", "per_second_20ms_8", "per_second_20ms_64"}
    assert {*named, "dkim_vs_openssl"} <= printed.keys()
    assert all(figure > 0 for figure in printed.values())
    assert 7_000 < printed["bytes"] < 9_000
