"""Section 4 of the design: imports point down. The contracts are in pyproject.toml; here each is shown to bite."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.house import NOUNS, ROOT, SOURCE, modules, part_of, tree

UPWARDS = {
    "a noun and a higher one": ("events/queries.py", "groundswell.attendances.queries", "Imports point down"),
    "kit and a noun": ("kit/text.py", "groundswell.groups.errors", "Imports point down"),
    "a noun and a door": ("groups/queries.py", "groundswell.web.errors", "Imports point down"),
    "two doors": ("api/shown.py", "groundswell.web.errors", "Imports point down"),
    "front and a noun": ("front/kept.py", "groundswell.people.queries", "The hot path knows no noun"),
    "front and the ledger": ("front/kept.py", "groundswell.ledger.queries", "The hot path knows no noun"),
    "front and the settings": ("front/kept.py", "groundswell.config.environment", "The hot path knows no noun"),
    "a noun and front": ("outbox/mail.py", "groundswell.front.handover", "No noun knows the hot path"),
    "a noun and the settings": (
        "people/queries.py",
        "groundswell.config.environment",
        "No noun knows the hot path",
    ),
    "the pages and a model": ("web/desk/event.py", "groundswell.events.models", "Doors call operations"),
    "the API and a model": ("api/shown.py", "groundswell.people.models", "Doors call operations"),
    "the command line and a model": ("ops/backup.py", "groundswell.groups.models", "Doors call operations"),
    "the supervisor and Django": ("ops/claims.py", "django.db", "The supervisor is small"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which one may build wrongly."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    shutil.copytree(SOURCE, copy / "groundswell", ignore=shutil.ignore_patterns("__pycache__", "*.csv"))
    return copy


def broken(house: Path) -> list[str]:
    """The contracts that do not hold there."""
    lint = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", lint, "--config", "pyproject.toml", "--cache-dir", ".cache"],
        cwd=house,
        capture_output=True,
        text=True,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return [line for line in done.stdout.replace(" \n", " ").splitlines() if "BROKEN" in line]


def test_the_contracts_hold(house: Path) -> None:
    assert broken(house) == []


@pytest.mark.parametrize("what", UPWARDS)
def test_an_import_that_must_not_be_breaks_its_contract(house: Path, what: str) -> None:
    file, target, contract = UPWARDS[what]
    module = house / "groundswell" / file
    as_it_is = module.read_text()
    try:
        module.write_text(f"{as_it_is}\nimport {target}\n")
        found = broken(house)
    finally:
        module.write_text(as_it_is)
    assert any(line.startswith(contract) for line in found), found


def imported(path: Path) -> Iterator[str]:
    """Every module of ours that a module names, for types only or anywhere in a function as well."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_nouns_name_no_higher_one_even_for_types() -> None:
    """The contracts leave out what is imported for types only, so that doors may name models there."""
    for path in modules(*NOUNS):
        allowed = {*NOUNS[: NOUNS.index(part_of(path)) + 1], "__version__"}
        for module in imported(path):
            house, part, *_ = [*module.split("."), ""]
            assert house != "groundswell" or part in allowed, f"{path} imports {module}"
