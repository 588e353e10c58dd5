"""The page on which the reminder is switched on, and what the event's page says of it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from groundswell.attendances.models import Notice
from groundswell.attendances.notices import send_notices
from groundswell.attendances.reminders import remind_the_day_before
from groundswell.events import operations as events
from groundswell.events.models import Event
from groundswell.groups.models import Group
from groundswell.people.languages import offer_languages
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db

FORM = {"subject_en": "Tomorrow", "text_en": "Bring <b>a friend", "then": "on"}
DAY = timedelta(days=1)
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


def test_it_is_switched_on_with_ready_words_and_the_page_says_when_it_goes(
    organiser: Client, rally: Event
) -> None:
    assert path(rally) in organiser.get(path(rally, "")).content.decode()
    page = organiser.get(path(rally))
    assert fields(page)["subject_en"] == "Soon: Stand in unity"
    assert "Switch it on" in text(page)
    saved = organiser.post(path(rally), FORM)
    assert saved.headers["Location"] == path(rally, "")
    assert Notice.objects.get().by_itself
    before = f"{rally.day - DAY:%A} {(rally.day - DAY).day} {rally.day - DAY:%B %Y}, 6.30 pm"
    said = text(organiser.get(path(rally, ""))).replace("\N{NO-BREAK SPACE}", " ")
    assert f"A reminder goes out by itself on {before}." in said
    again = organiser.get(path(rally))
    assert fields(again)["subject_en"] == "Tomorrow"
    assert "Bring <b>a friend" in text(again)
    assert "Switch it off" in text(again)


def test_where_the_event_moves_the_page_says_the_new_time(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    later = made_up.details(day=rally.day + 3 * DAY)
    events.change(made_up.SYSTEM, event=rally, details=later)
    new = later.day - DAY
    assert f"by itself on {new:%A} {new.day} {new:%B}" in text(organiser.get(path(rally, ""))).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_it_is_switched_off(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    organiser.post(path(rally), {"then": "off"})
    assert Notice.objects.get().withdrawn_at is not None
    assert "No reminder goes out by itself." in text(organiser.get(path(rally, "")))
    organiser.post(path(rally), {"then": "off"})
    assert "No reminder goes out by itself." in text(organiser.get(path(rally, "")))


@pytest.mark.parametrize(("people", "went"), [(1, "went to 1 person."), (2, "went to 2 people.")])
def test_once_it_went_the_page_says_to_how_many(organiser: Client, rally: Event, people: int, went: str) -> None:
    for number in range(people):
        made_up.confirmed(rally, f"p{number}@example.org")
    organiser.post(path(rally), FORM)
    with time_machine.travel(rally.opens_at - DAY + A_MINUTE):
        remind_the_day_before()
    assert "The reminder is on its way." in text(organiser.get(path(rally, "")))
    with time_machine.travel(rally.opens_at - DAY + 2 * A_MINUTE):
        send_notices()
    said = text(organiser.get(path(rally, "")))
    assert f"The reminder {went}" in said
    page = organiser.get(path(rally))
    assert "Bring <b>a friend" in text(page)
    assert "<textarea" not in page.content.decode()
    late = organiser.post(path(rally), FORM)
    assert late.status_code == 409
    organiser.post(path(rally), {"then": "off"})
    assert "Too late: it is on its way." in text(organiser.get(path(rally, "")))


def test_of_what_is_cancelled_the_page_says_that_none_went(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    events.cancel(made_up.SYSTEM, event=rally)
    assert "No reminder went out." in text(organiser.get(path(rally, "")))
    refused = organiser.post(path(rally), FORM)
    assert refused.status_code == 409
    assert "Bring <b>a friend" in text(refused)


def test_each_language_has_its_words_and_its_faults(organiser: Client, rally: Event) -> None:
    offer_languages(made_up.SYSTEM, organisation=rally.organisation, languages=["en", "fr"])
    page = fields(organiser.get(path(rally)))
    assert page["subject_fr"] == "Bientôt : Stand in unity"
    wrong = organiser.post(path(rally), {**FORM, "subject_fr": "Demain", "text_fr": ""})
    assert wrong.status_code == 422
    shown = Markup(wrong.content.decode())
    assert {link["href"] for link in shown.all("a") if link.get("href", "").startswith("#t")} == {"#text_fr"}
    assert fields(wrong)["subject_fr"] == "Demain"
    assert organiser.post(path(rally), {**FORM, "subject_fr": "Demain", "text_fr": "Venez."}).status_code == 303
    assert Notice.objects.get().words == {"en": ["Tomorrow", "Bring <b>a friend"], "fr": ["Demain", "Venez."]}


def test_it_stands_among_what_was_said(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally), FORM)
    said = text(organiser.get(path(rally, "/tell")))
    assert "Tomorrow" in said
    assert "Goes out on" in said


def test_the_page_costs_a_fixed_number_of_queries(
    organiser: Client, rally: Event, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        organiser.get(path(rally, ""))
        with django_assert_num_queries(7):
            organiser.get(path(rally))
        organiser.post(path(rally), FORM)
