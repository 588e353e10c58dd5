"""Every verb that the code writes into the ledger, read from the sources: whoever adds one need not list it."""

import ast
from collections.abc import Iterator

from tests.guards.house import modules, tree

RECORDERS = {"record", "record_read", "record_notice"}


def verbs() -> set[str]:
    """All of them.

    A verb is what is given to the ledger as such, or to a function that hands it on by the name of ``verb``.
    """
    found: set[str] = set()
    for path in modules():
        parsed = tree(path)
        handers = dict(_handing_on(parsed))
        for call in (node for node in ast.walk(parsed) if isinstance(node, ast.Call)):
            found |= set(_given(call, handers))
    return found


def _handing_on(parsed: ast.Module) -> Iterator[tuple[str, int]]:
    """The functions of a module that take a verb for the ledger, and as their which argument."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.FunctionDef) and _records(node):
            names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
            if "verb" in names:
                yield node.name, names.index("verb") - (names[0] == "self")


def _records(node: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "verb" for each in ast.walk(node))


def _given(call: ast.Call, handers: dict[str, int]) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    values = [each.value for each in call.keywords if each.arg == "verb"]
    if name in handers:
        values += call.args[handers[name] : handers[name] + 1]
    if name in RECORDERS or name in handers:
        for value in values:
            yield from _constants(value)


def _constants(value: ast.expr) -> Iterator[str]:
    for each in ast.walk(value):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and "." in each.value:
            yield each.value
