"""``./groundswell bench desk``: how long the desk takes for its heaviest pages, with few people and with many.

An event with 100,000 attendances and then with a million, in an organisation of 1,000 events: the event's page,
the overview, the list of events, looking for somebody by the beginning of a word of their name, and the order of
march with 200 blocs. A figure is the median of the
server's own time in milliseconds, without the network; ``growth_1m`` is the most that any of them grew by. Each
page takes the same number of queries both times, or the run fails.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from statistics import median

from measuring.installations import Installation, databases, workplace
from measuring.processes import Helper, Processes

PAGES = ("event", "overview", "search", "list", "march")
BLOCS = 200
LIMIT_MS, LIMIT_GROWTH = 100.0, 1.5

Sitting = dict[str, list[float]]


def main(arguments: Sequence[str]) -> int:
    """Measure and print. The status is 1 where a page takes more queries for more people, whatever the machine."""
    given = _parser().parse_args(arguments)
    if sys.platform != "linux":
        print("groundswell: bench desk needs Linux.", file=sys.stderr)
        return 2
    people, events, rounds = ((20, 40), 5, 3) if given.quick else ((100_000, 1_000_000), 1000, 30)
    blocs = 3 if given.quick else BLOCS
    with workplace() as folder, databases(given.database) as made, Processes(folder) as processes:
        installation = Installation(folder / "desk", made.make())
        with processes.helper("measuring.scene", variables=installation.variables()) as scene:
            few, many = _sit(scene, people, events, blocs, rounds)
    figures = _figures(few, many)
    figures["database"] = "postgresql" if given.database else "sqlite"
    print(json.dumps(figures, indent=2) if given.json else _table(figures))
    return 0 if _queries(few) == _queries(many) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./groundswell bench desk", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--database", default="", help="postgresql, or postgresql://…; default: SQLite")
    parser.add_argument("--quick", action="store_true", help="only see that it runs: the figures mean nothing")
    return parser


def _sit(scene: Helper, people: Sequence[int], events: int, blocs: int, rounds: int) -> list[Sitting]:
    scene.ask("make")
    scene.ask("announce_many", events)
    scene.ask("call_blocs", blocs)
    sittings = []
    for number in people:
        scene.ask("fill", number, False, True)
        sittings.append(scene.ask("sit", rounds))
    return sittings


def _figures(few: Sitting, many: Sitting) -> dict[str, object]:
    figures: dict[str, object] = {f"{page}_ms": round(median(few[page]), 1) for page in PAGES}
    figures |= {f"{page}_ms_1m": round(median(many[page]), 1) for page in PAGES}
    figures["growth_1m"] = round(max(median(many[page]) / median(few[page]) for page in PAGES), 2)
    return figures | {"queries": _queries(few)}


def _queries(sitting: Sitting) -> dict[str, int]:
    return {page: int(sitting[f"{page}_queries"][0]) for page in PAGES}


def _table(figures: dict[str, object]) -> str:
    lines = [f"{name:<18} {value}" for name, value in figures.items()]
    return "\n".join([*lines, f"limits             {LIMIT_MS} ms at 100,000, growth {LIMIT_GROWTH}"])
