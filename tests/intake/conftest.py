"""Kinds of action that are nobody's but the tests', and a journal that can be written by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import transaction

from groundswell.intake import kinds
from groundswell.intake.journal import Journal
from groundswell.intake.kinds import Action, Kind, Refused
from groundswell.intake.stores import open_store
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7

ONE, TWO = UUID(int=1), UUID(int=2)


@dataclass
class Settled:
    """What the operation of the tests' kind was given; ``on`` says what it does with a payload."""

    actions: list[Action] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    on: dict[bytes, Callable[[Action], Refused | None]] = field(default_factory=dict)

    def __call__(self, organisation_id: UUID, actions: Sequence[Action]) -> list[Refused]:
        assert {action.organisation_id for action in actions} == {organisation_id}
        # Remembered as rows would be: if the transaction is.
        transaction.on_commit(lambda: self.calls.append(len(actions)))
        transaction.on_commit(lambda: self.actions.extend(actions))
        refused = [self.on.get(action.payload, lambda _: None)(action) for action in actions]
        return [one for one in refused if one]

    @property
    def payloads(self) -> list[bytes]:
        return [action.payload for action in self.actions]


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Settled:
    """The kind "test", whose operation remembers; it has no rows of its own."""
    operation = Settled()
    monkeypatch.setitem(kinds._kinds, "test", Kind("test", lambda _: b"", operation))
    return operation


def action(payload: bytes = b"x", organisation: UUID = ONE, kind: str = "test", **more: object) -> Action:
    """One action of the tests' kind."""
    return Action(uuid7(), kind, organisation, UUID(int=9), payload, now(), **more)  # type: ignore[arg-type]


@pytest.fixture
def journal(transactional_db: None) -> Iterator[Journal]:
    """A writer of one's own."""
    from groundswell.intake.journal import close_journal

    # On SQLite there is one writer at a time: the one of the process makes room.
    close_journal()
    own = Journal(open_store)
    yield own
    own.close()
