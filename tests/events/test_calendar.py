"""Calendars, read back by two programs that know nothing of each other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
import vobject

from groundswell.events import operations as events
from groundswell.events.calendar import calendar, feed
from groundswell.events.models import Event
from tests import made_up

pytestmark = pytest.mark.django_db

Make = Callable[..., Event]


@pytest.fixture
def make() -> Make:
    group = made_up.root(made_up.organisation(contact_email="office@example.org"))
    return lambda **facts: made_up.event(group, **facts)


def entries(written: bytes) -> list[dict[str, object]]:
    """What stands in a file, on which both agree."""
    one, other = by_icalendar(written), by_vobject(written)
    assert one == other
    return one


def by_icalendar(written: bytes) -> list[dict[str, object]]:
    file = icalendar.Calendar.from_ical(written)
    assert file["METHOD"] == "PUBLISH"
    return [
        {
            "uid": str(entry["UID"]),
            "sequence": int(entry["SEQUENCE"]),
            "status": str(entry["STATUS"]),
            "summary": str(entry["SUMMARY"]),
            "description": str(entry["DESCRIPTION"]),
            "location": str(entry["LOCATION"]),
            "organiser": str(entry["ORGANIZER"]),
            "url": str(entry["URL"]),
            "starts": in_utc(entry["DTSTART"].dt),
            "ends": in_utc(entry["DTEND"].dt),
        }
        for entry in file.walk("VEVENT")
    ]


def by_vobject(written: bytes) -> list[dict[str, object]]:
    file = vobject.readOne(written.decode())
    assert file.method.value == "PUBLISH"
    return [
        {
            "uid": entry.uid.value,
            "sequence": int(entry.sequence.value),
            "status": entry.status.value,
            "summary": entry.summary.value,
            "description": entry.description.value,
            "location": entry.location.value,
            "organiser": entry.organizer.value,
            "url": entry.url.value,
            "starts": in_utc(entry.dtstart.value),
            "ends": in_utc(entry.dtend.value),
        }
        for entry in file.contents.get("vevent", [])
    ]


def in_utc(value: date | datetime) -> date | datetime:
    """A moment by the zone that the file itself describes; a whole day stays one."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def test_it_says_what_the_page_says(make: Make) -> None:
    event = make(venue_address="12 Made-up Street, London; left, left", ends=time(20), text="One\n\n2, 3; 4")
    (entry,) = entries(calendar(event))
    url = f"http://127.0.0.1:8000/e/{event.slug}"
    assert entry["uid"] == f"{event.id}@groundswell"
    assert (entry["summary"], entry["status"], entry["url"]) == ("Stand in unity", "CONFIRMED", url)
    assert entry["location"] == "Riverside Hall, 12 Made-up Street, London; left, left"
    assert entry["description"] == f"One\n\n2, 3; 4\n\n{url}"
    assert entry["organiser"] == "mailto:office@example.org"


@pytest.mark.parametrize(
    ("day", "starts", "ends", "begins", "finishes"),
    [
        # The clocks go forward at 1 am, from 0 to 1 hour before UTC: that night lasts an hour less.
        (date(2027, 3, 27), time(18, 30), time(20), "2027-03-27T18:30Z", "2027-03-27T20:00Z"),
        (date(2027, 3, 28), time(18, 30), time(20), "2027-03-28T17:30Z", "2027-03-28T19:00Z"),
        (date(2027, 3, 27), time(22), time(3), "2027-03-27T22:00Z", "2027-03-28T02:00Z"),
        (date(2027, 3, 28), time(0, 30), time(2, 30), "2027-03-28T00:30Z", "2027-03-28T01:30Z"),
        # And back at 2 am.
        (date(2027, 10, 30), time(18, 30), time(20), "2027-10-30T17:30Z", "2027-10-30T19:00Z"),
        (date(2027, 10, 31), time(18, 30), time(20), "2027-10-31T18:30Z", "2027-10-31T20:00Z"),
        (date(2027, 10, 30), time(22), time(3), "2027-10-30T21:00Z", "2027-10-31T03:00Z"),
        (date(2027, 10, 31), time(0, 30), time(2, 30), "2027-10-30T23:30Z", "2027-10-31T02:30Z"),
    ],
)
def test_it_is_right_where_the_clocks_change(
    make: Make, day: date, starts: time, ends: time, begins: str, finishes: str
) -> None:
    event = make(day=day, starts=starts, ends=ends)
    (entry,) = entries(calendar(event))
    assert entry["starts"] == datetime.fromisoformat(begins)
    assert entry["ends"] == datetime.fromisoformat(finishes)


def test_the_file_describes_its_zone_so_that_nobody_has_to_guess(make: Make) -> None:
    file = icalendar.Calendar.from_ical(feed([make(), make(title="Abroad", zone="Europe/Paris")]))
    zones = {str(zone["TZID"]): zone for zone in file.walk("VTIMEZONE")}
    assert set(zones) == {"Europe/London", "Europe/Paris"}
    assert {str(entry["DTSTART"].params["TZID"]) for entry in file.walk("VEVENT")} == set(zones)
    assert all(zone.walk("DAYLIGHT") and zone.walk("STANDARD") for zone in zones.values())


def test_a_day_without_a_time_is_a_whole_day(make: Make) -> None:
    day = date(2027, 3, 28)
    (entry,) = entries(calendar(make(day=day, starts=None, venue_name="")))
    assert (entry["starts"], entry["ends"]) == (day, day + timedelta(days=1))
    assert entry["location"] == "Place to be announced"


def test_a_change_keeps_the_entry_and_raises_its_number(make: Make) -> None:
    event = make()
    (first,) = entries(calendar(event))
    event = events.change(made_up.SYSTEM, event=event, details=made_up.details(starts=time(19)))
    (moved,) = entries(calendar(event))
    event = events.cancel(made_up.SYSTEM, event=event)
    (cancelled,) = entries(calendar(event))
    assert first["uid"] == moved["uid"] == cancelled["uid"]
    assert first["sequence"] < moved["sequence"] < cancelled["sequence"]
    assert (moved["status"], cancelled["status"]) == ("CONFIRMED", "CANCELLED")
    assert moved["starts"] == first["starts"] + timedelta(minutes=30)


def test_the_link_to_take_part_online_is_in_no_calendar(make: Make) -> None:
    event = make(venue_name="", online_url="https://meet.example.org/secret")
    (entry,) = entries(calendar(event))
    assert entry["location"] == "Online"
    assert b"meet.example.org" not in calendar(event)


def test_a_demonstration_says_so_first(make: Make) -> None:
    played = made_up.organisation(
        "played", demonstration_note="Only a demonstration", contact_email="office@example.org"
    )
    (entry,) = entries(calendar(made_up.event(made_up.root(played))))
    assert str(entry["description"]).startswith("Only a demonstration\n")


def test_co_ordinates_come_along_and_nobody_is_named_who_has_no_address() -> None:
    group = made_up.root(made_up.organisation())
    here = made_up.event(group, venue_name="", latitude=53.5, longitude=-2.25)
    file = icalendar.Calendar.from_ical(calendar(here))
    (entry,) = file.walk("VEVENT")
    assert entry["GEO"].to_ical() == "53.5;-2.25"
    assert str(entry["LOCATION"]).startswith("Grid reference SD 835 003")
    assert "ORGANIZER" not in entry


def test_a_feed_has_a_name_and_says_when_to_look_again(make: Make) -> None:
    written = feed([make(), make(title="Another")], "Tenants’ Union")
    assert [entry["summary"] for entry in entries(written)] == ["Stand in unity", "Another"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in written
    file = icalendar.Calendar.from_ical(written)
    assert (file["NAME"], file["X-WR-CALNAME"]) == ("Tenants’ Union", "Tenants’ Union")
    assert entries(feed([], "Nothing yet")) == []


def test_no_line_is_too_long_and_each_ends_as_it_should(make: Make) -> None:
    written = calendar(make(title="Überall " * 15, text="ü" * 500))
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
