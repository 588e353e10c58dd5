"""The curve, where people come from, and through whose links."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

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
    with django_assert_num_queries(10):
        figures(organiser, rally)
