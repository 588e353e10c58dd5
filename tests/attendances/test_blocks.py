"""What a segment can say of people by what they did about an event, and by where it is."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from django.utils.timezone import get_current_timezone

from groundswell.attendances.models import Attendance
from groundswell.events import operations as events
from groundswell.events.details import details_of
from groundswell.events.models import Event
from groundswell.groups.access import SYSTEM
from groundswell.groups.models import Organisation
from groundswell.people.errors import SegmentUnclear
from groundswell.people.segments import chosen, count, parse, sentence, written
from tests import made_up

pytestmark = pytest.mark.django_db

BOXES = ("agree", "updates")


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


@pytest.fixture
def event(organisation: Organisation) -> Event:
    return made_up.event(made_up.root(organisation), venue_postcode="M1 1AE")


def coming(event: Event, name: str, **more: Any) -> Attendance:
    """Somebody's answer, who allows news as well."""
    return made_up.confirmed(event, f"{name}@example.org", name, boxes=BOXES, **more)


def meant(organisation: Organisation, **step: Any) -> list[str]:
    rows = chosen(organisation.id, parse({"steps": [step]}), purpose="updates", channel="email")
    return sorted(rows.values_list("person__name", flat=True))


def test_who_answered_and_what(organisation: Organisation, event: Event) -> None:
    before = made_up.event(made_up.root(organisation), title="Before")
    for name in ("Ada", "Bo", "Cy", "Dee"):
        coming(before, name)
    coming(event, "Ada")
    coming(event, "Bo", answer="tentative")
    made_up.cancel(coming(event, "Cy"))
    made_up.answer(event, "dee@example.org", "Dee")
    said = {"is": "answered", "event": str(event.id)}
    assert meant(organisation, **said) == ["Ada", "Bo", "Cy"]
    assert meant(organisation, **said, join="not") == ["Dee"]
    assert meant(organisation, **said, answer="accepted") == ["Ada"]
    assert meant(organisation, **said, answer="tentative") == ["Bo"]
    assert meant(organisation, **said, answer="declined") == ["Cy"]


def test_who_answered_since_a_day_and_who_has_not(organisation: Organisation, event: Event) -> None:
    for name in ("Ada", "Bo", "Cy"):
        coming(event, name)
    day = made_up.in_days(-7)
    begins = datetime.combine(day, time.min, tzinfo=get_current_timezone())
    for name, confirmed_at in (("Ada", begins), ("Bo", begins - timedelta(seconds=1))):
        Attendance.objects.filter(person__name=name).update(confirmed_at=confirmed_at)
    made_up.answer(event, "dee@example.org", "Dee", boxes=BOXES)
    said = {"is": "answered_since", "since": day.isoformat()}
    assert meant(organisation, **said) == ["Ada", "Cy"]
    assert meant(organisation, **said, join="not") == ["Bo"]
    assert meant(made_up.organisation("other", "Other"), **said) == []


def test_since_which_day_is_said_in_full_and_written_as_it_was(organisation: Organisation) -> None:
    read = parse({"steps": [{"is": "answered_since", "since": "2026-05-01"}]})
    assert sentence(read) == "Those who answered an event since 1 May 2026."
    assert parse(written(read)) == read
    with translation.override("fr"):
        assert "ont répondu à un événement depuis le 1 mai 2026" in sentence(read)


@pytest.mark.parametrize("since", ["", "yesterday", "2026-02-30", 20260501])
def test_what_is_no_day_is_unclear(since: Any) -> None:
    with pytest.raises(SegmentUnclear):
        parse({"steps": [{"is": "answered_since", "since": since}]})


def test_who_was_there_who_helps_and_who_came_by_whom(organisation: Organisation, event: Event) -> None:
    ada, _bo = coming(event, "Ada", via="choir"), coming(event, "Bo", **{"offer-steward": "yes"})
    Attendance.objects.filter(id=ada.id).update(attended=True)
    of = {"event": str(event.id)}
    assert meant(organisation, **of, **{"is": "attended"}) == ["Ada"]
    assert meant(organisation, **of, **{"is": "helps"}) == ["Bo"]
    assert meant(organisation, **of, **{"is": "helps"}, offer="drive") == []
    assert meant(organisation, **of, **{"is": "came_by"}, link="choir") == ["Ada"]


def test_near_an_event_is_where_it_is_now(organisation: Organisation, event: Event) -> None:
    coming(event, "Ada", postcode="M1 1AE")
    near = {"is": "near_event", "event": str(event.id), "distance": 5}
    assert meant(organisation, **near) == ["Ada"]
    moved = events.change(SYSTEM, event=event, details=replace(details_of(event), venue_postcode="SW1A 1AA"))
    assert meant(organisation, **near) == []
    nowhere = made_up.event(made_up.root(organisation), title="Nowhere")
    assert meant(organisation, **{**near, "event": str(nowhere.id)}) == []
    assert meant(organisation, **{**near, "event": str(uuid4())}) == []
    assert moved.id == event.id


def test_answers_to_an_event_are_those_of_ones_own_people(organisation: Organisation, event: Event) -> None:
    other = made_up.organisation("other", "Other")
    made_up.cohost(event, other)
    coming(event, "Ada")
    coming(event, "Bo", by=other)
    said = {"is": "answered", "event": str(event.id)}
    assert meant(organisation, **said) == ["Ada"]
    assert meant(other, **said) == ["Bo"]


SENTENCES = [
    ({"is": "answered"}, "Those who answered %s."),
    ({"is": "answered", "answer": "accepted"}, "Those who said that they come to %s."),
    ({"is": "answered", "answer": "tentative"}, "Those who said that they may come to %s."),
    ({"is": "answered", "answer": "declined"}, "Those who said that they do not come to %s."),
    ({"is": "attended"}, "Those who were at %s."),
    ({"is": "helps"}, "Those who offered to be a steward at %s."),
    ({"is": "came_by", "link": "choir"}, "Those who answered %s by the link “choir”."),
    ({"is": "near_event", "distance": 1}, "Those who live within 1 mile of %s."),
]


@pytest.mark.parametrize(("step", "said"), SENTENCES)
def test_each_names_its_event(organisation: Organisation, event: Event, step: dict[str, Any], said: str) -> None:
    read = parse({"steps": [{**step, "event": str(event.id)}]})
    assert sentence(read, organisation_id=organisation.id) == said % "“Stand in unity”"
    assert sentence(read) == said % "an event"


def test_a_draft_of_others_is_neither_named_nor_a_place(organisation: Organisation) -> None:
    others = made_up.draft(made_up.root(made_up.organisation("other", "Other")), venue_postcode="M1 1AE")
    coming(made_up.event(made_up.root(organisation)), "Ada", postcode="M1 1AE")
    read = parse({"steps": [{"is": "near_event", "event": str(others.id), "distance": 5}]})
    assert "Stand in unity" not in sentence(read, organisation_id=organisation.id)
    assert count(organisation.id, read, purpose="updates", channel="email") == 0
