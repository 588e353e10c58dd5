"""Publishing at a time, on the clock of the event's place; and taking back what was just published."""

from datetime import UTC, datetime, time

import pytest
from django.test import Client

from groundswell.attendances.models import Attendance, Part
from groundswell.attendances.totals import open_held
from groundswell.events.models import Event
from groundswell.events.operations import cancel
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.web.desk import event_publish
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


def schedule(client: Client, event: Event, **typed: str):
    return client.post(f"/desk/events/{event.id}/schedule", typed)


def wrong(answer) -> set[str]:
    page = Markup(answer.content.decode())
    return {link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")} - {"main"}


def said(client: Client, event: Event) -> str:
    return " ".join(client.get(f"/desk/events/{event.id}").content.decode().replace("\xa0", " ").split())


def test_a_draft_is_published_on_the_clock_of_its_place(organiser: Client, group: Group) -> None:
    year = now().year + 1
    event = made_up.draft(
        group, day=made_up.in_days(0).replace(year=year, month=8, day=1), zone="America/New_York"
    )
    answer = schedule(organiser, event, date=f"{year}-07-20", time="09:00")
    assert answer.status_code == 303
    event.refresh_from_db()
    assert event.publish_at == datetime(year, 7, 20, 13, tzinfo=UTC)
    page = said(organiser, event)
    assert "It is published by itself on" in page
    assert f"20 July {year}, 9 am (America/New York)" in page
    form = Markup(organiser.get(f"/desk/events/{event.id}/schedule").content.decode())
    assert {each["id"]: each["value"] for each in form.all("input") if each.get("id") in {"date", "time"}} == {
        "date": f"{year}-07-20",
        "time": "09:00",
    }


def test_it_is_taken_back(organiser: Client, group: Group) -> None:
    event = made_up.draft(group)
    schedule(organiser, event, date=made_up.in_days(2).isoformat(), time="09:00")
    schedule(organiser, event, then="off")
    event.refresh_from_db()
    assert event.publish_at is None
    assert "It stays a draft until somebody publishes it." in said(organiser, event)


@pytest.mark.parametrize(
    ("days", "at", "fields"),
    [
        (2, "", {"time"}),
        (2, "late", {"time"}),
        (-1, "09:00", {"date"}),
        (90, "09:00", {"date"}),
        (None, "x", {"date", "time"}),
    ],
)
def test_what_is_no_moment_ahead_is_refused(
    organiser: Client, group: Group, days: int | None, at: str, fields: set[str]
) -> None:
    event = made_up.draft(group)
    answer = schedule(organiser, event, date=made_up.in_days(days).isoformat() if days else "soon", time=at)
    assert (answer.status_code, wrong(answer)) == (422, fields)
    event.refresh_from_db()
    assert event.publish_at is None


def test_what_is_published_already_needs_no_moment(organiser: Client, group: Group) -> None:
    event = made_up.event(group)
    schedule(organiser, event, date=made_up.in_days(2).isoformat(), time="09:00")
    assert "This event is published already" in said(organiser, event)


def withdraw(client: Client, event: Event) -> str:
    client.post(f"/desk/events/{event.id}/withdraw")
    event.refresh_from_db()
    return event.status


def test_what_was_published_is_a_draft_again(organiser: Client, group: Group) -> None:
    event = made_up.event(group)
    assert "Undo: back to a draft" in said(organiser, event)
    assert withdraw(organiser, event) == "draft"
    assert event.published_at is None
    assert Client().get(f"/e/{event.slug}").status_code == 404
    page = said(organiser, event)
    assert "It is a draft again: nobody sees it." in page
    assert "Undo: back to a draft" not in page


def test_once_somebody_has_answered_it_stays(organiser: Client, group: Group) -> None:
    event = made_up.event(group)
    made_up.answer(event)
    assert "Undo: back to a draft" not in said(organiser, event)
    assert withdraw(organiser, event) == "published"
    assert "Somebody has answered already." in said(organiser, event)


def test_without_the_look_who_answered_is_left_alone(
    organiser: Client, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: nobody looks whether somebody has answered."""
    event = made_up.event(group)
    made_up.answer(event)
    monkeypatch.setattr(event_publish, "anybody_answered", lambda event: False)
    assert (withdraw(organiser, event), Attendance.objects.count()) == ("draft", 1)


def held_with_allies(group: Group) -> Event:
    """An event that allies hold too, to whom nobody of the host's has answered."""
    event = made_up.event(group)
    made_up.cohost(event, made_up.organisation("allies", "Allies"))
    open_held()
    return event


@pytest.mark.parametrize("answered", [False, True])
def test_whether_anybody_answered_others_is_not_told_by_trying(
    organiser: Client, group: Group, answered: bool
) -> None:
    event = held_with_allies(group)
    if answered:
        made_up.answer(event, by=event.cohosts.get().organisation)
    assert "Undo: back to a draft" not in said(organiser, event)
    assert withdraw(organiser, event) == "published"
    assert "People may have answered on other organisations’ pages." in said(organiser, event)


def test_without_that_the_host_hears_whether_somebody_has(
    organiser: Client, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: what happens depends on an answer that is not the host's."""
    monkeypatch.setattr(event_publish, "is_together", lambda id: Part.objects.filter(event_id=id).exists())
    event = held_with_allies(group)
    made_up.answer(event, by=event.cohosts.get().organisation)
    assert withdraw(organiser, event) == "published"
    untouched = made_up.event(group)
    made_up.cohost(untouched, event.cohosts.get().organisation)
    assert withdraw(organiser, untouched) == "draft"


def test_what_is_cancelled_does_not_become_a_draft(organiser: Client, group: Group) -> None:
    event = cancel(made_up.SYSTEM, event=made_up.event(group, starts=time(12)))
    assert withdraw(organiser, event) == "cancelled"
