"""Curves as a picture and as a table."""

from datetime import date, timedelta
from itertools import pairwise

from groundswell.attendances.figures import Curve
from groundswell.web.desk.charts import APART, HEIGHT, Course, bars, chart, days_before

DAY = date(2016, 7, 20)


def course(label: str, *people: int, own: bool = False) -> Course:
    days = [DAY - timedelta(days=9 - number) for number in range(len(people))]
    return Course(label, Curve(days, people), DAY, DAY - timedelta(days=2), own)


def test_each_curve_has_its_name_at_its_end_and_none_covers_another() -> None:
    courses = [course("Leeds", 1, own=True), *(course(f"Town {number}", 100 + number) for number in range(40))]
    drawn = chart(courses, None)
    assert drawn is not None
    heights = [name.y for name in drawn.names]
    assert all(below - above >= APART for above, below in pairwise(heights))
    assert (heights[0] > 0, heights[-1] < HEIGHT) == (True, True)
    # The page's own is named however many are above it, and those that reach highest.
    assert (drawn.names[-1].text, drawn.names[-1].own, drawn.names[0].text) == ("Leeds", True, "Town 39")


def test_two_names_stand_where_their_curves_end() -> None:
    drawn = chart([course("Leeds", 10, own=True), course("A town with a name that is too long", 5)], 20)
    assert drawn is not None
    assert [(name.x, name.y) for name in drawn.names] == [
        (line.end[0] + 6, line.end[1]) for line in reversed(drawn.lines)
    ]
    assert drawn.names[1].text == "A town with a name th…"


def test_days_on_which_nothing_changed_are_left_out() -> None:
    table = days_before([course("Leeds", 2, 2, 2, 5), course("Hull", 1)])
    assert table.rows == [(9, [2, 1]), (6, [5, 1]), (2, [5, 1])]


def test_before_its_first_answer_a_curve_says_nothing() -> None:
    late = Course("Hull", Curve([DAY - timedelta(days=4)], [7]), DAY, DAY + timedelta(days=3))
    rows = days_before([course("Leeds", 2), late]).rows
    assert rows == [(9, [2, None]), (4, [2, 7]), (2, [2, 7]), (0, [None, 7])]


def test_bars_that_are_too_many_for_a_page_are_one_and_all_of_them_add_up() -> None:
    counts = {"": 50, **{f"link-{number}": 30 - number for number in range(29)}}
    drawn = bars(counts, "no link")
    assert [(bar.label, bar.people) for bar in drawn[:2]] == [("no link", 50), ("link-0", 30)]
    assert (len(drawn), drawn[-1].label) == (21, "all others")
    assert sum(bar.people for bar in drawn) == sum(counts.values())
    # The others together may be more than the largest, and no bar is longer than its place.
    assert (drawn[-1].people, drawn[-1].width, max(bar.width for bar in drawn)) == (65, 100.0, 100.0)


def test_as_many_bars_as_fit_stand_each_for_itself() -> None:
    drawn = bars({f"link-{number}": 2 for number in range(20)}, "no link")
    assert ([bar.label for bar in drawn], {bar.width for bar in drawn}) == (
        [f"link-{number}" for number in range(20)],
        {100.0},
    )
    assert bars({}, "no link") == []
    # What was kept when the totals were fixed may be nobody without a link.
    assert [(bar.people, bar.width) for bar in bars({"": 0}, "no link")] == [(0, 0.0)]
