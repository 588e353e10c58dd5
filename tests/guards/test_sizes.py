"""Section 4 of the design: past 60 lines a function, past 500 a file, there is usually a second thing in it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.house import ROOT, tree

LONGEST_FUNCTION = 60
LONGEST_FILE = 500

PLACES = ("src", "tests", "e2e")
KINDS = {".py", ".html", ".css", ".js"}


def files() -> list[Path]:
    """Everything that somebody wrote."""
    found = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.suffix in KINDS]
    return [path for path in found if "migrations" not in path.parts]


def long_functions(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions that are too long, with their lengths; their decorators and docstrings count."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            lines = (node.end_lineno or first) - first + 1
            if lines > LONGEST_FUNCTION:
                yield node.name, lines


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}": lines
        for path in files()
        if path.suffix == ".py"
        for name, lines in long_functions(tree(path))
    }
    assert found == {}


def test_the_twin_finds_a_long_function() -> None:
    body = "\n".join(f"    step_{number}()" for number in range(LONGEST_FUNCTION))
    assert list(long_functions(ast.parse(f"def walk():\n{body}"))) == [("walk", LONGEST_FUNCTION + 1)]
