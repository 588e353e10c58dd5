"""Assigning a few people to a volunteer, and the page on which these are seen."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from groundswell.attendances.assigning import nobodys
from groundswell.events.models import Event
from groundswell.groups.models import Account, Group
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from tests import made_up
from tests.web.desk.conftest import signed_in
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def rally(group: Group) -> Event:
    event = made_up.event(group)
    for name in ("Ada", "Bo", "Cy"):
        made_up.confirmed(event, f"{name.lower()}@example.org", name)
    return event


@pytest.fixture
def vic(group: Group) -> Account:
    ends = now() + timedelta(hours=71)
    return made_up.account(group, made_up.STEWARD, "vic@example.org", "Vic", contact=True, ends_at=ends)


def where(event: Event, verb: str = "assign") -> str:
    return f"/desk/events/{event.id}/{verb}"


def text(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    assert faults(Markup(page)) == []
    return " ".join(Markup(page).text.split())


def test_the_next_are_assigned_seen_and_taken_back(organiser: Client, rally: Event, vic: Account) -> None:
    assert where(rally) in organiser.get(f"/desk/events/{rally.id}").content.decode()
    assert "Vic 0 people of this event" in text(organiser, where(rally))
    organiser.post(where(rally), {"then": "next", "volunteer": str(vic.id), "many": "2"})
    assert "2 people are assigned. " in text(organiser, where(rally)) + " "
    browser = signed_in(vic)
    event = browser.get(f"/desk/events/{rally.id}").content.decode()
    assert where(rally, "assigned") in event
    assert "Ada" not in event
    shown = text(browser, where(rally, "assigned"))
    assert [name in shown for name in ("ada@example.org", "bo@example.org", "cy@example.org")] == [
        True,
        True,
        False,
    ]
    assert Entry.objects.get(verb="attendances.see_assigned").detail["people"] == 2
    organiser.post(where(rally), {"then": "back", "volunteer": str(vic.id)})
    assert "2 people are taken back." in text(organiser, where(rally))
    assert "Nobody is assigned to you" in text(browser, where(rally, "assigned"))


def test_those_who_are_ticked_are_assigned(organiser: Client, rally: Event, vic: Account) -> None:
    bo = nobodys(rally)[1]
    these = {"then": "these", "volunteer": str(vic.id)}
    organiser.post(where(rally), {**these, "answer": str(bo.id)})
    assert "bo@example.org" in text(signed_in(vic), where(rally, "assigned"))
    organiser.post(where(rally), these)
    assert "0 people are assigned." in text(organiser, where(rally))


@pytest.mark.parametrize("many", ["51", "x", "", "0", "9999"])
def test_no_more_than_fifty(organiser: Client, rally: Event, vic: Account, many: str) -> None:
    organiser.post(where(rally), {"then": "next", "volunteer": str(vic.id), "many": many})
    assert "A volunteer sees at most fifty people" in text(organiser, where(rally))


def test_what_is_no_form_of_this_page(organiser: Client, rally: Event, vic: Account) -> None:
    assert organiser.post(where(rally), {"then": "dance", "volunteer": str(vic.id)}).status_code == 404
    assert organiser.post(where(rally), {"then": "next", "volunteer": "x"}).status_code == 404


def test_it_ends_within_a_second(organiser: Client, rally: Event, group: Group) -> None:
    ends = now() + timedelta(hours=1)
    vic = made_up.account(group, made_up.VIEWER, "vic@example.org", "Vic", contact=True, ends_at=ends)
    organiser.post(where(rally), {"then": "next", "volunteer": str(vic.id), "many": "2"})
    browser = signed_in(vic)
    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        assert browser.get(where(rally, "assigned")).status_code == 200
    with time_machine.travel(ends, tick=False):
        assert browser.get(where(rally, "assigned")).status_code == 404


def test_who_may_not(viewer: Client, stranger: Client, rally: Event) -> None:
    for verb in ("assign", "assigned"):
        assert (viewer.get(where(rally, verb)).status_code, stranger.get(where(rally, verb)).status_code) == (
            403,
            404,
        )


def test_where_there_is_no_volunteer_it_says_how_to_have_one(organiser: Client, rally: Event) -> None:
    shown = text(organiser, where(rally))
    assert ("No volunteer sees addresses here." in shown, "Ada" in shown) == (True, False)


def test_an_owner_gives_a_volunteer_addresses_for_72_hours(owner: Client, group: Group) -> None:
    here = "/desk/settings/tenants-union"
    assert "at most fifty people who are assigned to them" in text(owner, here)
    form = {"form": "role", "role_email": "bea@example.org", "role_role": "viewer", "role_group": str(group.id)}
    owner.post(here, {**form, "role_contact": "yes"})
    assert Account.objects.get(email="bea@example.org").memberships.get().contact
