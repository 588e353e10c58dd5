"""The bench of restoring runs, here with so few people that its figures mean nothing."""

import json
import subprocess
import sys

from django.conf import settings


def test_everybody_is_back_and_every_table_is_as_it_was() -> None:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "restore", "--people", "300", "--json"]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["database"] == ("postgresql" if settings.ENVIRONMENT.database else "sqlite")
    assert figures["people"] == 300
    assert figures["rows"] > 900
    assert figures["checksums_equal"] is True
    assert figures["restore_s"] > 0
    assert figures["backup_s"] > 0
