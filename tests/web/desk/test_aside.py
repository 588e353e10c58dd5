"""What could not be carried out, at the desk."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.models import Group
from groundswell.intake.models import SetAside
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from groundswell.ledger.models import Entry
from groundswell.web.desk import aside
from tests import made_up
from tests.web.markup import Markup, faults

pytestmark = pytest.mark.django_db


def put_aside(group: Group, subject=None, kind: str = "attend") -> SetAside:
    return SetAside.objects.create(
        organisation_id=group.organisation_id,
        id=uuid7(),
        kind=kind,
        subject=subject or uuid7(),
        code="event-closed",
        sentence="This event takes no more answers.",
        at=now() - timedelta(minutes=1),
    )


def text(client: Client, query: str = "") -> str:
    page = client.get(f"/desk/aside{query}").content.decode()
    assert faults(Markup(page)) == []
    return " ".join(Markup(page).text.split())


def test_it_says_what_and_why_and_about_which_event(organiser: Client, group: Group) -> None:
    put_aside(group, made_up.event(group).id)
    put_aside(group, kind="later")
    shown = text(organiser)
    assert "An answer to an event Stand in unity This event takes no more answers.".replace(
        " ", ""
    ) in shown.replace(" ", "")
    assert "later" in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_much_there_is(
    organiser: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        put_aside(group, made_up.event(group).id)
    with django_assert_num_queries(9):
        organiser.get("/desk/aside")


def test_what_was_seen_is_put_away_and_what_came_since_stays(organiser: Client, group: Group) -> None:
    put_aside(group)
    seen = put_aside(group)
    since = put_aside(group)
    answer = organiser.post("/desk/aside", {"until": seen.at.isoformat()})
    assert answer.headers["Location"] == "/desk/"
    assert [entry.id for entry in SetAside.objects.all()] == [since.id]
    entry = Entry.objects.get(verb="groups.put_away")
    assert (entry.detail, entry.actor) == (
        {"entries": 2},
        made_up.Account.objects.get(email="olu@example.org").id,
    )


def test_nothing_is_put_away_unseen(organiser: Client, viewer: Client, stranger: Client, group: Group) -> None:
    newest = put_aside(group)
    organiser.post("/desk/aside")
    organiser.post("/desk/aside", {"until": "x"})
    organiser.post("/desk/aside", {"until": "2200-01-01T00:00:00"})
    organiser.post("/desk/aside", {"until": "2200-13-01T00:00:00+00:00"})
    viewer.post("/desk/aside", {"until": newest.at.isoformat()})
    stranger.post("/desk/aside", {"until": newest.at.isoformat()})
    assert SetAside.objects.count() == 1


def test_a_viewer_sees_it_and_has_no_button(viewer: Client, organiser: Client, group: Group) -> None:
    put_aside(group)
    assert "Put these away" in text(organiser)
    assert "Put these away" not in text(viewer)
    assert "This event takes no more answers." in text(viewer)


def test_it_is_nobody_elses(stranger: Client, group: Group) -> None:
    put_aside(group)
    assert "Nothing is set aside" in text(stranger)


def test_a_long_list_goes_on_elsewhere(organiser: Client, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "AT_ONCE", 2)
    for kind in ("one", "two", "three"):
        put_aside(group, kind=kind)
    page = organiser.get("/desk/aside").content.decode()
    [older] = [link["href"] for link in Markup(page).all("a") if link.get("href", "").startswith("?page=")]
    assert "WhatEventWhyWhen three" in text(organiser)
    rest = text(organiser, older)
    assert "WhatEventWhyWhen one" in rest
    assert "Put these away" not in rest  # only what one has seen from the top
