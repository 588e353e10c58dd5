"""An event on one page: new, changed, published with the same button."""

from datetime import time

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.events import operations
from groundswell.events.models import Event
from groundswell.groups.models import Campaign, Group
from groundswell.groups.operations import create_campaign
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

NEW = "/desk/events/new"


@pytest.fixture
def typed(group: Group) -> dict[str, str]:
    return {
        "title": "Stand in unity",
        "kind": "rally",
        "text": "Bring a friend.",
        "date": made_up.in_days(7).isoformat(),
        "start": "18:30",
        "end": "20:00",
        "zone": "Europe/London",
        "venue": "Riverside Hall",
        "address": "12 Made-up Street",
        "postcode": "m11ae",
        "access": "Step-free.",
        "group": str(group.id),
        "campaign": "",
        "then": "save",
    }


def campaign(group: Group, name: str = "Rents down") -> Campaign:
    return create_campaign(made_up.SYSTEM, organisation=group.organisation, name=name)


def fields(page: str) -> dict[str, str]:
    """What stands in the form, by field."""
    markup = Markup(page)
    values = {each["name"]: each.get("value", "") for each in markup.all("input") if each["type"] != "checkbox"}
    return values | {each["name"]: "yes" for each in markup.all("input") if "checked" in each}


def wrong(answer) -> dict[str, str]:
    """The sentence at each field."""
    page = Markup(answer.content.decode())
    return {link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")} - {"main"}


def test_an_event_is_saved_as_a_draft(organiser: Client, typed: dict[str, str], group: Group) -> None:
    chosen = campaign(group)
    answer = organiser.post(NEW, {**typed, "campaign": str(chosen.id)})
    event = Event.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/events/{event.id}")
    assert (event.title, event.status, event.starts, event.ends) == (
        "Stand in unity",
        "draft",
        time(18, 30),
        time(20),
    )
    assert (event.venue_postcode, event.campaign, event.group) == ("M1 1AE", chosen, group)
    assert "Saved as a draft: nobody sees it yet." in organiser.get(answer.headers["Location"]).content.decode()


def test_an_event_is_saved_and_published(organiser: Client, typed: dict[str, str]) -> None:
    answer = organiser.post(NEW, {**typed, "then": "publish"})
    assert Event.objects.get().status == "published"
    assert "Saved, and public." in organiser.get(answer.headers["Location"]).content.decode()


def test_what_cannot_be_published_leaves_no_draft_behind(organiser: Client, typed: dict[str, str]) -> None:
    answer = organiser.post(NEW, {**typed, "then": "publish", "date": made_up.in_days(-1).isoformat()})
    assert (answer.status_code, wrong(answer)) == (422, {"date"})
    assert Event.objects.count() == 0


def test_time_and_place_can_be_announced_later(organiser: Client, typed: dict[str, str]) -> None:
    place = {"latitude": "53.4794", "longitude": "-2.2453"}
    organiser.post(NEW, {**typed, **place, "time_later": "yes", "venue_later": "yes"})
    event = Event.objects.get()
    assert (event.starts, event.ends, event.venue_name, event.venue_address) == (None, None, "", "")
    assert (event.latitude, event.longitude, event.access_information) == (None, None, "Step-free.")


WRONG = [
    ({"title": "  "}, "title"),
    ({"title": "x" * 141}, "title"),
    ({"title": "Stand\0in unity"}, "title"),
    ({"kind": "riot"}, "kind"),
    ({"text": "x" * 10_001}, "text"),
    ({"date": ""}, "date"),
    ({"date": "31 June"}, "date"),
    ({"date": "2027-02-30"}, "date"),
    ({"date": "0001-01-01"}, "date"),
    ({"date": "9999-12-31"}, "date"),
    ({"start": ""}, "start"),
    ({"start": "25:00"}, "start"),
    ({"start": "18:30+02:00"}, "start"),
    ({"start": "١٨:٣٠"}, "start"),
    ({"end": "late"}, "end"),
    ({"zone": "Europe/Nowhere"}, "zone"),
    ({"zone": "../../etc/passwd"}, "zone"),
    ({"venue": ""}, "venue"),
    ({"venue": "x" * 141}, "venue"),
    ({"address": "x" * 301}, "address"),
    ({"postcode": "nowhere"}, "postcode"),
    ({"access": "x" * 2001}, "access"),
    ({"group": ""}, "group"),
    ({"group": "x"}, "group"),
    ({"campaign": "x"}, "campaign"),
    ({"series": "x"}, "series"),
    ({"series": "new", "series_title": " "}, "series_title"),
    ({"online_url": "http://example.org"}, "online_url"),
    ({"latitude": "north"}, "latitude"),
    ({"latitude": "53.4794"}, "longitude"),
    ({"longitude": "181", "latitude": "1"}, "longitude"),
    ({"step_free": "perhaps"}, "step_free"),
    ({"audience": "nobody"}, "audience"),
    ({"capacity": "many"}, "capacity"),
    ({"capacity": "0"}, "capacity"),
    ({"expected": "-1"}, "expected"),
    ({"target": "1e9"}, "target"),
    ({"contact_name": "x" * 121}, "contact_name"),
    ({"contact_how": "x" * 201}, "contact_how"),
    ({"speaker-0-name": "x" * 121}, "speaker-0-name"),
    ({"speaker-7-line": "Nobody in particular"}, "speaker-0-name"),
    ({"speaker-0-name": "Ada", "speaker-0-standing": "sure"}, "speaker-0-standing"),
    ({"question-0-text": "Why?"}, "question-0-purpose"),
    ({"question-0-text": "Why?", "question-0-purpose": "So", "question-0-days": "x"}, "question-0-days"),
    (
        {"question-0-text": "Why?", "question-0-purpose": "So", "question-0-kind": "choice"},
        "question-0-choices",
    ),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_what_was_wrong_is_said_at_its_field_and_the_rest_stays(
    organiser: Client, typed: dict[str, str], change: dict[str, str], field: str
) -> None:
    answer = organiser.post(NEW, {**typed, **change})
    assert (answer.status_code, wrong(answer)) == (422, {field})
    kept = fields(answer.content.decode())
    typed_now = {**typed, **change}
    assert {name: kept[name] for name in ("address", "postcode")} == {
        name: typed_now[name] for name in ("address", "postcode")
    }
    assert Event.objects.count() == 0


def test_everything_that_is_wrong_is_said_at_once(organiser: Client) -> None:
    answer = organiser.post(NEW, {})
    assert wrong(answer) == {"title", "kind", "date", "start", "zone", "venue", "group"}


def test_somebody_elses_group_and_campaign_are_as_unknown_as_none(
    organiser: Client, typed: dict[str, str]
) -> None:
    theirs = made_up.root(made_up.organisation("others", "Others"))
    assert wrong(organiser.post(NEW, {**typed, "group": str(theirs.id)})) == {"group"}
    assert wrong(organiser.post(NEW, {**typed, "campaign": str(campaign(theirs).id)})) == {"campaign"}


def test_a_campaign_is_the_organisations_own_even_where_one_works_for_both(
    organiser: Client, typed: dict[str, str], group: Group
) -> None:
    other = made_up.root(made_up.organisation("others", "Others"))
    made_up.account(other)
    campaign(group)
    theirs = campaign(other, "Fares down")
    page = organiser.get(NEW).content.decode()
    assert "Rents down" in page
    assert "Fares down" not in page
    assert wrong(organiser.post(NEW, {**typed, "campaign": str(theirs.id)})) == {"campaign"}


def test_an_event_is_changed(organiser: Client, typed: dict[str, str], group: Group) -> None:
    event = made_up.event(group)
    answer = organiser.post(f"/desk/events/{event.id}/edit", {**typed, "title": "Stand together", "version": "0"})
    assert answer.status_code == 303
    event.refresh_from_db()
    assert (event.title, event.slug, event.version, event.status) == (
        "Stand together",
        "stand-in-unity",
        1,
        "published",
    )


def test_who_moves_it_is_led_on_to_tell_those_who_are_coming(
    organiser: Client, typed: dict[str, str], group: Group
) -> None:
    event = made_up.event(group)
    made_up.confirmed(event)
    saved = organiser.post(f"/desk/events/{event.id}/edit", {**typed, "venue": "Town Hall", "version": "0"})
    page = Markup(organiser.get(saved.headers["Location"]).content.decode())
    tell = f"/desk/events/{event.id}/tell?kind=moved"
    # Before anything else that can be pressed.
    links = [link["href"] for link in page.all("a")]
    assert links.index(tell) < links.index(f"/desk/events/{event.id}/share")
    ready = organiser.get(tell).content.decode()
    assert "Changed: Stand in unity" in ready


def test_the_form_shows_the_event_as_it_is(organiser: Client, group: Group) -> None:
    event = made_up.draft(group, ends=time(20), venue_postcode="M1 1AE")
    page = organiser.get(f"/desk/events/{event.id}/edit").content.decode()
    shown = fields(page)
    assert (shown["title"], shown["start"], shown["end"]) == ("Stand in unity", "18:30", "20:00")
    assert (shown["venue"], shown["postcode"], shown["version"]) == ("Riverside Hall", "M1 1AE", "0")
    assert not shown.keys() & {"time_later", "venue_later"}
    assert "Save as a draft" in page


def test_what_is_to_be_announced_is_ticked(organiser: Client, group: Group) -> None:
    event = made_up.event(group, starts=None, venue_name="")
    page = organiser.get(f"/desk/events/{event.id}/edit").content.decode()
    shown = fields(page)
    assert (shown["time_later"], shown["venue_later"], shown["start"], shown["end"]) == ("yes", "yes", "", "")
    assert "Save what is public" in page


def test_what_was_cancelled_meanwhile_keeps_what_was_typed(
    organiser: Client, typed: dict[str, str], group: Group
) -> None:
    event = made_up.event(group)
    operations.cancel(made_up.SYSTEM, event=event)
    answer = organiser.post(f"/desk/events/{event.id}/edit", typed)
    assert answer.status_code == 409
    assert fields(answer.content.decode())["title"] == "Stand in unity"


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many_campaigns_there_are(
    organiser: Client, group: Group, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        campaign(group, f"Campaign {number}")
        made_up.branch(group, f"branch-{number}", f"Branch {number}")
    with django_assert_num_queries(8):
        organiser.get(NEW)


def test_saving_costs_a_fixed_number_of_queries(
    organiser: Client, typed: dict[str, str], group: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    event = made_up.event(group)
    organiser.post(f"/desk/events/{event.id}/edit", typed)
    organiser.get("/desk/")
    with django_assert_num_queries(18):  # six of them savepoints
        organiser.post(f"/desk/events/{event.id}/edit", typed)
