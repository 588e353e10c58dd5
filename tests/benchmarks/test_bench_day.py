"""The bench of a day runs, here for a few seconds, so that its figures mean nothing but that all is kept."""

import json
import subprocess
import sys

from django.conf import settings


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
