"""Changing an event by a program, and calling it off."""

import pytest
from django.test import Client

from groundswell.attendances.models import Notice
from groundswell.attendances.silence import untold_of
from groundswell.events.models import Event
from groundswell.groups.models import Organisation
from groundswell.people.languages import offer_languages
from tests import made_up


@pytest.fixture
def event(organisation: Organisation) -> Event:
    return made_up.event(made_up.root(organisation), capacity=40, target=30)


def send(api: Client, method: str, path: str, **body: object) -> object:
    return getattr(api, method)(path, body, content_type="application/json")


def change(api: Client, event: Event, **body: object) -> object:
    return send(api, "patch", f"/api/v1/events/{event.id}", **body)


def test_what_is_left_out_stays(api: Client, event: Event) -> None:
    answer = change(api, event, version=0, venue_name="Town Hall", target=None)
    assert answer.status_code == 200, answer.content  # type: ignore[attr-defined]
    shown = answer.json()  # type: ignore[attr-defined]
    assert (shown["venue_name"], shown["capacity"], shown["target"], shown["version"]) == (
        "Town Hall",
        40,
        None,
        1,
    )
    event.refresh_from_db()
    assert event.former["venue_name"] == "Riverside Hall"


def test_a_move_is_told_where_that_is_asked_for(api: Client, event: Event) -> None:
    change(api, event, version=0, title="Another title", tell=True)
    assert not Notice.objects.exists(), "nothing has moved"
    change(api, event, version=1, venue_name="Town Hall")
    event.refresh_from_db()
    assert (Notice.objects.count(), untold_of(event)) == (0, "moved")
    change(api, event, version=2, venue_name="Town House", tell=True)
    assert [notice.kind for notice in Notice.objects.all()] == ["moved"]
    event.refresh_from_db()
    assert untold_of(event) == ""


def test_words_are_taken_in_each_language_and_else_are_ready(api: Client, event: Event) -> None:
    offer_languages(made_up.SYSTEM, organisation=event.organisation, languages=["en", "fr"])
    words = {"fr": {"text": "Voyez plus bas."}}
    wrong = change(api, event, version=0, venue_name="Town Hall", tell=True, words={"cy": {"text": "x"}})
    assert wrong.status_code == 422, wrong.content  # type: ignore[attr-defined]
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["#/words/cy/text"]  # type: ignore[attr-defined]
    change(api, event, version=0, venue_name="Town Hall", tell=True, words=words)
    moved = Notice.objects.get()
    assert moved.said_in("en")[0].startswith("Changed: ")
    assert moved.said_in("fr")[0].startswith("Modifi")
    assert moved.said_in("fr")[1] == "Voyez plus bas."
    send(api, "post", f"/api/v1/events/{event.id}/cancel", subject="Off", words={"fr": {"subject": "Annulé"}})
    off = Notice.objects.get(kind="cancelled")
    assert (off.said_in("en")[0], off.said_in("fr")[0]) == ("Off", "Annulé")


def test_a_change_on_an_older_version_is_refused(api: Client, event: Event) -> None:
    change(api, event, version=0, title="First")
    answer = change(api, event, version=0, title="Second")
    assert (answer.status_code, answer.json()["code"]) == (409, "changed-meanwhile")  # type: ignore[attr-defined]
    event.refresh_from_db()
    assert event.title == "First"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"version": 0, "title": ""}, "#/title"),
        ({"version": 0, "capacity": 0}, "#/capacity"),
        ({"version": 0, "status": "draft"}, "#/status"),
        ({"version": 0, "slug": "mine"}, "#/slug"),
        ({"title": "No version"}, "#/version"),
    ],
)
def test_what_is_not_declared_or_wrong_changes_nothing(
    api: Client, event: Event, body: dict[str, object], pointer: str
) -> None:
    answer = change(api, event, **body)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]  # type: ignore[attr-defined]
    event.refresh_from_db()
    assert (event.title, event.version, event.status) == ("Stand in unity", 0, "published")


@pytest.mark.parametrize(
    ("body", "notices"),
    [({}, ["Cancelled: Stand in unity"]), ({"subject": "Off", "text": "Sorry"}, ["Off"]), ({"tell": False}, [])],
)
def test_an_event_is_called_off(api: Client, event: Event, body: dict[str, object], notices: list[str]) -> None:
    answer = send(api, "post", f"/api/v1/events/{event.id}/cancel", **body)
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")  # type: ignore[attr-defined]
    assert list(Notice.objects.values_list("subject", flat=True)) == notices
    again = send(api, "post", f"/api/v1/events/{event.id}/cancel", **body)
    assert again.status_code == 409  # type: ignore[attr-defined]
    assert Notice.objects.count() == len(notices)


@pytest.mark.parametrize(
    ("body", "subject"), [({}, "Safety: Stand in unity"), ({"subject": "Stay away", "text": "Fire"}, "Stay away")]
)
def test_people_are_warned_as_often_as_need_be(
    api: Client, event: Event, body: dict[str, object], subject: str
) -> None:
    for _again in range(2):
        answer = send(api, "post", f"/api/v1/events/{event.id}/warn", **body)
        assert (answer.status_code, answer.json()["status"]) == (200, "published")  # type: ignore[attr-defined]
    assert list(Notice.objects.values_list("kind", "subject")) == [("unsafe", subject)] * 2
