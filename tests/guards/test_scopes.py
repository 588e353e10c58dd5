"""Who asks the database for all organisations at once, and where; and that each door asks for nobody at first."""

import ast
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse

from groundswell.config import settings
from groundswell.kit.scope import confine, told, within
from groundswell.ops.requests import for_nobody_yet
from tests import made_up
from tests.guards.house import SOURCE, modules, tree

ONE = UUID(int=1)

EVERYWHERE = {
    "attendances/coaches.py": ["_taken_as_shown"],
    "events/dropping.py": ["_something_hangs_on"],
    "events/questions.py": ["set_questions"],
    "mailings/hands.py": ["main"],
    "ops/manage.py": ["manage"],
    "ops/prepare.py": ["prepare", "migrate"],
    "ops/restore.py": ["_bring_up_to_date"],
    "ops/worker.py": ["take"],
}
"""The functions that ask for all: each gives its reason there."""

CONFINED = {
    "api/tokens.py": ["authenticate"],
    "web/desk/pages.py": ["signed_in"],
    "web/me/come.py": ["come"],
    "web/me/opening.py": ["open_link"],
    "web/public/link.py": ["link"],
}
"""The doors that say for whom, each where it has just found out whom it lets in."""


def callers_of(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in modules():
        if path.name != "scope.py":
            for function in calling(tree(path), name):
                found.setdefault(str(path.relative_to(SOURCE)), []).append(function)
    return found


def calling(module: ast.Module, name: str) -> Iterator[str]:
    """The functions in which another one is called, the innermost of each."""
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            around = [one for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0)]
            yield max(around, key=lambda one: one.lineno).name


def test_all_who_ask_for_every_organisation_are_known() -> None:
    assert callers_of("everywhere") == EVERYWHERE


def test_all_doors_that_say_for_whom_are_known() -> None:
    assert callers_of("confine") == CONFINED


def test_one_more_would_be_found() -> None:
    """The twin."""
    module = ast.parse("def outer():\n    def inner():\n        with everywhere('x'):\n            pass\n")
    assert list(calling(module, "everywhere")) == ["inner"]


def test_a_request_begins_and_ends_with_nobody() -> None:
    seen = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(told())
        confine([ONE])
        seen.append(told())
        return HttpResponse()

    with within():
        for_nobody_yet(view)(HttpRequest())
        seen.append(told())
    assert seen == ["", f"{{{ONE.hex}}}", "{}"]


def test_that_middleware_is_around_every_door() -> None:
    assert settings.MIDDLEWARE[1] == "groundswell.ops.requests.for_nobody_yet"


@pytest.mark.django_db
def test_with_a_door_that_forgets_to_say_it_nobody_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of every test of a page: where the desk says nothing, PostgreSQL shows no answers."""
    from django.db import connection

    group = made_up.root(made_up.organisation())
    event = made_up.event(group)
    made_up.confirmed(event, name="Ada Unusual")
    page = f"/desk/events/{event.id}"
    browser = made_up.browser(made_up.account(group, email="olu@example.org"))
    assert "Ada Unusual" in browser.get(page).content.decode()
    monkeypatch.setattr("groundswell.web.desk.pages.confine", lambda organisations: None)
    shown = "Ada Unusual" in browser.get(page).content.decode()
    assert shown == (connection.vendor == "sqlite")
