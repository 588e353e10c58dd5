"""``./groundswell bench restore``: how long it takes until a large installation is back from its encrypted backup.

An installation with so many people, each with an attendance and a consent, is backed up and restored to a new
folder (and on PostgreSQL a new database) by the commands that an administrator types; every table is compared.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measuring.installations import Installation, databases, workplace
from measuring.processes import Processes

from groundswell.config.environment import Environment
from groundswell.ops.restore import content_of
from groundswell.ops.tables import Tables

PEOPLE = 100_000
GOAL_S = 600


def main(arguments: Sequence[str]) -> int:
    """Measure and print. The status is 0 also where the goal is missed: a busy machine misses it by itself."""
    given = _parser().parse_args(arguments)
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        first = Installation(folder / "first", made.make())
        with processes.helper("measuring.scene", variables=first.variables()) as scene:
            scene.ask("make")
            scene.ask("fill", given.people, True)
        figures = _measure(folder, first, Installation(folder / "second", made.make()))
    figures["database"] = "postgresql" if given.database else "sqlite"
    print(json.dumps(figures, indent=2) if given.json else _table(figures))
    return 0


def _measure(folder: Path, first: Installation, second: Installation) -> dict[str, Any]:
    key, file = folder / "key", folder / "backup"
    _run("new-key", str(key))
    before = _content(first)
    backup_s = _run("backup", str(file), "--key-file", str(key), *_named(first))
    restore_s = _run("restore", str(file), "--key-file", str(key), *_named(second))
    return {
        "people": before.people,
        "rows": before.rows,
        "backup_s": round(backup_s, 1),
        "restore_s": round(restore_s, 1),
        "file_mb": round(file.stat().st_size / 1e6, 1),
        "checksums_equal": _content(second) == before,
    }


def _content(installation: Installation) -> Tables:
    return content_of(Environment(data=installation.data, database=installation.database))


def _named(installation: Installation) -> list[str]:
    database = ["--database", installation.database] if installation.database else []
    return ["--data", str(installation.data), *database]


def _run(command: str, *arguments: str) -> float:
    """Run one command; returns how many seconds it took."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-P", "-m", "groundswell.ops.cli", command, *arguments], check=True, stdout=sys.stderr
    )
    return time.monotonic() - began


def _table(figures: dict[str, Any]) -> str:
    mark = " " if figures["restore_s"] < GOAL_S and figures["checksums_equal"] else "✗"
    lines = [f"  {key:<16} {value}" for key, value in figures.items()]
    return "\n".join([*lines, f"{mark} goal: back in less than {GOAL_S} seconds, every table as it was"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./groundswell bench restore", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument(
        "--people", type=int, default=PEOPLE, help=f"how many people there are (default: {PEOPLE:,})"
    )
    parser.add_argument(
        "--database",
        default="",
        help="postgresql (starts one) or postgresql://… (databases made there, and dropped); default: SQLite",
    )
    return parser
