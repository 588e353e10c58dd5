"""No list of rows is cut where nobody can go on to the rest, unless it stands here why that is enough.

Pages are not meant: who reads one row more than is shown knows that there are more, and leads on. The cuts are
found in the text of the modules that read, so that a new one cannot be forgotten.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.house import NOUNS, SOURCE, tree

OF_ROWS = {"all", "annotate", "distinct", "exclude", "filter", "order_by", "prefetch_related", "reverse"}
OF_ROWS |= {"select_related", "union", "values", "values_list"}
"""What is asked of rows and answers with rows."""

CHOICES = "the choices of a form, the first of them"
NEXT_ONES = "the next ones; the list of all is one press away"
ASKED = "what waits for somebody; once it is answered the next one comes"
ONE_MORE = "the caller asks for one more than it shows"
COUNTED = "some are named, and the others counted, with the way to all"
CUT = {
    "attendances/queries: with_unconfirmed": COUNTED,
    "attendances/queries: _measured": NEXT_ONES,
    "blocs/queries: asked_in": ASKED,
    "blocs/queries: calls_waiting": ASKED,
    "blocs/queries: first_in": ONE_MORE,
    "discussions/queries: calls_waiting": ASKED,
    "events/queries: _places": "what is near, of the 20,000 next",
    "events/queries: listed": "a file, whose size has a limit",
    "events/queries: shown_of_series": ONE_MORE,
    "events/queries: sisters_of": "courses beside each other in a chart, of which more could not be told apart",
    "events/queries: upcoming": ONE_MORE,
    "mailings/queries: with_copies": "the latest of which there are copies, which are kept for a while only",
    "people/queries: tags_of": "the choices of a form, the first 2,000",
    "web/desk/bloc_edit: _events": CHOICES,
    "web/desk/blocs_ahead: blocs_ahead": NEXT_ONES,
    "web/desk/discussion_hold: _form": CHOICES,
    "web/desk/event_assign: _page": "the first whom nobody has; the next come once these are assigned",
    "web/desk/mailings: _form": CHOICES,
    "web/desk/merge: _side": "enough to tell two people apart; each one's page has the rest",
    "web/desk/segments: _to_choose_from": CHOICES,
    "web/desk/settings: _events_of": CHOICES,
    "web/desk/waits: _drafts": COUNTED,
    "web/desk/waits: waits": NEXT_ONES,
    "web/public/facts: _blocs": ONE_MORE,
    "web/public/near: _page": ONE_MORE,
}
"""Where rows are cut off, and why whoever reads them misses nothing."""


def reading() -> Iterator[Path]:
    """The modules that read rows for somebody: those of the nouns, and the pages."""
    for name in ("queries.py", "access.py"):
        yield from sorted(SOURCE.glob(f"*/{name}"))
    yield from sorted((SOURCE / "web").rglob("*.py"))


def cuts_in(module: ast.Module) -> Iterator[str]:
    """The functions that read only the first so many rows of a list, and do not look whether there are more."""
    known = _imported(module) | _lazy(module)
    for function in module.body:
        if isinstance(function, ast.FunctionDef):
            names = _names_of_rows(function, known)
            if any(_cuts(node, known, names) for node in ast.walk(function)):
                yield function.name


def _imported(module: ast.Module) -> set[str]:
    """What a module takes from the nouns."""
    nouns = tuple(f"groundswell.{noun}." for noun in NOUNS if noun != "kit")
    froms = [node for node in module.body if isinstance(node, ast.ImportFrom)]
    taken = [node for node in froms if f"{node.module}.".startswith(nouns)]
    return {alias.asname or alias.name for node in taken for alias in node.names}


def _lazy(module: ast.Module) -> set[str]:
    """The functions of a module that hand on rows which are not read yet."""
    return {
        node.name
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.returns and "QuerySet" in ast.unparse(node.returns)
    }


def _names_of_rows(function: ast.FunctionDef, known: set[str]) -> set[str]:
    """What rows are called in a function."""
    names = {arg.arg for arg in function.args.args if arg.annotation and "QuerySet" in ast.unparse(arg.annotation)}
    while True:
        more = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and _are_rows(node.value, known, names)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if more <= names:
            return names
        names |= more


def _are_rows(value: ast.expr, known: set[str], names: set[str]) -> bool:
    match value:
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Attribute(attr=asked, value=inner)):
            return asked in OF_ROWS or _are_rows(inner, known, names)
        case ast.Call(func=ast.Name(id="list" | "sorted"), args=[inner, *_]):
            return _are_rows(inner, known, names)
        case ast.Call(func=ast.Name(id=name)):
            return name in known
        case ast.IfExp(body=one, orelse=other):
            return _are_rows(one, known, names) or _are_rows(other, known, names)
    return False


def _cuts(node: ast.AST, known: set[str], names: set[str]) -> bool:
    match node:
        case ast.Subscript(value=value, slice=ast.Slice(upper=ast.expr() as upper)):
            return _are_rows(value, known, names) and not _is_enough(upper)
    return False


def _is_enough(upper: ast.expr) -> bool:
    """Whether only one row is wanted, or one more than is shown, which tells that there are more."""
    match upper:
        case ast.Constant(value=1) | ast.BinOp(op=ast.Add(), right=ast.Constant(value=1)):
            return True
    return False


def test_no_list_is_cut_without_a_way_on() -> None:
    found = {
        f"{path.relative_to(SOURCE).with_suffix('')}: {name}" for path in reading() for name in cuts_in(tree(path))
    }
    assert found == CUT.keys()


TWINS = {
    "named": "rows = Meeting.objects.filter(discussion=it)\n    return list(rows.order_by('id')[:200])",
    "by the caller": "return list(Meeting.objects.order_by('id')[:limit])",
    "of another module": "return [one.title for one in meetings_of(it)[:MOST]]",
    "chosen": "return (meetings_of(it) if it else Meeting.objects.all())[: 2 * MOST]",
    "read": "rows = list(meetings_of(it))\n    return rows[:50]",
}
ENOUGH = {
    "one more": "rows = list(meetings_of(it)[: AT_ONCE + 1])\n    return rows[:AT_ONCE]",
    "one": "return Meeting.objects.order_by('-id').values('id')[:1]",
    "a text": "return it.title[:30]",
}


def test_the_twin_finds_every_cut_and_leaves_pages_and_texts_alone() -> None:
    heading = "from groundswell.discussions.queries import meetings_of\n"
    bodies = {name: f"{heading}def read(it, limit):\n    {body}" for name, body in (TWINS | ENOUGH).items()}
    assert {name for name, text in bodies.items() if [*cuts_in(ast.parse(text))]} == TWINS.keys()
