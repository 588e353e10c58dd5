"""One event at the desk: who is coming, live, and what can be done with it."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import TimeMachineFixture

from groundswell.attendances.models import Notice
from groundswell.attendances.notices import send_notices
from groundswell.events.models import Event
from groundswell.events.operations import cancel as cancel_event
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.ledger.models import Entry
from groundswell.web.desk import people as door
from tests import made_up
from tests.web.markup import Markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def rally(group: Group) -> Event:
    return made_up.event(group, venue_postcode="M1 1AE")


def path(rally: Event, more: str = "") -> str:
    return f"/desk/events/{rally.id}{more}"


def text(client: Client, where: str) -> str:
    return " ".join(Markup(client.get(where).content.decode()).text.split())


def names(client: Client, where: str) -> list[str]:
    return re.findall(r'<th scope="row"><bdi>(\w+)</bdi>', client.get(where).content.decode())


def poll_address(page: str) -> str:
    return re.search(r'hx-get="([^"]+/answers[^"]*)"', page)[1]


def test_the_confirmed_count_and_the_unconfirmed_stand_apart(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally, "ada@example.org", "Ada", guests=2, via="leaflet")
    made_up.answer(rally, "bo@example.org", "Bo", guests=5)
    shown = text(organiser, path(rally))
    assert "coming3 of them brought along2 not confirmed yet1" in shown
    assert shown.index("Ada") < shown.index("Not confirmed yet") < shown.index("Bo")
    assert "leaflet" in shown
    assert "Riverside Hall, M1 1AE" in shown


def test_who_said_no_is_not_there(organiser: Client, rally: Event) -> None:
    made_up.cancel(made_up.confirmed(rally, "ada@example.org", "Ada"))
    assert names(organiser, path(rally)) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_however_many_answered(
    organiser: Client, rally: Event, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        made_up.confirmed(rally, f"ada{number}@example.org")
        made_up.answer(rally, f"bo{number}@example.org")
    with django_assert_num_queries(18):  # two of them a savepoint
        organiser.get(path(rally))
    with django_assert_num_queries(11):
        organiser.get(path(rally, "/answers"))


def test_answers_arrive_while_one_looks_and_else_nothing_moves(organiser: Client, rally: Event) -> None:
    poll = poll_address(organiser.get(path(rally)).content.decode())
    quiet = organiser.get(poll)
    assert (quiet.status_code, quiet.content) == (204, b"")
    attendance = made_up.answer(rally)
    news = organiser.get(poll)
    assert "Ada" in news.content.decode()
    poll = poll_address(news.content.decode())
    assert organiser.get(poll).status_code == 204
    made_up.confirm(attendance)
    assert organiser.get(poll).status_code == 200


def test_a_newer_answer_of_the_same_person_is_news(organiser: Client, rally: Event) -> None:
    made_up.answer(rally, guests=1)
    poll = poll_address(organiser.get(path(rally)).content.decode())
    made_up.answer(rally, guests=2)
    assert organiser.get(poll).status_code == 200


def test_what_is_fetched_is_a_part_and_stops_when_the_event_is_over(
    organiser: Client, rally: Event, group: Group, time_machine: TimeMachineFixture
) -> None:
    poll = poll_address(organiser.get(path(rally)).content.decode())
    time_machine.move_to(now() + timedelta(days=8))
    organiser.force_login(made_up.account(group))
    part = organiser.get(poll).content.decode()
    assert part.startswith("<section")
    assert "hx-get" not in part


def test_long_lists_go_on_elsewhere_and_stand_still_there(
    organiser: Client, rally: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AT_ONCE", 2)
    for name in ("Ada", "Bo", "Cem"):
        made_up.confirmed(rally, f"{name.lower()}@example.org", name)
    for name in ("Dee", "Eve", "Fay"):
        made_up.answer(rally, f"{name.lower()}@example.org", name)
    page = organiser.get(path(rally)).content.decode()
    assert names(organiser, path(rally)) == ["Cem", "Bo", "Fay", "Eve"]
    first, second = re.findall(r'<a href="(\?[^"]+)">More', page)
    assert names(organiser, path(rally, first)) == ["Ada", "Fay", "Eve"]
    assert names(organiser, path(rally, second)) == ["Cem", "Bo", "Dee"]
    assert "every 2s" not in organiser.get(path(rally, first)).content.decode()
    assert names(organiser, path(rally, "?before=x")) == ["Cem", "Bo", "Fay", "Eve"]


def test_a_viewer_sees_names_and_no_addresses(viewer: Client, organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally, "ada@example.org", "Ada")
    made_up.answer(rally, "bo@example.org", "Bo")
    assert names(viewer, path(rally)) == names(organiser, path(rally)) == ["Ada", "Bo"]
    assert "ada@example.org" in text(organiser, path(rally))
    assert "@example.org" not in text(viewer, path(rally)).replace("vera@example.org", "")
    forms = Markup(viewer.get(path(rally)).content.decode()).all("form")
    assert [form["action"] for form in forms if form["method"] == "post"] == ["/desk/sign-out"]


def test_what_is_done_daily_is_in_sight_and_the_rest_folded_away(organiser: Client, rally: Event) -> None:
    head, rest = organiser.get(path(rally)).content.decode().split('<details class="more">')
    assert re.findall(r'class="act[ "][^>]*>([^<]+)<', head.split('class="head"')[1]) == [
        "Share",
        "Change",
        "Tell those who are coming",
        "Undo: back to a draft",
    ]
    folded = rest.split("</details>")[0]
    assert re.findall(r"<h2>([^<]+)<", folded) == ["Before the day", "With others", "Take along", "Call it off"]
    assert len(re.findall(r'class="act', folded)) == 10


def test_an_event_is_published(organiser: Client, group: Group) -> None:
    draft = made_up.draft(group)
    assert "/e/stand-in-unity" not in organiser.get(path(draft)).content.decode()
    assert organiser.post(path(draft, "/publish")).headers["Location"] == path(draft)
    shown = organiser.get(path(draft)).content.decode()
    assert "It is published" in shown
    assert "http://127.0.0.1:8000/e/stand-in-unity" in shown
    assert "It is published" not in organiser.get(path(draft)).content.decode()  # said once


def test_what_cannot_be_published_says_why(organiser: Client, group: Group) -> None:
    past = made_up.draft(group, day=made_up.in_days(-1))
    organiser.post(path(past, "/publish"))
    assert "This event would be over already." in text(organiser, path(past))
    past.refresh_from_db()
    assert past.status == "draft"


def test_cancelling_asks_first_and_is_said_once(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally)
    question = text(organiser, path(rally, "/cancel"))
    assert "Cancel “Stand in unity”?" in question
    assert "1 person is coming." in question
    rally.refresh_from_db()
    assert rally.status == "published"
    organiser.post(path(rally, "/cancel"))
    rally.refresh_from_db()
    assert rally.status == "cancelled"
    organiser.post(path(rally, "/cancel"))
    assert "This event takes no more answers." in text(organiser, path(rally))


def test_what_is_cancelled_offers_nothing_that_cannot_be_done(organiser: Client, rally: Event) -> None:
    cancel_event(made_up.SYSTEM, event=rally)
    page = organiser.get(path(rally)).content.decode()
    assert path(rally, "/export") in page
    assert not any(path(rally, more) in page for more in ("/edit", "/publish", "/cancel"))


def test_what_was_cancelled_takes_place_after_all_and_nobody_is_told(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally)
    organiser.post(path(rally, "/cancel"), {"tell": "yes", "subject": "Off", "text": "Sorry."})
    assert path(rally, "/reinstate") in organiser.get(path(rally)).content.decode()
    organiser.post(path(rally, "/reinstate"))
    rally.refresh_from_db()
    assert (rally.status, rally.version) == ("published", 2)
    assert Notice.objects.get().withdrawn_at is not None
    Notice.objects.update(due_at=now())
    assert send_notices() == 0
    page = organiser.get(path(rally)).content.decode()
    assert path(rally, "/reinstate") not in page
    assert path(rally, "/cancel") in page
    # Cancelled once more, people are told once more.
    organiser.post(path(rally, "/cancel"), {"tell": "yes", "subject": "Off", "text": "Sorry."})
    Notice.objects.filter(withdrawn_at=None).update(due_at=now())
    assert send_notices() == 1


def test_once_somebody_was_told_it_stays_cancelled(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally)
    organiser.post(path(rally, "/cancel"), {"tell": "yes", "subject": "Off", "text": "Sorry."})
    Notice.objects.update(due_at=now())
    assert send_notices() == 1
    assert path(rally, "/reinstate") not in organiser.get(path(rally)).content.decode()
    organiser.post(path(rally, "/reinstate"))
    assert "People were told already that it is cancelled" in text(organiser, path(rally))
    rally.refresh_from_db()
    assert (rally.status, rally.version) == ("cancelled", 1)


def test_what_is_not_cancelled_is_not_brought_back(organiser: Client, rally: Event) -> None:
    organiser.post(path(rally, "/reinstate"))
    assert "This event is not cancelled." in text(organiser, path(rally))
    cancel_event(made_up.SYSTEM, event=rally)
    Event.objects.filter(id=rally.id).update(closes_at=now())
    assert path(rally, "/reinstate") not in organiser.get(path(rally)).content.decode()
    organiser.post(path(rally, "/reinstate"))
    rally.refresh_from_db()
    assert rally.status == "cancelled"


def exported(client: Client, rally: Event) -> list[dict[str, str]]:
    answer = client.post(path(rally, "/export"))
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_confirmed_are_exported_and_the_ledger_says_so(organiser: Client, rally: Event) -> None:
    made_up.confirmed(rally, "ada@example.org", "Ada", guests=2, postcode="M1 1AE", via="leaflet")
    made_up.answer(rally, "bo@example.org", "Bo")
    made_up.cancel(made_up.confirmed(rally, "cem@example.org", "Cem"))
    [row] = exported(organiser, rally)
    assert [row[name] for name in ("name", "e-mail", "brings", "postcode sector", "through")] == [
        "Ada",
        "ada@example.org",
        "2",
        "M1 1",
        "leaflet",
    ]
    entry = Entry.objects.get(verb="attendances.export")
    assert (entry.object_id, entry.detail) == (rally.id, {"people": 1})
    assert entry.actor == made_up.Account.objects.get(email="olu@example.org").id


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_name_is_a_formula(organiser: Client, rally: Event, name: str) -> None:
    made_up.confirmed(rally, name=name)
    assert [row["name"] for row in exported(organiser, rally)] == [f"'{name}"]


@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_costs_the_same_however_many_answered(
    organiser: Client, rally: Event, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        made_up.confirmed(rally, f"ada{number}@example.org")
    with django_assert_num_queries(12):  # two of them a savepoint
        assert len(exported(organiser, rally)) == rows


def test_an_export_has_the_events_name(organiser: Client, rally: Event) -> None:
    headers = organiser.post(path(rally, "/export")).headers
    assert headers["Content-Disposition"] == 'attachment; filename="stand-in-unity.csv"'
    assert headers["Content-Type"] == "text/csv; charset=utf-8"


def test_the_waiting_list_and_the_maybes_stand_apart(organiser: Client, group: Group) -> None:
    small = made_up.event(group, title="Small", capacity=1)
    made_up.confirmed(small, "ada@example.org", "Ada")
    made_up.confirmed(small, "bo@example.org", "Bo")
    made_up.confirmed(small, "cem@example.org", "Cem", answer="tentative")
    shown = text(organiser, path(small))
    places = [shown.index(words) for words in ("Ada", "Waiting list", "Bo", "Maybe", "Cem")]
    assert places == sorted(places)
    navigation = shown[: shown.index("Small")]
    assert "bo@example.org" not in navigation
