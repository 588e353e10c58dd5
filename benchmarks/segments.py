"""``./groundswell bench segments``: how long to count whom an organiser means, and to list the first of them.

"Within 25 miles of here, agreed to mail, not yet answered this event, not contacted for 7 days", where here is the
middle of London, the place with the most people around it: among a million people all over Great Britain, of whom
40,000 have answered, and then among ten million, of whom 400,000 have. A figure is the median in milliseconds;
``growth_10m`` is the most that either grew by.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from statistics import median

from measuring.installations import Installation, databases, workplace
from measuring.processes import Helper, Processes

LIMITS = {"count_ms": 200.0, "first_1000_ms": 50.0, "growth_10m": 12.0}
AT_ONCE = 250_000

Chosen = dict[str, list[float]]


def main(arguments: Sequence[str]) -> int:
    """Measure and print. The status is 0 also where a limit is missed: a busy machine misses it by itself."""
    given = _parser().parse_args(arguments)
    people, rounds = ((2_000, 20_000), 3) if given.quick else ((1_000_000, 10_000_000), 15)
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        installation = Installation(folder / "segments", made.make())
        with processes.helper("measuring.audience", variables=installation.variables()) as audience:
            audience.ask("prepare")
            few, many = _choose(audience, people, rounds)
    figures = _figures(few, many)
    figures["database"] = "postgresql" if given.database else "sqlite"
    print(json.dumps(figures, indent=2) if given.json else _table(figures))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./groundswell bench segments", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--database", default="", help="postgresql, or postgresql://…; default: SQLite")
    parser.add_argument("--quick", action="store_true", help="only see that it runs: the figures mean nothing")
    return parser


def _choose(audience: Helper, people: Sequence[int], rounds: int) -> list[Chosen]:
    there, chosen = 0, []
    for number in people:
        began = time.monotonic()
        while there < number:
            there = audience.ask("fill", there, min(there + AT_ONCE, number))
            _say(f"{there:,} of {number:,} people are there after {time.monotonic() - began:.0f} s")
        _say(f"{there:,} people are asked for")
        audience.ask("settle_down")
        chosen.append(audience.ask("choose", rounds))
    return chosen


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _figures(few: Chosen, many: Chosen) -> dict[str, object]:
    grown = max(median(many[what]) / median(few[what]) for what in ("count", "first"))
    return {
        "count_ms": round(median(few["count"]), 1),
        "first_1000_ms": round(median(few["first"]), 1),
        "growth_10m": round(grown, 2),
        "count_ms_10m": round(median(many["count"]), 1),
        "first_1000_ms_10m": round(median(many["first"]), 1),
        "people": int(few["people"][0]),
        "people_10m": int(many["people"][0]),
    }


def _table(figures: dict[str, object]) -> str:
    lines = [
        f"{name:<18} {figure}{f'   (limit {LIMITS[name]:g})' if name in LIMITS else ''}"
        for name, figure in figures.items()
    ]
    return "\n".join(lines)
