"""The house as it stands on disk."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "groundswell"

NOUNS = (
    *("kit", "intake", "ledger", "outbox", "groups", "people", "events", "blocs", "endorsements", "attendances"),
    "discussions",
    "mailings",
)
"""From the lowest to the highest: whoever stands further right may know those on the left."""

DOORS = ("web", "api", "ops")


def modules(*parts: str) -> Iterator[Path]:
    """Every module of these parts of the house, without migrations; of the whole house if none is named."""
    for part in parts or (".",):
        for path in sorted((SOURCE / part).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def tree(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text(), filename=str(path))


def part_of(path: Path) -> str:
    """The part of the house that a file belongs to."""
    return path.relative_to(SOURCE).parts[0]
