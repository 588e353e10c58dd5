"""Charts as SVG without a style or a script of their own; each stands beside a table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format

if TYPE_CHECKING:
    from groundswell.attendances.figures import Curve

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 12, 24


@dataclass(frozen=True)
class Line:
    """One curve as the points of a polyline; ``own`` is the one that the page is about."""

    points: str
    own: bool
    label: str


@dataclass(frozen=True)
class Chart:
    """Curves over the days to an event, with a line at the target."""

    width: int
    height: int
    lines: Sequence[Line]
    target_y: float | None
    ends: tuple[str, str]
    most: int


@dataclass(frozen=True)
class Course:
    """A curve, whose it is, and the day of its event: curves are laid over each other by the days before it.

    From its last answer it goes on level until ``today``, or until its event where that is past.
    """

    label: str
    curve: Curve
    day: date
    today: date
    own: bool = False


def chart(courses: Sequence[Course], target: int | None) -> Chart | None:
    """All courses over the same axis, the days before each one's event; None where nobody has answered."""
    if not courses:
        return None
    earliest = max(max((course.day - course.curve.days[0]).days, 1) for course in courses)
    most = max([course.curve.people[-1] for course in courses] + ([target] if target else []))
    lines = [Line(_points(course, earliest, most), course.own, course.label) for course in courses]
    own = next((course for course in courses if course.own), courses[0])
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        # The one that matters lies on top.
        lines=sorted(lines, key=lambda line: line.own),
        target_y=_y(target, most) if target else None,
        ends=(date_format(own.curve.days[0], "j M"), date_format(own.day, "j M")),
        most=most,
    )


def _points(course: Course, earliest: int, most: int) -> str:
    pairs = [
        (_x((course.day - day).days, earliest), _y(people, most))
        for day, people in zip(course.curve.days, course.curve.people, strict=True)
    ]
    until = max(min(course.today, course.day), course.curve.days[-1])
    pairs.append((_x((course.day - until).days, earliest), pairs[-1][1]))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in [(pairs[0][0], _y(0, most)), *pairs])


def _x(days_before: int, earliest: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (1 - min(max(days_before, 0), earliest) / earliest)


def _y(people: int, most: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - people / max(most, 1))


@dataclass(frozen=True)
class Bar:
    """One bar of a list: ``width`` of a hundred."""

    label: str
    people: int
    width: float


def bars(counts: dict[str, int], nameless: str, most: int = 20) -> list[Bar]:
    """The largest counts as bars; the empty name is called ``nameless``."""
    largest = max(counts.values(), default=1)
    shown = list(counts.items())[:most]
    return [Bar(label or nameless, people, round(100 * people / largest, 1)) for label, people in shown]
