"""Figures out of measurements: rounds that interleave what is compared, medians of their ratios, a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from measuring.client import Outcome


@dataclass(frozen=True)
class Size:
    """How much is measured: rounds, seconds of each, people who are there, answers settled in a round."""

    rounds: int = 7
    seconds: float = 1.2
    people: tuple[int, int] = (10_000, 1_000_000)
    settled: int = 3000


QUICK = Size(rounds=1, seconds=0.3, people=(200, 1000), settled=300)
"""Only to see that everything runs."""

Measure = Callable[[], Outcome]
Rounds = Mapping[str, Sequence[Outcome]]


def interleaved(rounds: int, sides: Mapping[str, Measure]) -> dict[str, list[Outcome]]:
    """Measure every side once in each round, every other round the other way round.

    So whatever else the machine does meets all sides alike, and the one that goes first is not always the same.
    """
    outcomes: dict[str, list[Outcome]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in sorted(sides, reverse=number % 2 == 1):
            outcomes[name].append(sides[name]())
    return outcomes


def ratio(rounds: Rounds, one: str, other: str) -> float:
    """How many times as fast one side is as the other: the median over the rounds, each compared by itself.

    A side that answers less than once in a second counts as if it did.
    """
    pairs = zip(rounds[one], rounds[other], strict=True)
    return median(first.per_second / max(second.per_second, 1.0) for first, second in pairs)


def rate(rounds: Rounds, side: str) -> float:
    """A side's median of answers per second."""
    return median(outcome.per_second for outcome in rounds[side])


@dataclass(frozen=True)
class Goal:
    """What a figure should be: at least so much, or less than so much; and in words what it says."""

    key: str
    words: str
    least: float | None = None
    below: float | None = None

    def met(self, figure: float) -> bool:
        """Whether the figure is as it should be."""
        return figure >= self.least if self.least is not None else figure < (self.below or 0)

    def __str__(self) -> str:
        return f"≥ {self.least:,g}" if self.least is not None else f"< {self.below:,g}"


GOALS = (
    Goal("page_vs_bare", "page through front / by a bare server", least=0.75),
    Goal("page_vs_django", "page through front / by Django alone", least=20),
    Goal("attend_vs_limit", "attendances through front / the limit", least=0.5),
    Goal("attend_vs_django", "attendances through front / by Django alone", least=20),
    Goal("attend_while_touched", "the same while the count moves / at rest", least=0.7),
    Goal("front_under_slow", "page with 16 slow clients in Django / without", least=0.4),
    Goal("attend_p99_ms", "p99 of an attendance at half the top rate, ms", below=50),
    Goal("settle_per_second", "attendances settled a second, 10 thousand there", least=2000),
    Goal("settle_per_second_1m", "attendances settled a second, 1 million there", least=2000),
    Goal("desk_write_p99_ms", "p99 of a save in the desk while settling, ms", below=250),
)


@dataclass
class Report:
    """The figures, and beside each in words what it was made of."""

    figures: dict[str, float] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def note(self, key: str, figure: float, beside: str = "") -> None:
        """Take a figure down, with as many places as mean something."""
        self.figures[key] = (
            round(figure, 3) if figure < 10 else round(figure, 1) if figure < 1000 else round(figure)
        )
        self.beside[key] = beside

    def note_failures(self, what: str, outcomes: Sequence[Outcome]) -> None:
        """Take down that some answers were not the expected ones: then a rate says nothing."""
        failed = sum(outcome.failed for outcome in outcomes)
        if failed:
            first = next(outcome.failure for outcome in outcomes if outcome.failure)
            self.failures[what] = f"{failed} wrong answers, the first: {first}"

    def table(self) -> str:
        """The figures for people."""
        lines = [f"  {'':49}{'figure':>9}   goal"]
        for goal in GOALS:
            figure = self.figures[goal.key]
            mark = " " if goal.met(figure) else "✗"
            lines.append(f"{mark} {goal.words:<49}{figure:>9,}   {goal!s:<8} {self.beside[goal.key]}")
        others = sorted(set(self.figures) - {goal.key for goal in GOALS})
        lines += ["", *(f"  {key:<49}{self.figures[key]:>9,}" for key in others)]
        return "\n".join([*lines, *(f"! {what}: {failure}" for what, failure in self.failures.items())])
