"""``kill -9`` half-way through an import: nobody twice, nobody lost, and the sums are right."""

import csv
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from groundswell.groups.access import SYSTEM
from groundswell.people import left_out, taking_in
from groundswell.people.imports import import_people, open_table
from groundswell.people.left_out import left_out_file
from groundswell.people.models import Import, NameWord, Person
from groundswell.people.taking_in import take_in
from tests import made_up
from tests.people import files

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 600


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()


def begin(tmp_path: Path) -> tuple[Import, Path]:
    organisation = made_up.organisation()
    rows = [[f"a{n}@example.org" if n % 100 else "bad", f"Ada{n} Byron"] for n in range(PEOPLE)]
    path = files.table(tmp_path, ["email", "name"], *rows)
    table = open_table(organisation.id, path, path.name)
    return import_people(SYSTEM, organisation=organisation, table=table), path


def killed(brought: Import, path: Path, die: Callable[[], None], batch: int) -> None:
    """Take in in another process, which dies in its so-manieth batch, when all is written but the sums."""
    connections.close_all()
    if connection.vendor == "postgresql":
        # What is in the pool would be two processes' at once.
        connection.close_pool()
    child = os.fork()
    if child == 0:
        plain, left = left_out.append, [batch]

        def append(*arguments: Any) -> int:
            written = plain(*arguments)
            left[0] -= 1
            if not left[0]:
                die()
                os.kill(os.getpid(), signal.SIGKILL)
            return written

        taking_in.append = append
        taking_in.AT_ONCE = 100
        list(take_in(brought, path))
        os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    brought.refresh_from_db()


def end(brought: Import, path: Path) -> tuple[int, int, int]:
    list(take_in(brought, path))
    brought.refresh_from_db()
    return brought.new, brought.known, brought.left_out


def test_it_goes_on_from_where_it_was(tmp_path: Path) -> None:
    brought, path = begin(tmp_path)
    for batch in (2, 1, 3):
        killed(brought, path, lambda: None, batch)
    assert Person.objects.count() == 297
    assert end(brought, path) == (594, 0, 6)
    assert Person.objects.count() == 594
    assert NameWord.objects.filter(word="byron").count() == 594
    with left_out_file(brought.id).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 7


def test_without_the_sums_in_the_same_transaction_they_are_wrong(tmp_path: Path) -> None:
    """The twin: the rows are committed, and how far it came is not."""
    brought, path = begin(tmp_path)
    killed(brought, path, lambda: connection.connection.commit(), 2)
    assert end(brought, path) != (594, 0, 6)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite syncs its log now and then, and at the end")
def test_a_batch_may_reach_the_disk_later_and_the_end_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought, path = begin(tmp_path)
    seen: list[tuple[str, str]] = []

    def watched(name: str) -> Callable[..., Any]:
        usual = getattr(taking_in, name)

        def asked(*given: Any, **more: Any) -> Any:
            with connection.cursor() as cursor:
                cursor.execute("SHOW synchronous_commit")
                seen.append((name, cursor.fetchone()[0]))
            return usual(*given, **more)

        return asked

    for name in ("append", "record"):
        monkeypatch.setattr(taking_in, name, watched(name))
    list(take_in(brought, path))
    assert set(seen) == {("append", "off"), ("record", "on")}
