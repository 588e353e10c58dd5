"""Allies without an organisation here, and how many they say that they bring."""

import pytest

from groundswell.attendances import outside
from groundswell.attendances.outside import drop_outside, outside_of, write_outside
from groundswell.events.models import Event
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return made_up.event(made_up.root(made_up.organisation()))


def test_they_are_written_down_once_by_name(event: Event) -> None:
    organiser = made_up.actor(event.group)
    for people in (10, 20):
        write_outside(organiser, event=event, name=" Rail  workers ", people=people)
    write_outside(organiser, event=event, name="Bakers", people=5)
    assert [(each.name, each.people) for each in outside_of(event)] == [("Bakers", 5), ("Rail workers", 20)]
    drop_outside(organiser, event=event, outside_id=outside_of(event)[0].id)
    assert [each.name for each in outside_of(event)] == ["Rail workers"]


@pytest.mark.parametrize(("name", "people"), [("", 1), ("a" * 141, 1), ("x", None), ("x", 0), ("x", 1_000_001)])
def test_what_cannot_be_is_refused(event: Event, name: str, people: int | None) -> None:
    with pytest.raises(InvalidFields):
        write_outside(made_up.SYSTEM, event=event, name=name, people=people)


def test_there_is_an_end_to_them(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "MOST_ALLIES", 1)
    write_outside(made_up.SYSTEM, event=event, name="Bakers", people=1)
    write_outside(made_up.SYSTEM, event=event, name="Bakers", people=2)
    with pytest.raises(InvalidFields):
        write_outside(made_up.SYSTEM, event=event, name="Rail workers", people=1)


def test_who_may(event: Event) -> None:
    viewer = made_up.actor(event.group, made_up.VIEWER, "vera@example.org")
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="max@example.org")
    for actor, refusal in ((viewer, NotAllowed), (stranger, NotFound)):
        with pytest.raises(refusal):
            write_outside(actor, event=event, name="Bakers", people=1)
        with pytest.raises(refusal):
            drop_outside(actor, event=event, outside_id=uuid7())
    with pytest.raises(NotFound):
        drop_outside(made_up.SYSTEM, event=event, outside_id=None)
