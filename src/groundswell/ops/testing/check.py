"""``./groundswell check``: format, lint, types, import contracts, migrations in step; fast, no database."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groundswell.config.environment import NAMES, variable

ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Step:
    """One tool, and what it looks after."""

    name: str
    command: tuple[str, ...]


def steps() -> list[Step]:
    python = (sys.executable, "-P")
    return [
        Step("format", (*python, "-m", "ruff", "format", "--check", ".")),
        Step("templates", (str(Path(sys.executable).with_name("djade")), *DJADE, *_templates())),
        Step("lint", (*python, "-m", "ruff", "check", ".")),
        Step("imports", (*python, "-c", "from importlinter.cli import lint_imports_command as lint; lint()")),
        Step("migrations", (*python, "-m", "django", "makemigrations", "--check", "--dry-run")),
        Step("messages", (*python, "-c", "from groundswell.ops.messages import check; raise SystemExit(check())")),
        Step("settings", (*python, "-m", "django", "check")),
        Step("types", (*python, "-m", "mypy")),
    ]


DJADE = ("--check", "--target-version", "6.1")


def check(arguments: Sequence[str] = ()) -> int:
    """Run every step, print what failed; return 1 if any did."""
    with tempfile.TemporaryDirectory(prefix="groundswell-check-") as folder:
        failed = [step.name for step in steps() if not _passes(step, _variables(folder))]
    print(f"check: {', '.join(failed)} failed" if failed else "check: all well", flush=True)
    return 1 if failed else 0


def _passes(step: Step, variables: dict[str, str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    well = done.returncode == 0
    print(f"  {step.name:<11} {'ok' if well else 'FAILED'}  {time.monotonic() - began:.1f} s", flush=True)
    if not well:
        print(done.stdout, flush=True)
    return well


def _variables(folder: str) -> dict[str, str]:
    ours = {variable(name) for name in NAMES}
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        "DJANGO_SETTINGS_MODULE": "groundswell.config.settings",
        # Adds the checks that migrations are linear.
        "GROUNDSWELL_DEVELOPMENT": "on",
        variable("data"): folder,
    }


def _templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("src/**/templates/**/*.html"))
