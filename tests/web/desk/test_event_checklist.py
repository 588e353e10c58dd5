"""What a march needs, with its dates."""

from datetime import timedelta

import pytest
from django.test import Client

from groundswell.events.models import Event
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def march(group: Group) -> Event:
    return made_up.draft(group, kind="demonstration", day=made_up.in_days(10))


def test_it_is_offered_to_marches_only(organiser: Client, group: Group, march: Event) -> None:
    path = "/desk/events/{}/checklist"
    assert path.format(march.id) in organiser.get(f"/desk/events/{march.id}").content.decode()
    rally = made_up.draft(group)
    assert path.format(rally.id) not in organiser.get(f"/desk/events/{rally.id}").content.decode()
    assert "needs no notice to the police" in organiser.get(path.format(rally.id)).content.decode()


def test_each_task_has_its_day_and_what_is_late_says_so(organiser: Client, march: Event) -> None:
    answer = organiser.get(f"/desk/events/{march.id}/checklist")
    items = {item.name: item for item in answer.context["items"]}
    assert items["police"].due == march.day - timedelta(days=7)
    assert {name for name, item in items.items() if item.late} == {"route", "accessible", "insurance", "first_aid"}
    assert "Late:" in answer.content.decode()


def test_what_is_done_is_ticked_and_can_be_unticked(organiser: Client, march: Event) -> None:
    path = f"/desk/events/{march.id}/checklist"
    organiser.post(path, {"police": "yes", "route": "yes", "status": "yes", "nonsense": "yes"})
    march.refresh_from_db()
    assert (march.checklist, march.status) == (["police", "route"], "draft")
    organiser.post(path, {"route": "yes"})
    march.refresh_from_db()
    assert march.checklist == ["route"]


def test_a_day_is_over_where_the_march_is(organiser: Client, group: Group) -> None:
    """In Kiritimati it is tomorrow for fourteen hours more than in UTC."""
    today = (now() + timedelta(hours=14)).date()
    march = made_up.draft(group, kind="demonstration", day=today + timedelta(days=7), zone="Pacific/Kiritimati")
    items = organiser.get(f"/desk/events/{march.id}/checklist").context["items"]
    assert not next(item for item in items if item.name == "police").late
