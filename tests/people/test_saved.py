"""Segments under a name: what was said is kept, and read anew each time."""

import pytest
from pytest_django import DjangoAssertNumQueries

from groundswell.groups.access import SYSTEM
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Organisation
from groundswell.kit.ids import uuid7
from groundswell.people import saved
from groundswell.people.access import segment_for
from groundswell.people.errors import SegmentNameTaken
from groundswell.people.models import Segment
from groundswell.people.queries import segments_of
from groundswell.people.saved import delete_segment, rename_segment, save_segment
from groundswell.people.segments import Segmentation, parse
from tests import made_up

pytestmark = pytest.mark.django_db

NEAR = parse({"steps": [{"is": "near", "postcode": "M1 1AE", "distance": 25}]})


@pytest.fixture
def organisation() -> Organisation:
    return made_up.organisation()


def keep(organisation: Organisation, name: str = "Near", segmentation: Segmentation = NEAR) -> Segment:
    return save_segment(SYSTEM, organisation=organisation, name=name, segmentation=segmentation)


def test_what_is_saved_is_read_as_it_was(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        kept = keep(organisation, " Near  us ")
    assert kept.name == "Near us"
    assert parse(Segment.objects.get().definition) == NEAR
    again = keep(organisation, "near US", Segmentation(sample=5))
    assert again.id == kept.id
    assert parse(Segment.objects.get().definition) == Segmentation(sample=5)
    keep(organisation, "All")
    assert [segment.name for segment in segments_of(organisation.id)] == ["All", "near US"]


def test_it_has_another_name_that_no_other_one_has(organisation: Organisation) -> None:
    kept, _other = keep(organisation), keep(organisation, "Other")
    assert rename_segment(SYSTEM, segment=kept, name="Nearer").name == "Nearer"
    with pytest.raises(SegmentNameTaken):
        rename_segment(SYSTEM, segment=kept, name="other")
    delete_segment(SYSTEM, segment=kept)
    assert [segment.name for segment in segments_of(organisation.id)] == ["Other"]


@pytest.mark.parametrize("name", ["", " ", "a\x00", "x" * 81, "ß" * 80])
def test_a_name_that_is_none_is_refused(organisation: Organisation, name: str) -> None:
    with pytest.raises(InvalidFields):
        keep(organisation, name)


def test_there_is_an_end_to_how_many(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_SAVED", 1)
    keep(organisation)
    keep(organisation)
    with pytest.raises(InvalidFields):
        keep(organisation, "Another")


def test_only_who_may_write_to_all_its_people_keeps_them(organisation: Organisation) -> None:
    kept = keep(organisation)
    root = made_up.root(organisation)
    branch = made_up.branch(root)
    assert segment_for(made_up.actor(root, made_up.MAILER), kept.id) == kept
    with pytest.raises(NotFound):
        segment_for(SYSTEM, uuid7())
    stranger = made_up.actor(made_up.root(made_up.organisation("other", "Other")), email="stranger@example.org")
    below = made_up.actor(branch, email="bea@example.org")
    viewer = made_up.actor(root, made_up.VIEWER, email="vic@example.org")
    for actor, refusal in ((stranger, NotFound), (below, NotFound), (viewer, NotAllowed)):
        with pytest.raises(refusal):
            segment_for(actor, kept.id)
        with pytest.raises(refusal):
            save_segment(actor, organisation=organisation, name="Near", segmentation=NEAR)
        with pytest.raises(refusal):
            rename_segment(actor, segment=kept, name="Mine")
        with pytest.raises(refusal):
            delete_segment(actor, segment=kept)
