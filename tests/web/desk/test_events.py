"""The list of events."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.web.desk import events
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/desk/events{query}").content.decode()
    return re.findall(r"Rally-\d+", Markup(page).text)


def more(client: Client, query: str, verb: str) -> str:
    page = client.get(f"/desk/events{query}").content.decode()
    return page.split(f'">{verb}</a>')[0].rsplit('href="', 1)[1].replace("&amp;", "&")


def test_what_lies_ahead_stands_in_the_order_of_time_and_what_is_past_the_other_way_round(
    organiser: Client, group: Group, time_machine: TimeMachineFixture
) -> None:
    for day in (3, 1, 2, 12, 11, 13):
        made_up.event(group, title=f"Rally-{day}", day=made_up.in_days(day))
    time_machine.move_to(now() + timedelta(days=10))
    organiser.force_login(made_up.account(group))
    assert titles(organiser) == ["Rally-11", "Rally-12", "Rally-13", "Rally-3", "Rally-2", "Rally-1"]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many_there_are(
    organiser: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        made_up.answer(made_up.event(group, title=f"Rally-{number}"))
    with django_assert_num_queries(10):
        organiser.get("/desk/events")


def test_a_long_list_goes_on_elsewhere(
    organiser: Client, group: Group, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture
) -> None:
    monkeypatch.setattr(events, "AT_ONCE", 2)
    for day in (1, 2, 3, 11, 12, 13, 14):
        made_up.event(group, title=f"Rally-{day}", day=made_up.in_days(day))
    time_machine.move_to(now() + timedelta(days=10))
    organiser.force_login(made_up.account(group))
    assert titles(organiser) == ["Rally-11", "Rally-12", "Rally-3", "Rally-2"]
    later = more(organiser, "", "Later")
    assert titles(organiser, later) == ["Rally-13", "Rally-14", "Rally-3", "Rally-2"]
    both = more(organiser, later, "Earlier")
    assert titles(organiser, both) == ["Rally-13", "Rally-14", "Rally-1"]
    assert "Later</a>" not in organiser.get(f"/desk/events{both}").content.decode()


@pytest.mark.parametrize("query", ["?ahead=x", "?ahead=-1", "?ahead=9999999999999999999", "?ahead=٣"])
def test_a_page_that_is_no_number_is_the_first(organiser: Client, group: Group, query: str) -> None:
    made_up.event(group, title="Rally-1")
    assert titles(organiser, query) == ["Rally-1"]


def test_it_says_how_many_are_coming(organiser: Client, group: Group) -> None:
    event = made_up.event(group)
    made_up.confirmed(event, "ada@example.org", guests=3)
    made_up.answer(event, "bo@example.org", guests=5)
    text = " ".join(Markup(organiser.get("/desk/events").content.decode()).text.split())
    assert "Published41" in text.replace(" ", "")


def test_a_draft_is_thrown_away_and_brought_back_with_one_press_each(organiser: Client, group: Group) -> None:
    draft = made_up.draft(group, title="A slip")
    at = f"/desk/events/{draft.id}"
    assert f"{at}/drop" in organiser.get(at).content.decode()
    assert organiser.post(f"{at}/drop").headers["Location"] == "/desk/events"
    gone = organiser.get("/desk/events").content.decode()
    assert f"{at}/back" in gone
    assert organiser.get(at).status_code == 404
    assert organiser.post(f"{at}/back").headers["Location"] == at
    assert "Thrown away today" not in organiser.get("/desk/events").content.decode()
    assert organiser.post(f"{at}/back").status_code == 404


def test_a_draft_with_a_bloc_says_why_it_stays(organiser: Client, group: Group) -> None:
    draft = made_up.draft(group)
    made_up.bloc_draft(group, draft)
    assert organiser.post(f"/desk/events/{draft.id}/drop").headers["Location"] == f"/desk/events/{draft.id}"
    assert "it cannot be thrown away" in organiser.get(f"/desk/events/{draft.id}").content.decode()
