"""``./groundswell bench imports``: how long a million made-up people take to be taken in.

An export as Action Network writes it: a name, an address, a postcode, a telephone number of every second, two
tags, and whether they want mail, with a statement of the words they agreed to; one row in a thousand is broken.
On demand a column of notes of several lines, which is not taken in, fills the file up to any size.
The command of the command line does it, in a process of its own, from the file to the last row. ``cpu_seconds``
is what that process needed of a processor, which is less than ``seconds`` where others need them as well.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from measuring.installations import Installation, databases, workplace
from measuring.processes import Processes
from measuring.scene import ORGANISATION

LIMIT_SECONDS = 300.0
HEADER = (
    "uuid,first_name,last_name,email,zip_code,country,can2_phone,can2_user_tags,can2_subscription_status,Employer"
)
BYTES_OF_A_ROW = 120
NOTE = "Spoken to at the door, and again in town.\n"
BROKEN_EVERY = 1000
SOME_LEFT_OUT = 3


def main(arguments: Sequence[str]) -> int:
    """Measure and print. The status is 1 where not every row was taken in or left out, whatever the machine."""
    given = _parser().parse_args(arguments)
    if sys.platform != "linux":
        print("groundswell: bench imports needs Linux.", file=sys.stderr)
        return 2
    people = 3000 if given.quick else given.people
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        installation = Installation(folder / "imports", made.make())
        with processes.helper("measuring.scene", variables=installation.variables()) as scene:
            scene.ask("make")
        lines = max(given.megabytes * 1_000_000 // people - BYTES_OF_A_ROW, 0) // len(NOTE)
        file = _write(folder / "people.csv", people, NOTE * lines)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        told = _import(installation, folder, file)
        seconds = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        megabytes = file.stat().st_size / 1e6
    figures = {
        "rows": people,
        "file_mb": round(megabytes, 1),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "rows_per_second": round(people / seconds),
        "most_memory_mb": round(after.ru_maxrss / 1024),
        "database": "postgresql" if given.database else "sqlite",
    }
    print(json.dumps(figures, indent=2) if given.json else _table(figures, told))
    return 0 if _is_whole(told, people) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./groundswell bench imports", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--database", default="", help="postgresql, or postgresql://…; default: SQLite")
    parser.add_argument("--people", type=int, default=1_000_000, help="how many rows (default: a million)")
    parser.add_argument("--megabytes", type=int, default=0, help="about how large the file is, filled up by notes")
    parser.add_argument("--quick", action="store_true", help="only see that it runs: the figures mean nothing")
    return parser


def _write(path: Path, people: int, note: str) -> Path:
    random = Random(1)
    names = [
        f"{first}{last}" for first in ("Ad", "Be", "Co", "Di", "El", "Fa") for last in ("a", "na", "ri", "lo")
    ]
    with path.open("w") as file:
        file.write(f"{HEADER},Notes\n" if note else f"{HEADER}\n")
        noted = f',"{note}"' if note else ""
        for number in range(people):
            at = "" if number % BROKEN_EVERY == 7 else "@example.org"
            phone = f"07700 9{number % 100_000:05}" if number % 2 else ""
            state = "unsubscribed" if number % 50 == 3 else "subscribed"
            tags = f'"tag {number % 20}, tag {number % 7}"'
            name = f"{random.choice(names)},{random.choice(names)}{number % 9973}"
            file.write(
                f"{number},{name},person{number}{at},M{number % 9 + 1} 1AE,GB,{phone},{tags},{state},Mill{noted}\n"
            )
    return path


def _import(installation: Installation, folder: Path, file: Path) -> str:
    words = folder / "words.txt"
    words.write_text("You may send me news of your campaigns.")
    command = [sys.executable, "-P", "-m", "groundswell.ops.cli", "import", "people", str(file), "--yes"]
    command += ["--organisation", ORGANISATION, "--agreed-wording", str(words)]
    command += ["--agreed-on", "2025-03-01", "--agreed-where", "the old page"]
    environment = {**os.environ, **installation.variables()}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in {0, SOME_LEFT_OUT}:
        raise SystemExit(f"The import failed: {done.stdout}")
    return done.stdout


def _is_whole(told: str, people: int) -> bool:
    broken = len(range(7, people, BROKEN_EVERY))
    return f"{people - broken} new people, 0 rows" in told and f"{broken} rows were left out" in told


def _table(figures: dict[str, object], told: str) -> str:
    lines = [f"{name:<16} {value}" for name, value in figures.items()]
    return "\n".join([told.rstrip(), "", *lines, f"limit            {LIMIT_SECONDS} seconds for a million"])
