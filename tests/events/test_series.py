"""Events that belong together."""

import pytest

from groundswell.events.access import series_with
from groundswell.events.models import Series
from groundswell.events.operations import announce, cancel, change
from groundswell.events.queries import public_series, series_for, series_of, shown_of_series, sisters_of
from groundswell.events.series import begin_series, change_series
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def organiser(group: Group) -> Actor:
    return made_up.actor(group)


@pytest.fixture
def stranger() -> Actor:
    return made_up.actor(made_up.root(made_up.organisation("others", "Others")), made_up.OWNER, "max@example.org")


@pytest.fixture
def series(group: Group, organiser: Actor) -> Series:
    return begin_series(organiser, group=group, title="Twenty towns", text="One evening in each.")


def test_what_everybody_sees_of_a_series(group: Group, organiser: Actor, series: Series) -> None:
    with pytest.raises(NotFound):
        public_series(series.slug)
    later = made_up.event(group, series=series, day=made_up.in_days(9))
    sooner = made_up.event(group, series=series)
    draft = made_up.draft(group, series=series)
    invited = made_up.event(group, series=series, audience="invited")
    called_off = cancel(organiser, event=made_up.event(group, series=series, day=made_up.in_days(10)))
    made_up.event(group)
    assert public_series(series.slug) == series
    assert shown_of_series(series.id) == [sooner, later, called_off]
    assert sisters_of(sooner) == [draft, invited, later, called_off]
    assert sisters_of(made_up.event(group)) == []


def test_a_series_has_an_address_that_stays(group: Group, organiser: Actor, series: Series) -> None:
    assert series.slug == "twenty-towns"
    assert change_series(organiser, series=series, title="Thirty towns", text="").slug == "twenty-towns"
    assert begin_series(organiser, group=group, title="Twenty towns").slug.startswith("twenty-towns-")
    assert [one.title for one in series_of([group.organisation_id])] == ["Thirty towns", "Twenty towns"]


def test_an_event_leaves_its_series_and_comes_into_one(group: Group, organiser: Actor, series: Series) -> None:
    event = announce(organiser, group=group, details=made_up.details(), series=series)
    assert change(organiser, event=event, details=made_up.details()).series is None
    assert change(organiser, event=event, details=made_up.details(), series=series).series == series


def test_a_series_of_another_organisation_is_none(series: Series) -> None:
    theirs = made_up.root(made_up.organisation("others", "Others"))
    with pytest.raises(InvalidFields) as refused:
        made_up.event(theirs, series=series)
    assert list(refused.value.errors) == ["series"]


@pytest.mark.parametrize(
    ("title", "text", "where"),
    [("", "", "title"), ("a\0", "", "title"), ("a" * 141, "", "title"), ("x", "a" * 10_001, "text")],
)
def test_what_is_wrong_is_said_at_its_field(
    group: Group, organiser: Actor, title: str, text: str, where: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        begin_series(organiser, group=group, title=title, text=text)
    assert list(refused.value.errors) == [where]


def test_who_may(organiser: Actor, stranger: Actor, group: Group, series: Series) -> None:
    viewer = made_up.actor(group, made_up.VIEWER, "vera@example.org")
    assert series_with(viewer, series.id) == series
    assert (list(series_for(viewer)), list(series_for(stranger))) == ([series], [])
    assert list(series_for(made_up.SYSTEM)) == [series]
    with pytest.raises(NotAllowed):
        series_with(viewer, series.id, made_up.ORGANISER)
    with pytest.raises(NotAllowed):
        change_series(viewer, series=series, title="x", text="")
    with pytest.raises(NotFound):
        series_with(stranger, series.id)
    with pytest.raises(NotFound):
        series_with(organiser, uuid7())
    with pytest.raises(NotFound):
        begin_series(stranger, group=group, title="x")
