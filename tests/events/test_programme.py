"""Who speaks at an event, in which order."""

import pytest

from groundswell.events.errors import NotOpen
from groundswell.events.operations import cancel
from groundswell.events.programme import MOST, Speaking, set_programme
from groundswell.events.queries import announced_speakers, programme_of
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed
from groundswell.groups.models import Group
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def organiser(group: Group) -> Actor:
    return made_up.actor(group)


def test_only_who_is_announced_is_public(group: Group, organiser: Actor) -> None:
    event = made_up.event(group)
    speakers = [
        Speaking(name=" Rosa  Lopez", line="Cleaner and shop steward", standing="announced"),
        Speaking(name=""),
        Speaking(name="Max Green", standing="confirmed"),
    ]
    set_programme(organiser, event=event, speakers=speakers)
    assert [(one.name, one.line, one.standing) for one in programme_of(event.id)] == [
        ("Rosa Lopez", "Cleaner and shop steward", "announced"),
        ("Max Green", "", "confirmed"),
    ]
    assert [one.name for one in announced_speakers(event.id)] == ["Rosa Lopez"]
    set_programme(organiser, event=event, speakers=speakers[2:])
    assert [(one.position, one.name) for one in programme_of(event.id)] == [(0, "Max Green")]


@pytest.mark.parametrize(
    ("speaker", "where"),
    [
        (Speaking(name="a\0b"), "speaker-0-name"),
        (Speaking(name="a" * 121), "speaker-0-name"),
        (Speaking(name="", line="Cleaner"), "speaker-0-name"),
        (Speaking(name="Rosa", line="a" * 201), "speaker-0-line"),
        (Speaking(name="Rosa", standing="hidden"), "speaker-0-standing"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(group: Group, organiser: Actor, speaker: Speaking, where: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        set_programme(organiser, event=made_up.event(group), speakers=[speaker])
    assert list(refused.value.errors) == [where]


def test_a_programme_has_an_end(group: Group, organiser: Actor) -> None:
    with pytest.raises(InvalidFields):
        set_programme(organiser, event=made_up.event(group), speakers=[Speaking(name="Rosa")] * (MOST + 1))


def test_only_organisers_say_who_speaks_and_only_before_the_end(group: Group, organiser: Actor) -> None:
    event = made_up.event(group)
    viewer = made_up.actor(group, made_up.VIEWER, "vera@example.org")
    with pytest.raises(NotAllowed):
        set_programme(viewer, event=event, speakers=[])
    cancel(organiser, event=event)
    with pytest.raises(NotOpen):
        set_programme(organiser, event=event, speakers=[])
