"""What a march in England and Wales needs, and until when."""

from datetime import date, timedelta

import pytest

from groundswell.events.checklist import TASKS, applies, items
from groundswell.events.models import Event


def march(**facts: object) -> Event:
    return Event(**{"kind": "demonstration", "day": date(2027, 5, 16), "checklist": [], **facts})


def test_six_clear_days_lie_between_the_notice_and_the_march() -> None:
    notice = next(item for item in items(march(), date(2027, 4, 1)) if item.name == "police")
    assert notice.due == date(2027, 5, 9)
    between = [notice.due + timedelta(days=each) for each in range(1, 7)]
    assert between[-1] + timedelta(days=1) == date(2027, 5, 16)


@pytest.mark.parametrize(
    ("today", "done", "late"),
    [(date(2027, 5, 9), [], False), (date(2027, 5, 10), [], True), (date(2027, 5, 10), ["police"], False)],
)
def test_what_is_late_and_not_done_is_said(today: date, done: list[str], late: bool) -> None:
    notice = next(item for item in items(march(checklist=done), today) if item.name == "police")
    assert (notice.late, notice.done) == (late, bool(done))


def test_the_list_is_for_those_who_march_and_in_the_order_of_its_dates() -> None:
    assert (applies(march()), applies(march(kind="rally"))) == (True, False)
    dates = [item.due for item in items(march(), date(2027, 1, 1))]
    assert (len(dates), dates) == (len(TASKS), sorted(dates))
