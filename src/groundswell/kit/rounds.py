"""The rounds: work that the worker does again and again, each defined by the noun that it serves."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Round:
    """One kind of work: ``run`` does a part of what waits and returns how many things it did.

    One that is ``apart`` waits for somebody outside, a mail server perhaps: it has a thread of its own. One that
    lets go what can be taken back until a moment ``rests`` for so many seconds when the clock was set forward.
    """

    name: str
    every: float
    run: Callable[[], int]
    apart: bool = False
    rests: float = 0.0


_ROUNDS: dict[str, Round] = {}


def register(name: str, *, every: float, run: Callable[[], int], apart: bool = False, rests: float = 0.0) -> None:
    """Let the worker call ``run`` every so many seconds, and at once again while it finds something to do.

    :raises ValueError: when another round has that name.
    """
    if name in _ROUNDS and _ROUNDS[name].run != run:
        raise ValueError(f"Two rounds are called {name!r}.")
    _ROUNDS[name] = Round(name=name, every=every, run=run, apart=apart, rests=rests)


def rounds() -> list[Round]:
    """All rounds, in the order in which they were registered."""
    return list(_ROUNDS.values())
