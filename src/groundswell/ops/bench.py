"""``./groundswell bench NAME``: runs ``benchmarks/NAME.py``, whose ``main`` takes the remaining arguments."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


def bench(arguments: Sequence[str]) -> int:
    """Run one benchmark and return its exit status; without a name that exists, list them."""
    names = sorted(path.stem for path in BENCHMARKS.glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        print(f"Usage: ./groundswell bench NAME [--json], with NAME one of: {', '.join(names)}", file=sys.stderr)
        return 2
    # What lies beside it can be imported by it.
    sys.path.insert(0, str(BENCHMARKS))
    module = importlib.import_module(arguments[0])
    return int(module.main(list(arguments[1:])) or 0)
