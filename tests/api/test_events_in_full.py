"""All that the desk can say of an event: series, campaign, programme and questions, announced and changed."""

from typing import Any

import pytest
from django.test import Client

from groundswell.events.models import Event, Question, Speaker
from groundswell.groups import operations as groups
from groundswell.groups.models import Organisation
from tests import made_up

EVENTS = "/api/v1/events"
BEA = {"name": "Bea", "line": "Nurse", "standing": "announced"}
COACH = {
    "text": "Which coach?",
    "kind": "choice",
    "choices": ["North", "South"],
    "purpose": "To book seats",
    "days": 7,
}


@pytest.fixture
def event(organisation: Organisation) -> Event:
    """A draft with two speakers, a question and a series."""
    made = made_up.in_full(made_up.root(organisation))
    Event.objects.update(series=made_up.series(made_up.root(organisation)))
    return made


def announce(api: Client, **facts: Any) -> Any:
    body = {"title": "Stand in unity", "day": made_up.in_days(7).isoformat(), **facts}
    return api.post(EVENTS, body, content_type="application/json")


def change(api: Client, event: Event, **facts: Any) -> Any:
    body = {"version": 1, **facts}
    return api.patch(f"{EVENTS}/{event.id}", body, content_type="application/json")


def wrong(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}


def test_an_event_is_announced_in_full(api: Client, organisation: Organisation) -> None:
    made_up.series(made_up.root(organisation))
    groups.create_campaign(made_up.SYSTEM, organisation=organisation, name="Homes")
    said = {"series": "homes-for-all", "campaign": "Homes", "programme": [BEA, {"name": "Olu"}]}
    shown = announce(api, **said, questions=[COACH]).json()
    assert (shown["series"], shown["campaign"]) == ("homes-for-all", "Homes")
    assert shown["programme"] == [BEA, {"name": "Olu", "line": "", "standing": "invited"}]
    (question,) = shown["questions"]
    assert question == {**COACH, "id": str(Question.objects.get().id)}
    assert api.get(EVENTS).json()["items"] == [shown]


@pytest.mark.parametrize(
    ("facts", "pointer", "sentence"),
    [
        ({"series": "theirs"}, "#/series", "The organisation has no series of this slug."),
        ({"campaign": "Theirs"}, "#/campaign", "The organisation has no campaign of this name."),
        (
            {"questions": [{**COACH, "choices": ["North", "North"]}]},
            "#/questions/0/choices",
            "Give 2 to 12 different answers to choose from.",
        ),
        (
            {"programme": [BEA, {"name": " ", "line": "Who?"}]},
            "#/programme/1/name",
            "Say who this is, or empty the line about them.",
        ),
        ({"programme": [{**BEA, "position": 4}]}, "#/programme/0/position", "Extra inputs are not permitted."),
        ({"questions": [{**COACH, "event": "x"}]}, "#/questions/0/event", "Extra inputs are not permitted."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_left_behind(
    api: Client, other: Organisation, facts: dict[str, Any], pointer: str, sentence: str
) -> None:
    made_up.series(made_up.root(other), title="Theirs")
    groups.create_campaign(made_up.SYSTEM, organisation=other, name="Theirs")
    assert wrong(announce(api, **facts)) == {pointer: sentence}
    assert not Event.objects.exists()


def test_what_is_not_sent_stays(api: Client, event: Event) -> None:
    before = api.get(f"{EVENTS}/{event.id}").json()
    assert len(before["programme"]) == 2
    after = change(api, event, title="Another").json()
    assert after == {**before, "title": "Another", "version": 2}


def test_what_is_sent_replaces_what_was_there(api: Client, event: Event) -> None:
    kept = str(Question.objects.get().id)
    asked = [{**COACH, "id": kept, "text": "Which bus?"}, {"text": "Your town?", "purpose": "To plan"}]
    shown = change(api, event, series="", programme=[BEA], questions=asked).json()
    assert (shown["series"], shown["programme"]) == ("", [BEA])
    assert [(one["text"], one["id"] == kept) for one in shown["questions"]] == [
        ("Which bus?", True),
        ("Your town?", False),
    ]
    cleared = change(api, event, version=2, programme=[], questions=[]).json()
    assert (cleared["programme"], cleared["questions"]) == ([], [])


def test_a_question_of_another_event_is_not_changed(api: Client, organisation: Organisation, event: Event) -> None:
    another = made_up.in_full(made_up.root(organisation))
    theirs = Question.objects.get(event=another)
    change(api, event, questions=[{**COACH, "id": str(theirs.id), "text": "Taken?"}])
    assert Question.objects.get(event=another).text == theirs.text == "Which coach?"


def test_on_an_older_version_who_speaks_stays_as_well(api: Client, event: Event) -> None:
    assert change(api, event, version=0, programme=[BEA]).status_code == 409
    assert Speaker.objects.filter(event=event).count() == 2
