"""All pages that somebody can open, under every filter that they read, as often as somebody else's answer moves.

Pages and filters are taken from the code: a new one is tried without being named here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import ClassVar

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.guards.addresses import routes

PART = re.compile(r"<(?:\w+:)?(\w+)>")
WRITTEN = re.compile(r'(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "(\w+)"')
READ = re.compile(r'(?:FROM|JOIN) "(\w+)"')
PASSING = re.compile(rb'name="(csrfmiddlewaretoken|token)" value="[^"]*"|question-[0-9a-f-]{36}')
"""What is made anew each time that a page is asked for."""

OF_ONE_MAIL = {
    "secret",
    "token",
    "given",
    "purpose",
    "mail_id",
    "factor_id",
    "fingerprint_asked",
    "digits",
    "name",
}
OF_ELSE = {"mailing_id", "link_id", "number", "picture_id", "logo_id", "template_id", "notice_id", "import_id"}
OF_ELSE |= {"approval_id", "complaint_id", "discussion_id", "meeting_id", "outcome_id", "endorsement_id", "kind"}
OF_ELSE |= {"other_id", "segment_id"}
"""Parts of addresses that one person alone has, that are files, or that lead to what is not about an event."""

WITH_A_KEY = ("/desk/", "/api/")
"""What each sees for themselves; all else is the same for everybody."""

Seen = Mapping[str, tuple[int, bytes]]


class Noting(QueryDict):
    """A query string that notes what a page asks it for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)  # type: ignore[return-value]

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def getlist(self, key: str, default: object = None) -> list[str]:
        """All values of one name."""
        self.asked.add(key)
        return super().getlist(key, default)  # type: ignore[no-any-return, call-overload]


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is done here is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tables_of(queries: CaptureQueriesContext, how: re.Pattern[str]) -> set[str]:
    """The tables that were :data:`READ`, or :data:`WRITTEN`."""
    return {name for query in queries.captured_queries for name in how.findall(query["sql"])}


@dataclass
class Onlooker:
    """Somebody with a browser or a program, and the pages on which what others answer could show."""

    name: str
    client: Client
    has_key: bool = True
    pages: list[str] = field(default_factory=list)
    filtered: list[str] = field(default_factory=list)

    def find(self, paths: Iterable[str], telling: set[str], values: Iterable[str], named: Iterable[str]) -> None:
        """Take of these paths those that they can open, and that ask one of the ``telling`` tables.

        Of each, take every filter that it reads, or that is ``named``, with each of the values; and all at once.
        """
        for path in paths:
            Noting.asked.clear()
            if path.startswith(WITH_A_KEY) != self.has_key or not self._tells(path, telling):
                continue
            self.pages.append(path)
            names = sorted(Noting.asked | (set(named) if path.startswith("/api/") else set()))
            for value in values:
                self.filtered += [f"{path}?{name}={value}" for name in names]
                self.filtered += [f"{path}?{'&'.join(f'{name}={value}' for name in names)}"] if names[1:] else []

    def _tells(self, path: str, telling: set[str]) -> bool:
        with CaptureQueriesContext(connection) as queries:
            answer = self.client.get(path)
        return answer.status_code == 200 and bool(tables_of(queries, READ) & telling)

    def look(self, paths: Iterable[str]) -> Seen:
        """What they see there; what is written down about their looking is undone."""
        with taken_back():
            return {f"{path} as {self.name}": _shown(self.client, path) for path in paths}


def _shown(client: Client, path: str) -> tuple[int, bytes]:
    answer = client.get(path)
    return answer.status_code, PASSING.sub(b"", answer.getvalue())


def all_paths(known: Mapping[str, Iterable[str]]) -> list[str]:
    """Every address, with everything in its place that is ``known`` for the parts of addresses of this name."""
    return sorted({path for route in routes() for path in _filled(route, known)})


def _filled(route: str, known: Mapping[str, Iterable[str]]) -> Iterator[str]:
    names = PART.findall(route)
    if (OF_ONE_MAIL | OF_ELSE).intersection(names):
        return
    for values in product(*(known[name] for name in names)):
        given = iter(values)
        yield "/" + PART.sub(lambda _: next(given), route)  # noqa: B023


@contextmanager
def noting() -> Iterator[None]:
    """Let pages' query strings note what they are asked for."""

    def get(request: WSGIRequest) -> Noting:
        if "noting" not in request.__dict__:
            request.__dict__["noting"] = Noting(request.META["QUERY_STRING"])
        return request.__dict__["noting"]  # type: ignore[no-any-return]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIRequest, "GET", property(get))
        yield


def differing(one: Seen, other: Seen) -> list[str]:
    """Where the two do not look the same."""
    return sorted(path for path in one if one[path] != other[path])
