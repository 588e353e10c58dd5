"""The page on which reminders are set, and what the event's page says of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.models import Notice
from groundswell.attendances.notices import send_notices
from groundswell.attendances.reminders import remind_those_coming
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.people.languages import offer_languages
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

FORM = {"before": "day", "day-subject_en": "Tomorrow", "day-text_en": "Bring <b>a friend", "then": "on"}
OFF = {"before": "day", "then": "off"}
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def rally(group: Group) -> Event:
    return made_up.event(group)


def path(rally: Event, more: str = "/reminder") -> str:
    return f"/desk/events/{rally.id}{more}"


def text(response: object) -> str:
    return " ".join(Markup(response.content.decode()).text.split())  # type: ignore[attr-defined]


def fields(response: object) -> dict[str, str]:
    page = Markup(response.content.decode())  # type: ignore[attr-defined]
    return {field["name"]: field.get("value", "") for field in page.all("input") if "name" in field}


def said(response: object) -> str:
    return text(response).replace("\N{NO-BREAK SPACE}", " ")


def test_own_words_to_many_are_refused_with_the_reason_and_stay(
    organiser: Client, rally: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.attendances.by_two.MANY", 0)
    made_up.confirmed(rally)
    refused = organiser.post(path(rally), FORM)
    assert refused.status_code == 409
    assert "then a second person agrees to your words" in text(refused)
    assert fields(refused)["day-subject_en"] == "Tomorrow"
    assert not Notice.objects.exists()


def test_it_is_set_with_ready_words_and_the_page_says_when_it_goes(organiser: Client, rally: Event) -> None:
    assert path(rally) in organiser.get(path(rally, "")).content.decode()
    page = organiser.get(path(rally))
    assert fields(page)["day-subject_en"] == "Soon: Stand in unity"
    assert text(page).count("is not set") == 3
    assert "Set it" in text(page)
    saved = organiser.post(path(rally), FORM)
    assert saved.headers["Location"] == path(rally)
    assert Notice.objects.get().before == "day"
    before = f"{rally.day - DAY:%A} {(rally.day - DAY).day} {rally.day - DAY:%B %Y}, 6.30 pm"
    assert f"Reminder a day before: goes out by itself on {before}." in said(organiser.get(path(rally, "")))
    again = organiser.get(path(rally))
    assert f"A day before goes out by itself on {before}" in said(again)
    assert fields(again)["day-subject_en"] == "Tomorrow"
    assert "Bring <b>a friend" in text(again)
    assert "Take it off" in text(again)


def test_where_the_event_moves_the_page_says_the_new_time(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    later = made_up.details(day=rally.day + 3 * DAY)
    events.change(made_up.SYSTEM, event=rally, details=later)
    new = later.day - DAY
    assert f"by itself on {new:%A} {new.day} {new:%B}" in said(organiser.get(path(rally, "")))


def test_it_is_taken_off(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    for _ in range(2):
        organiser.post(path(rally), OFF)
        assert Notice.objects.get().withdrawn_at is not None
        assert "Taken off: this reminder does not go out." in text(organiser.get(path(rally)))
    assert "Reminder a day before" not in text(organiser.get(path(rally, "")))


def test_each_of_the_three_is_set_by_itself(organiser: Client, group: Group) -> None:
    rally = made_up.event(group, title="Later", day=made_up.in_days(20))
    for before in ("hours", "week", "day"):
        ready = fields(organiser.get(path(rally)))[f"{before}-subject_en"]
        words = {f"{before}-subject_en": ready, f"{before}-text_en": "Come."}
        assert organiser.post(path(rally), {"before": before, "then": "on", **words}).status_code == 303
    assert "is not set" not in text(organiser.get(path(rally)))
    found = text(organiser.get(path(rally, "")))
    places = [
        found.index(f"Reminder {when}: goes out") for when in ("a week before", "a day before", "two hours before")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("before", ["", "month"])
def test_there_are_no_others(organiser: Client, rally: Event, before: str) -> None:
    assert organiser.post(path(rally), {**FORM, "before": before}).status_code == 404


def test_one_whose_moment_has_passed_says_so_and_keeps_what_was_typed(organiser: Client, group: Group) -> None:
    rally = made_up.event(group, title="Soon", day=made_up.in_days(3))
    page = organiser.get(path(rally))
    assert "It is too late for this reminder" in text(page)
    assert "week-subject_en" not in fields(page)
    typed = {"before": "week", "week-subject_en": "In a week", "week-text_en": "Come.", "then": "on"}
    refused = organiser.post(path(rally), typed)
    assert (refused.status_code, fields(refused)["week-subject_en"]) == (409, "In a week")
    assert not Notice.objects.exists()


def test_without_a_time_the_page_says_why_there_is_no_two_hours_before(organiser: Client, group: Group) -> None:
    rally = made_up.event(group, title="All day", starts=None)
    assert "Only the day is known yet" in text(organiser.get(path(rally)))
    typed = {"before": "hours", "hours-subject_en": "Soon", "hours-text_en": "Come.", "then": "on"}
    assert organiser.post(path(rally), typed).status_code == 409


def now_it_has_no_time(rally: Event) -> timedelta:
    Event.objects.filter(id=rally.id).update(starts=None)
    return 5 * DAY


def now_it_is_due(_rally: Event) -> timedelta:
    return 2 * HOUR - A_MINUTE


def now_it_is_a_draft(rally: Event) -> timedelta:
    Event.objects.filter(id=rally.id).update(status="draft")
    return 2 * HOUR - A_MINUTE


def now_it_is_too_late(rally: Event) -> timedelta:
    Notice.objects.filter(event=rally).update(before="day")
    return HOUR


def now_it_has_begun(_rally: Event) -> timedelta:
    return -A_MINUTE


@pytest.mark.parametrize(
    ("then", "state"),
    [
        (now_it_has_no_time, "waits until the event has a time"),
        (now_it_is_due, "goes out any minute"),
        (now_it_is_a_draft, "goes out once it is published"),
        (now_it_is_too_late, "too late, it does not go out"),
        (now_it_has_begun, "did not go out"),
    ],
)
def test_whatever_becomes_of_it_the_page_says_so_and_it_can_be_taken_off(
    organiser: Client, rally: Event, then: Callable[[Event], timedelta], state: str
) -> None:
    words = {"hours-subject_en": "Soon", "hours-text_en": "Come."}
    organiser.post(path(rally), {"before": "hours", "then": "on", **words})
    Notice.objects.update(created_at=now() - HOUR)
    Event.objects.filter(id=rally.id).update(opens_at=now() + then(rally))
    page = text(organiser.get(path(rally)))
    assert state in page
    assert "Take it off" in page


@pytest.mark.parametrize(("people", "went"), [(1, "went to 1 person on"), (2, "went to 2 people on")])
def test_once_it_went_the_page_says_to_how_many(organiser: Client, rally: Event, people: int, went: str) -> None:
    for number in range(people):
        made_up.confirmed(rally, f"p{number}@example.org")
    organiser.post(path(rally), FORM)
    with time_machine.travel(rally.opens_at - DAY + A_MINUTE):
        remind_those_coming()
    assert "Reminder a day before: is on its way." in text(organiser.get(path(rally, "")))
    with time_machine.travel(rally.opens_at - DAY + 2 * A_MINUTE):
        send_notices()
    assert f"Reminder a day before: {went}" in text(organiser.get(path(rally, "")))
    page = organiser.get(path(rally))
    assert "Bring <b>a friend" in text(page)
    assert "day-subject_en" not in fields(page)
    late = organiser.post(path(rally), FORM)
    assert late.status_code == 409
    organiser.post(path(rally), OFF)
    assert "Too late: it is on its way." in text(organiser.get(path(rally)))


def test_of_what_is_cancelled_the_page_says_that_none_went(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    events.cancel(made_up.SYSTEM, event=rally)
    assert "Reminder a day before: did not go out." in text(organiser.get(path(rally, "")))
    refused = organiser.post(path(rally), FORM)
    assert refused.status_code == 409
    assert "Bring <b>a friend" in text(refused)


def test_each_language_has_its_words_and_its_faults(organiser: Client, rally: Event) -> None:
    offer_languages(made_up.SYSTEM, organisation=rally.organisation, languages=["en", "fr"])
    page = fields(organiser.get(path(rally)))
    assert page["day-subject_fr"] == "Bientôt : Stand in unity"
    wrong = organiser.post(path(rally), {**FORM, "day-subject_fr": "Demain", "day-text_fr": ""})
    assert wrong.status_code == 422
    shown = Markup(wrong.content.decode())
    assert {link["href"] for link in shown.all("a") if link.get("href", "").startswith("#day")} == {"#day-text_fr"}
    assert fields(wrong)["day-subject_fr"] == "Demain"
    right = {**FORM, "day-subject_fr": "Demain", "day-text_fr": "Venez."}
    assert organiser.post(path(rally), right).status_code == 303
    assert Notice.objects.get().words == {"en": ["Tomorrow", "Bring <b>a friend"], "fr": ["Demain", "Venez."]}


def test_it_stands_among_what_was_said(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    among = text(organiser.get(path(rally, "/tell")))
    assert "Tomorrow" in among
    assert "Goes out on" in among
    Event.objects.filter(id=rally.id).update(opens_at=now() + HOUR)
    assert "Does not go out as things stand." in text(organiser.get(path(rally, "/tell")))


def test_the_page_costs_a_fixed_number_of_queries(
    organiser: Client, rally: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        organiser.get(path(rally, ""))
        with django_assert_num_queries(7):
            organiser.get(path(rally))
        organiser.post(path(rally), FORM)
