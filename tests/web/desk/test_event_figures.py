"""The curve, where people come from, and through whose links."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.figures import curves
from groundswell.attendances.models import Attendance
from groundswell.events.series import begin_series
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


def figures(client: Client, event: object) -> str:
    return client.get(f"/desk/events/{event.id}/figures").content.decode()  # type: ignore[attr-defined]


def test_the_curve_stands_beside_its_sisters_and_its_target(organiser: Client, group: Group) -> None:
    series = begin_series(made_up.SYSTEM, group=group, title="Twenty towns")
    rally = made_up.event(group, series, title="Leeds", target=50, expected=40)
    sister = made_up.event(group, series, title="Hull")
    made_up.event(group, series, title="Nobody yet")
    made_up.confirmed(rally, "ada@example.org", guests=1, postcode="M1 1AE", via="leaflet")
    made_up.confirmed(sister, "bo@example.org")
    Attendance.objects.update(created_at=now() - timedelta(days=3))
    made_up.confirmed(rally, "cy@example.org", postcode="LS1 1AA")
    made_up.confirmed(rally, "dan@example.org", answer="tentative")
    page = figures(organiser, rally)
    shown = Markup(page)
    assert {line["class"] for line in shown.all("polyline")} == {"own", "sister"}
    assert len(shown.all("polyline")) == 2
    assert [line["class"] for line in shown.all("line")] == ["target"]
    assert [name["class"] for name in shown.all("text") if "class" in name] == ["of-own"]
    text = " ".join(shown.text.split())
    assert "Leeds3" in text.replace(" ", "")
    assert "Hull1" in text.replace(" ", "")
    assert "M2" in text.replace(" ", "")
    assert "LS1" in text.replace(" ", "")
    assert "leaflet2" in text.replace(" ", "")
    assert "nolink1" in text.replace(" ", "")
    assert "Where people come from" in text
    assert "How they came" in text
    assert [dot["class"] for dot in shown.all("circle")] == ["dot", "dot"]


def test_the_table_says_what_the_curves_show(organiser: Client, group: Group) -> None:
    series = begin_series(made_up.SYSTEM, group=group, title="Twenty towns")
    rally = made_up.event(group, series, title="Leeds", target=1500)
    sister = made_up.event(group, series, title="Hull", day=made_up.in_days(3))
    for number, (event, ago) in enumerate([(rally, 9), (rally, 9), (rally, 4), (rally, 0), (sister, 6)]):
        answer = made_up.confirmed(event, f"p{number}@example.org", guests=number)
        Attendance.objects.filter(id=answer.id).update(created_at=now() - timedelta(days=ago))
    head, *rows, target = table(figures(organiser, rally))
    assert (head, target) == (["Days before", "Leeds", "Hull"], ["Target", "1,500", "–"])
    known = curves([rally.id, sister.id])
    today = now().date()
    for column, event in ((1, rally), (2, sister)):
        curve = known[event.id]
        said = {int(row[0]): row[column] for row in rows}
        level = "–"
        for ago in range(12, -1, -1):
            day = today - timedelta(days=ago)
            level = str(dict(zip(curve.days, curve.people, strict=True)).get(day, level))
            assert said.get((event.day - day).days, level) == level
        assert said[(event.day - today).days] == str(curve.people[-1])
    # Each step of a curve has a row, and what lies ahead of it has none.
    assert [row[0] for row in rows] == ["16", "11", "9", "7", "3"]
    assert rows[-1] == ["3", "–", "5"]


def table(page: str) -> list[list[str]]:
    """The cells of the table by days, row by row."""
    found = re.search(r'<table class="by-days">(.*?)</table>', page, re.DOTALL)
    assert found is not None
    return [
        [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", found[1], re.DOTALL)
    ]


def test_where_nobody_answered_it_says_so(organiser: Client, group: Group) -> None:
    page = figures(organiser, made_up.event(group))
    assert "Nobody has confirmed an answer yet." in page
    assert '<svg class="chart"' not in page


@pytest.mark.parametrize("answers", [1, 3])
def test_it_costs_the_same_however_many_answered(
    organiser: Client, group: Group, answers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rally = made_up.event(group)
    for number in range(answers):
        made_up.confirmed(rally, f"p{number}@example.org", via=f"link-{number}")
    with django_assert_num_queries(11):
        figures(organiser, rally)
