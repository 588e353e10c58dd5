"""The bench of imports runs, here with so few people that its figures mean nothing."""

import json
import subprocess
import sys

from django.conf import settings


def test_every_row_is_taken_in_or_left_out() -> None:
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "bench", "imports", "--quick", "--json"]
    if settings.ENVIRONMENT.database:
        command += ["--database", settings.ENVIRONMENT.database]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr + done.stdout
    printed = json.loads(done.stdout)
    assert printed["rows"] == 3000
    assert printed["seconds"] > 0
    assert printed["database"] == ("postgresql" if settings.ENVIRONMENT.database else "sqlite")
