"""``./groundswell bench union``: how long to count once whoever answered to several organisations.

Four organisations hold an event together, with a hundred thousand people each, whose lists overlap as those of one
movement do. Everybody is marked by the worker's own steps; ``union_ms`` is the median in milliseconds, and
``exact`` whether the figure, before it is rounded, is how many there are.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from statistics import median

from measuring.installations import Installation, databases, workplace
from measuring.processes import Processes

LIMITS = {"union_ms": 2000.0}


def main(arguments: Sequence[str]) -> int:
    """Measure and print. The status is 1 where a limit is missed, or the figure is not how many there are."""
    given = _parser().parse_args(arguments)
    each, rounds = (100, 3) if given.quick else (100_000, 15)
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        installation = Installation(folder / "union", made.make())
        with processes.helper("measuring.lists", variables=installation.variables()) as lists:
            organisations = lists.ask("prepare")
            print(
                f"{organisations} lists of {each:,} people each are made and marked", file=sys.stderr, flush=True
            )
            exist = lists.ask("fill", each)
            lists.ask("settle_down")
            counted = lists.ask("count", rounds)
    figures: dict[str, object] = {
        "union_ms": round(median(counted["union"]), 1),
        "exact": counted["people"] == [exist],
        "people": exist,
        "added": organisations * each,
        "database": "postgresql" if given.database else "sqlite",
    }
    print(json.dumps(figures, indent=2) if given.json else _table(figures))
    return 1 if missed(figures) else 0


def missed(figures: Mapping[str, object]) -> set[str]:
    """The names of the figures that are not as good as they must be."""
    slow = {name for name, limit in LIMITS.items() if float(str(figures[name])) > limit}
    return slow if figures["exact"] else slow | {"exact"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./groundswell bench union", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--database", default="", help="postgresql, or postgresql://…; default: SQLite")
    parser.add_argument("--quick", action="store_true", help="only see that it runs: the figures mean nothing")
    return parser


def _table(figures: Mapping[str, object]) -> str:
    lines = [
        f"{name:<10} {figure}{f'   (limit {LIMITS[name]:g})' if name in LIMITS else ''}"
        for name, figure in figures.items()
    ]
    return "\n".join(lines)
