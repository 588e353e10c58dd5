"""Writing actions down: acknowledged only after they are on disk, many to one commit."""

import asyncio
import os
import threading
from collections.abc import Sequence
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from groundswell.intake import journal as module
from groundswell.intake.journal import LARGEST_COMMIT, Journal, NotKept, close_journal
from groundswell.intake.kinds import Action
from groundswell.intake.models import Entry
from groundswell.intake.stores import BadEntry
from tests.intake.conftest import ONE, TWO, action


class Notebook:
    """A store in memory that can be told to misbehave."""

    def __init__(self) -> None:
        self.commits: list[list[tuple[int, bytes]]] = []
        self.fails: Exception | None = None
        self.hold = threading.Event()
        self.hold.set()
        self.entered = threading.Event()
        self.opened = 0
        self.closed = 0
        self.close_fails = False

    def open(self) -> "Notebook":
        self.opened += 1
        return self

    def append(self, writer: UUID, numbered: Sequence[tuple[int, Action]]) -> None:
        self.entered.set()
        assert self.hold.wait(5)
        if self.fails:
            raise self.fails
        if any(one.payload == b"poison" for _, one in numbered):
            raise BadEntry
        self.commits.append([(number, one.payload) for number, one in numbered])

    def close(self) -> None:
        self.closed += 1
        if self.close_fails:
            raise OSError("already gone")

    @property
    def payloads(self) -> list[bytes]:
        return [payload for commit in self.commits for _, payload in commit]


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def test_an_action_is_written_before_it_is_acknowledged(notebook: Notebook) -> None:
    journal = Journal(notebook.open)
    notebook.hold.clear()
    told: list[BaseException | None] = []
    journal.submit(action(), told.append)
    assert notebook.entered.wait(5)
    assert told == []
    notebook.hold.set()
    journal.close()
    assert told == [None]
    assert notebook.payloads == [b"x"]
    assert notebook.closed == 1


def test_what_comes_while_one_is_written_shares_the_next_commit(notebook: Notebook) -> None:
    journal = Journal(notebook.open)
    notebook.hold.clear()
    journal.submit(action(b"first"), lambda _: None)
    assert notebook.entered.wait(5)
    for number in range(10):
        journal.submit(action(b"%d" % number), lambda _: None)
    notebook.hold.set()
    journal.close()
    assert [len(commit) for commit in notebook.commits] == [1, 10]
    assert [number for commit in notebook.commits for number, _ in commit] == list(range(1, 12))
    assert notebook.payloads == [b"first", *(b"%d" % number for number in range(10))]


def test_a_commit_has_an_end(notebook: Notebook) -> None:
    journal = Journal(notebook.open)
    notebook.hold.clear()
    journal.submit(action(), lambda _: None)
    assert notebook.entered.wait(5)
    for _ in range(LARGEST_COMMIT + 1):
        journal.submit(action(), lambda _: None)
    notebook.hold.set()
    journal.close()
    assert [len(commit) for commit in notebook.commits] == [1, LARGEST_COMMIT, 1]


def test_one_poisoned_entry_does_not_fail_its_neighbours(notebook: Notebook) -> None:
    journal = Journal(notebook.open)
    notebook.hold.clear()
    told: dict[bytes, BaseException | None] = {}
    for payload in (b"zero", b"one", b"poison", b"two"):
        journal.submit(action(payload), lambda error, payload=payload: told.update({payload: error}))
    notebook.hold.set()
    journal.close()
    assert isinstance(told.pop(b"poison"), NotKept)
    assert told == {b"zero": None, b"one": None, b"two": None}
    assert sorted(notebook.payloads) == [b"one", b"two", b"zero"]
    numbers = [number for commit in notebook.commits for number, _ in commit]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)


def test_what_could_not_be_written_is_said_and_the_next_is_tried_on_a_fresh_store(notebook: Notebook) -> None:
    journal = Journal(notebook.open)
    notebook.fails, notebook.close_fails = OSError("no space left: ada@example.org"), True
    with pytest.raises(NotKept):
        journal.append(action(b"lost"))
    notebook.fails = None
    journal.append(action(b"kept"))
    journal.close()
    assert notebook.payloads == [b"kept"]
    assert (notebook.opened, notebook.closed) == (2, 2)
    # Whether the first one reached the disk is not known, so its number is not used again.
    assert notebook.commits[0][0][0] == 2


def test_who_asked_and_is_gone_takes_nobody_else_along(notebook: Notebook) -> None:
    journal = Journal(notebook.open)

    async def nothing() -> None:
        return None

    loop = asyncio.new_event_loop()
    loop.run_until_complete(nothing())
    loop.close()
    journal.submit(action(b"one"), lambda _: loop.call_soon_threadsafe(print))
    journal.append(action(b"two"))
    journal.close()
    assert notebook.payloads == [b"one", b"two"]


def test_closing_writes_what_waits(notebook: Notebook) -> None:
    journal = Journal(notebook.open)
    notebook.hold.clear()
    for number in range(5):
        journal.submit(action(b"%d" % number), lambda _: None)
    threading.Timer(0.1, notebook.hold.set).start()
    journal.close()
    assert len(notebook.payloads) == 5


def test_an_entry_comes_back_as_it_was_written(journal: Journal) -> None:
    written = action(b'{"name":"\xc3\x84da"}', TWO, via="ada-1", patience=7)
    journal.append(written)
    entry = Entry.objects.get()
    assert (entry.id, entry.organisation_id, entry.subject) == (written.id, TWO, written.subject)
    assert (entry.kind, bytes(entry.payload), entry.via, entry.patience) == ("test", written.payload, "ada-1", 7)
    assert entry.received_at == written.received_at
    assert (entry.writer, entry.sequence) == (journal.writer, 1)


def test_the_database_refuses_one_entry_and_keeps_its_neighbours(journal: Journal) -> None:
    first, second = action(b"first"), action(b"second")
    again = Action(first.id, "test", ONE, first.subject, b"again", first.received_at)
    told: list[object] = []
    # Held back until all three wait, so that they share a commit.
    gate = threading.Event()
    journal.submit(action(b"opener"), lambda _: gate.wait(5) and None)
    for one in (first, again, second):
        journal.submit(one, lambda error, one=one: told.append((one.payload, type(error))))
    gate.set()
    journal.append(action(b"last"))
    assert told == [(b"first", type(None)), (b"again", NotKept), (b"second", type(None))]
    kept = Entry.objects.order_by("sequence").values_list("payload", flat=True)
    assert [bytes(payload) for payload in kept] == [b"opener", b"first", b"second", b"last"]


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_what_the_database_cannot_hold_fails_alone(journal: Journal, text: str) -> None:
    def write(via: str) -> str:
        try:
            journal.append(action(via=via))
        except NotKept:
            return "not kept"
        return "kept"

    # SQLite keeps a null character, PostgreSQL does not: no form lets one through.
    assert write(text) == (
        "kept" if text == "\0" and connections[settings.JOURNAL_ALIAS].vendor == "sqlite" else "not kept"
    )
    assert write("well") == "kept"


def test_each_process_has_one_writer_and_a_fork_another(monkeypatch: pytest.MonkeyPatch) -> None:
    close_journal()
    made: list[Journal] = []

    def journal(_: object) -> Journal:
        made.append(Journal(Notebook().open))
        return made[-1]

    monkeypatch.setattr(module, "Journal", journal)
    first = module.journal()
    assert module.journal() is first
    own = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: own + 1)
    assert module.journal() is not first
    monkeypatch.setattr(os, "getpid", lambda: own)
    first.close()
    close_journal()
    made[-1].close()
    close_journal()


def test_many_threads_are_acknowledged_once_each(journal: Journal) -> None:
    def write(count: int) -> None:
        for _ in range(count):
            journal.append(action())

    threads = [threading.Thread(target=write, args=(25,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sequences = list(Entry.objects.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, 201))
