"""From the journal to the rows: each action exactly once, in order, whatever is killed when."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count, islice
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from groundswell.intake import kinds, settling, stores
from groundswell.intake.journal import Journal, close_journal
from groundswell.intake.kinds import Action, Kind, Refused
from groundswell.intake.models import Entry, Floor, Position, SetAside
from groundswell.intake.queries import set_aside
from groundswell.intake.settling import settle
from groundswell.intake.stores import AnotherWriter, PostgresqlStore, SqliteStore, open_store
from groundswell.intake.touches import touch
from groundswell.kit.ids import uuid7
from groundswell.kit.logs import OneObject
from tests.intake.conftest import ONE, TWO, Settled, action

pytestmark = pytest.mark.django_db(transaction=True)

WRITER, OTHER_WRITER = UUID(int=101), UUID(int=102)


class Killed(BaseException):
    """What a process sees of ``kill -9``: nothing that it could catch and go on from."""


def write(*actions: Action, writer: UUID = WRITER, first: int = 1) -> None:
    """Entries of one writer, one commit for all, as its journal writes them."""
    close_journal()
    store = open_store()
    store.append(writer, list(enumerate(actions, first)))
    store.close()


def settle_all() -> int:
    times = [*islice(iter(settle, 0), 500)]
    assert len(times) < 500, "settling finds the same to do again and again"
    return sum(times)


def test_what_is_written_is_settled_in_order(settled: Settled) -> None:
    write(*(action(b"%d" % number) for number in range(10)))
    assert settle() == 10
    assert settled.payloads == [b"%d" % number for number in range(10)]
    assert settle() == 0


def test_the_operation_gets_what_was_written(settled: Settled) -> None:
    written = action(b"payload", via="ada-1", patience=5)
    write(written)
    settle()
    assert settled.actions == [written]


def test_an_empty_journal_is_two_queries() -> None:
    with CaptureQueriesContext(connection) as default:
        assert settle() == 0
    journal = 0 if settings.JOURNAL_ALIAS == "default" else 1
    assert len(default) + journal == 2


def test_what_is_settled_is_not_read_again(settled: Settled) -> None:
    for number in range(5):
        write(action(), writer=UUID(int=200 + number))
    assert settle() == 5
    with CaptureQueriesContext(connection) as default:
        assert settle() == 0
    journal = 0 if settings.JOURNAL_ALIAS == "default" else 1
    assert len(default) + journal == 2, "the number of queries does not grow with writers that are gone"


def test_batches_are_of_one_organisation_and_one_kind(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Settled()
    monkeypatch.setitem(kinds._kinds, "other", Kind("other", lambda _: b"", other))
    write(action(b"1"), action(b"2", TWO), action(b"3"), action(b"4", kind="other"), action(b"5"))
    assert settle() == 5
    assert settled.calls == [2, 1, 1]
    assert settled.payloads == [b"1", b"3", b"5", b"2"]
    assert other.payloads == [b"4"]


def test_a_large_journal_takes_several_readings(settled: Settled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "READ_AT_ONCE", 10)
    monkeypatch.setattr(settling, "BATCH", 4)
    write(*(action(b"%d" % number) for number in range(25)))
    assert [settle(), settle(), settle(), settle()] == [10, 10, 5, 0]
    assert settled.calls == [4, 4, 2, 4, 4, 2, 4, 1]
    assert settled.payloads == [b"%d" % number for number in range(25)]


def test_a_batch_costs_as_many_queries_as_one_action(settled: Settled) -> None:
    def queries(actions: int, writer: UUID) -> int:
        write(*(action() for _ in range(actions)), writer=writer)
        with CaptureQueriesContext(connection) as captured:
            assert settle() == actions
        return len(captured)

    assert queries(1, UUID(int=301)) == queries(200, UUID(int=302))


@pytest.mark.parametrize("moment", ["while it is carried out", "before the commit", "after the commit"])
def test_a_kill_at_any_moment_counts_every_action_once(
    settled: Settled, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The rows here are touches: what the operation writes beside its own memory."""

    def operation(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
        touch(*(action.payload.decode() for action in actions))
        if moment == "while it is carried out" and not killed:
            killed.append(True)
            raise Killed
        return []

    def killing(plain: Callable[..., object]) -> Callable[..., object]:
        def killed_there(*args: object, **kwargs: object) -> object:
            if not killed:
                killed.append(True)
                raise Killed
            return plain(*args, **kwargs)

        return killed_there

    killed: list[bool] = []
    monkeypatch.setitem(kinds._kinds, "test", Kind("test", lambda _: b"", operation))
    if moment == "before the commit":
        monkeypatch.setattr(settling, "_advance", killing(settling._advance))
    elif moment == "after the commit":
        monkeypatch.setattr(Floor.objects, "update_or_create", killing(Floor.objects.update_or_create))
    write(action(b"a"), action(b"b"), action(b"c", TWO))
    with pytest.raises(Killed):
        settle()
    assert killed
    settle_all()
    assert touched() == {"a": 1, "b": 1, "c": 1}


def touched() -> Counter[str]:
    from groundswell.intake.models import Touch

    return Counter(Touch.objects.values_list("tag", flat=True))


def test_a_floor_that_was_lost_repeats_nothing(settled: Settled) -> None:
    write(action(b"1"), action(b"2"))
    settle()
    Floor.objects.all().delete()
    write(action(b"3"), first=3)
    assert settle() == 1
    assert settled.payloads == [b"1", b"2", b"3"]


def test_numbers_that_were_never_given_are_no_hindrance(settled: Settled) -> None:
    write(action(b"1"))
    write(action(b"7"), first=7)
    assert settle() == 2
    assert Floor.objects.get().sequence == 7
    assert Position.objects.get().sequence == 7


def test_writers_do_not_wait_for_each_other(settled: Settled) -> None:
    write(action(b"1"), action(b"2"))
    write(action(b"a"), writer=OTHER_WRITER)
    assert settle() == 3
    write(action(b"b"), writer=OTHER_WRITER, first=2)
    assert settle() == 1
    assert sorted(settled.payloads) == [b"1", b"2", b"a", b"b"]


def held_open(writer: UUID, number: int, one: Action) -> psycopg.Connection[tuple[object, ...]]:
    """A writer that has written an entry and not committed it yet."""
    store = open_store()
    assert isinstance(store, PostgresqlStore)
    held = store._connection
    held.autocommit = False
    store.append(writer, [(number, one)])
    return held


def test_a_writer_held_open_before_its_commit_loses_nothing(settled: Settled) -> None:
    if settings.JOURNAL_ALIAS == "journal":
        only_one_writes()
        return
    held = held_open(WRITER, 1, action(b"held"))
    write(action(b"later"), writer=OTHER_WRITER)
    assert settle_all() == 1
    held.commit()
    held.close()
    assert settle_all() == 1
    assert settled.payloads == [b"later", b"held"]


def test_the_twin_with_one_shared_sequence_loses_an_action(settled: Settled) -> None:
    """The same, but the two writers share one order: what is committed late is skipped for ever."""
    if settings.JOURNAL_ALIAS == "journal":
        only_one_writes()
        return
    shared = count(1)
    held = held_open(WRITER, next(shared), action(b"held"))
    write(action(b"later"), writer=WRITER, first=next(shared))
    assert settle_all() == 1
    held.commit()
    held.close()
    assert settle_all() == 0
    assert settled.payloads == [b"later"], "acknowledged, and lost"


def only_one_writes() -> None:
    """On SQLite there is one writer at a time, so its order is the order of the commits."""
    close_journal()
    store = open_store()
    assert isinstance(store, SqliteStore)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "_WAIT_FOR_OTHER_WRITER", 0.1)
        with pytest.raises(AnotherWriter):
            open_store()
    store.close()


def test_two_workers_at_once_settle_each_action_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def operation(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
        touch(*(action.payload.decode() for action in actions))
        return []

    monkeypatch.setitem(kinds._kinds, "test", Kind("test", lambda _: b"", operation))
    monkeypatch.setattr(settling, "BATCH", 3)
    for number in range(4):
        actions = [action(b"%d-%d" % (number, each), [ONE, TWO][each % 2]) for each in range(30)]
        write(*actions, writer=UUID(int=400 + number))
    start, errors = threading.Barrier(3), []

    def work() -> None:
        try:
            start.wait()
            settle_all()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert settle_all() == 0
    assert set(touched().values()) == {1}
    assert len(touched()) == 120


def fail(_: Action) -> Refused | None:
    raise ZeroDivisionError("Ada Lovelace, ada@example.org")


def test_a_poisoned_entry_is_set_aside_and_its_neighbours_are_settled(
    settled: Settled, caplog: pytest.LogCaptureFixture
) -> None:
    settled.on[b"poison"] = fail
    payloads = [b"1", b"2", b"poison", b"3", b"4", b"poison", b"5"]
    actions = [action(payload) for payload in payloads]
    write(*actions)
    with caplog.at_level(logging.ERROR):
        assert settle_all() == 7
    # What was tried in a batch that broke was rolled back, and tried again without its trouble.
    assert settled.payloads == [b"1", b"2", b"3", b"4", b"5"]
    notes = list(set_aside([ONE]))
    assert {note.id for note in notes} == {actions[2].id, actions[5].id}
    assert {(note.code, note.kind, note.subject) for note in notes} == {("ZeroDivisionError", "test", UUID(int=9))}
    assert "ada@example.org" not in "".join(map(OneObject().format, caplog.records)) + "".join(
        note.sentence for note in notes
    )


def test_what_the_database_refuses_is_the_entrys_own_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def operation(organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
        touch(*(action.payload.decode() for action in actions))
        if any(action.payload == b"twice" for action in actions):
            Position.objects.create(organisation_id=organisation_id, writer=WRITER)
        return []

    monkeypatch.setitem(kinds._kinds, "test", Kind("test", lambda _: b"", operation))
    write(action(b"1"), action(b"twice"), action(b"2"))
    assert settle_all() == 3
    assert touched() == {"1": 1, "2": 1}
    assert SetAside.objects.get().code == "IntegrityError"


def test_an_unknown_kind_is_set_aside(settled: Settled) -> None:
    write(action(b"1"), action(kind="unheard of"), action(b"2"))
    assert settle_all() == 3
    assert settled.payloads == [b"1", b"2"]
    assert SetAside.objects.get().code == "KeyError"


def test_what_an_operation_refuses_is_noted_and_blocks_nothing(settled: Settled) -> None:
    settled.on[b"no"] = lambda one: Refused(one.id, "closed", "This event takes no more answers.")
    refused = action(b"no", TWO)
    write(action(b"1", TWO), refused, action(b"2", TWO))
    assert settle() == 3
    assert settled.calls == [3]
    note = set_aside([TWO]).get()
    assert (note.id, note.code, note.sentence) == (refused.id, "closed", "This event takes no more answers.")
    assert not set_aside([ONE]).exists()


class Troubled:
    """An operation that the database fails for some organisations, for as long as it is told to."""

    def __init__(self, *organisations: UUID) -> None:
        self.organisations = set(organisations)
        self.error: type[Exception] = OperationalError

    def __call__(self, one: Action) -> Refused | None:
        if one.organisation_id in self.organisations:
            raise self.error("deadlock detected")
        return None


@pytest.fixture
def troubled(settled: Settled) -> Troubled:
    trouble = Troubled(ONE)
    settled.on[b"x"] = trouble
    return trouble


def test_one_organisations_trouble_holds_up_nobody_else(settled: Settled, troubled: Troubled) -> None:
    write(action(), action(b"b", TWO), action(), action(b"d", TWO))
    assert settle() == 2
    assert settled.payloads == [b"b", b"d"]
    assert settle() == 0
    assert not SetAside.objects.exists(), "the database's own trouble is no fault of the entry"
    write(action(b"e", TWO), action(b"f"), first=5)
    assert settle() == 1
    assert settled.payloads == [b"b", b"d", b"e"], "what follows in the troubled organisation keeps its place"
    troubled.organisations.clear()
    assert settle_all() == 3
    assert settled.payloads[3:] == [b"x", b"x", b"f"]
    assert settle_all() == 0
    assert Floor.objects.get().sequence == 6


def test_what_is_set_aside_first_is_set_aside_once_behind_somebody_s_trouble(
    settled: Settled, troubled: Troubled
) -> None:
    settled.on[b"poison"] = fail
    write(action(), action(b"poison", TWO))
    assert settle_all() == 1
    assert SetAside.objects.count() == 1
    assert settle() == 0, "its place is stored, though the floor is held by another organisation"


def test_not_even_with_more_entries_than_one_reading(
    settled: Settled, troubled: Troubled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "READ_AT_ONCE", 5)
    write(*(action() for _ in range(12)), *(action(b"%d" % number, TWO) for number in range(12)))
    assert settle_all() == 12
    assert settled.payloads == [b"%d" % number for number in range(12)]
    troubled.organisations.clear()
    assert settle_all() == 12
    assert Floor.objects.get().sequence == 24


def test_when_the_database_is_away_nothing_is_settled_and_all_of_it_later(
    settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(action(b"1"), action(b"2"))

    def away(*_: object) -> object:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(transaction, "atomic", away)
        assert settle() == 0
    assert settle() == 2
    assert settled.payloads == [b"1", b"2"]


entries = st.lists(
    st.tuples(st.sampled_from([ONE, TWO]), st.sampled_from([b"a", b"b", b"poison", b"no", b"stuck"])), max_size=25
)


@given(st.lists(st.tuples(st.sampled_from([WRITER, OTHER_WRITER]), entries), max_size=4), st.integers(1, 6))
@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_is_settled_once_and_in_its_order(
    monkeypatch: pytest.MonkeyPatch, commits: list[tuple[UUID, list[tuple[UUID, bytes]]]], batch: int
) -> None:
    """Against the plainest model: of each writer and organisation, everything but the poison, in order."""
    operation, stuck = Settled(), Troubled(ONE, TWO)
    operation.on = {b"poison": fail, b"no": lambda one: Refused(one.id, "no", "No."), b"stuck": stuck}
    for model in (Entry, Position, Floor, SetAside):
        model.objects.all().delete()
    expected: dict[tuple[UUID, UUID], list[UUID]] = {}
    sequences = {WRITER: 1, OTHER_WRITER: 1}
    writers: dict[UUID, UUID] = {}
    with monkeypatch.context() as patch:
        patch.setitem(kinds._kinds, "test", Kind("test", lambda _: b"", operation))
        patch.setattr(settling, "BATCH", batch)
        patch.setattr(settling, "READ_AT_ONCE", batch * 2)
        for writer, written in commits:
            actions = [action(payload, organisation) for organisation, payload in written]
            if actions:
                write(*actions, writer=writer, first=sequences[writer])
            sequences[writer] += len(actions)
            for one in actions:
                writers[one.id] = writer
                if one.payload != b"poison":
                    expected.setdefault((writer, one.organisation_id), []).append(one.id)
            settle_all()
        stuck.organisations.clear()
        settle_all()
    found: dict[tuple[UUID, UUID], list[UUID]] = {}
    for one in operation.actions:
        found.setdefault((writers[one.id], one.organisation_id), []).append(one.id)
    assert found == expected
    assert SetAside.objects.count() == sum(
        payload in {b"poison", b"no"} for _, all_ in commits for _, payload in all_
    )


def test_a_journal_and_a_worker_together(journal: Journal, settled: Settled) -> None:
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            settle()
        settle_all()
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    for number in range(100):
        journal.append(action(b"%d" % number, [ONE, TWO][number % 2]))
    done.set()
    worker.join()
    assert Counter(settled.payloads) == Counter(b"%d" % number for number in range(100))


def test_keys_are_read_as_either_database_gives_them() -> None:
    key = uuid7()
    assert settling._uuid(key) == settling._uuid(key.hex) == key
