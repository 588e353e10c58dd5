"""Charts as SVG without a style or a script of their own; each stands beside a table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from groundswell.attendances.figures import Curve

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 8, 160, 24, 24
"""Around the curves: on the right there is room for their names."""

APART = 14
"""What one line of text needs."""

LONGEST_NAME = 22


@dataclass(frozen=True)
class Line:
    """One curve as the points of a polyline; ``own`` is the one that the page is about."""

    points: str
    own: bool
    end: tuple[float, float]
    label: str


@dataclass(frozen=True)
class Name:
    """What a curve is called, at its end."""

    text: str
    x: float
    y: float
    own: bool


@dataclass(frozen=True)
class Chart:
    """Curves over the days to an event, with a line at the target."""

    width: int
    height: int
    right: int
    lines: Sequence[Line]
    names: Sequence[Name]
    target_y: float | None
    ends: tuple[str, str]
    most: int


@dataclass(frozen=True)
class Course:
    """A curve, whose it is, and the day of its event: curves are laid over each other by the days before it.

    From its last answer it goes on level until ``today``, or until its event where that is past.
    ``target`` is that of its event.
    """

    label: str
    curve: Curve
    day: date
    today: date
    own: bool = False
    target: int | None = None

    @property
    def until(self) -> date:
        """The last day of which it tells."""
        return max(min(self.today, self.day), self.curve.days[-1])

    def people_at(self, days_before: int) -> int | None:
        """How many were coming so many days before the event; None before its first answer and after its end."""
        at = self.day - timedelta(days=days_before)
        if not self.curve.days[0] <= at <= self.until:
            return None
        return self.curve.people[min((at - self.curve.days[0]).days, len(self.curve.people) - 1)]


def chart(courses: Sequence[Course], target: int | None) -> Chart | None:
    """All courses over the same axis, the days before each one's event; None where nobody has answered."""
    if not courses:
        return None
    earliest = max(max((course.day - course.curve.days[0]).days, 1) for course in courses)
    most = max([course.curve.people[-1] for course in courses] + ([target] if target else []))
    lines = [_line(course, earliest, most) for course in courses]
    own = next((course for course in courses if course.own), courses[0])
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        right=WIDTH - RIGHT,
        # The one that matters lies on top.
        lines=sorted(lines, key=lambda line: line.own),
        names=_names(lines),
        target_y=_y(target, most) if target else None,
        ends=(date_format(own.curve.days[0], "j M"), date_format(own.day, "j M")),
        most=most,
    )


def _line(course: Course, earliest: int, most: int) -> Line:
    pairs = [
        (_x((course.day - day).days, earliest), _y(people, most))
        for day, people in zip(course.curve.days, course.curve.people, strict=True)
    ]
    pairs.append((_x((course.day - course.until).days, earliest), pairs[-1][1]))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in [(pairs[0][0], _y(0, most)), *pairs])
    return Line(points, course.own, pairs[-1], course.label)


def _names(lines: Sequence[Line]) -> list[Name]:
    """As many as there is room for, the page's own first and then the highest, each clear of the one above it."""
    room = (HEIGHT - TOP - BOTTOM) // APART
    chosen = sorted(lines, key=lambda line: (not line.own, line.end[1]))[:room]
    named = sorted(chosen, key=lambda line: line.end[1])
    names: list[Name] = []
    for number, line in enumerate(named):
        lowest = HEIGHT - BOTTOM - APART * (len(named) - 1 - number)
        above = names[-1].y + APART if names else TOP
        names.append(Name(_short(line.label), line.end[0] + 6, max(min(line.end[1], lowest), above), line.own))
    return names


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_NAME else f"{label[: LONGEST_NAME - 1].rstrip()}…"


@dataclass(frozen=True)
class DaysBefore:
    """The same as a table: a row for each day before the events on which a curve moves, begins or ends."""

    courses: Sequence[Course]
    rows: Sequence[tuple[int, Sequence[int | None]]]


def days_before(courses: Sequence[Course]) -> DaysBefore:
    """How many were coming to each event so many days before it, the earliest day first."""
    told = {
        (course.day - day).days
        for course in courses
        for before, (day, people) in zip(
            (0, *course.curve.people), zip(course.curve.days, course.curve.people, strict=True), strict=False
        )
        if people != before
    }
    told |= {(course.day - course.until).days for course in courses}
    rows = [(each, [course.people_at(each) for course in courses]) for each in sorted(told, reverse=True)]
    return DaysBefore(courses, rows)


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
    """The largest counts as bars, and all others as one; the empty name is called ``nameless``.

    So they add up to what all the counts do.
    """
    rows = [(label or nameless, people) for label, people in counts.items()]
    if rest := rows[most:]:
        rows[most:] = [(_("all others"), sum(people for _label, people in rest))]
    largest = max((people for _label, people in rows), default=0) or 1
    return [Bar(label, people, round(100 * people / largest, 1)) for label, people in rows]
