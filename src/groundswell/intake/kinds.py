"""Kinds of action: what a supporter can do, as front and settling see it. Nouns register theirs when loaded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

Form = Mapping[str, str]


class Invalid(ValueError):
    """A form that cannot be accepted: a plain sentence for each field that is wrong."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class Action(msgspec.Struct, frozen=True):
    """One thing that a supporter did, as the journal holds it.

    ``patience`` is how many seconds its mail should wait, because much came from the same address.
    """

    id: UUID
    kind: str
    organisation_id: UUID
    subject: UUID
    payload: bytes
    received_at: datetime
    via: str = ""
    patience: int = 0


class Reason(Protocol):
    """Why something is not done, by its code and its sentence; refusals of nouns are such."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Refused:
    """An action that an operation would not carry out, and why, in a code and a sentence without names."""

    action: UUID
    code: str
    sentence: str

    @classmethod
    def because(cls, action: Action, why: type[Reason]) -> "Refused":
        """An action refused for a reason that has a name."""
        return cls(action.id, why.code, why.sentence)


@dataclass(frozen=True)
class Kind:
    """How one kind of action is read and carried out.

    ``parse`` turns a form into the payload, or raises :class:`Invalid`; it must not ask the database, since
    front calls it on the hot path. ``settle`` carries out many actions of one organisation, in their order,
    inside the caller's transaction, and returns those it refused.
    """

    name: str
    parse: Callable[[Form], bytes]
    settle: Callable[[UUID, Sequence[Action]], Sequence[Refused]]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of action known; the same name registered again replaces it."""
    _kinds[kind.name] = kind


def named(name: str) -> Kind:
    """The kind of that name.

    :raises KeyError: if no noun registered it.
    """
    return _kinds[name]
