"""A draft that is thrown away, and comes back for a day."""

import pytest

from groundswell.events import dropping, operations
from groundswell.events.access import draft_for, event_for
from groundswell.events.dropping import bring_draft_back, drop_draft
from groundswell.events.errors import NotADraft, SomethingHangsOnIt
from groundswell.events.models import Event, Question, Speaker
from groundswell.events.queries import dropped_drafts_for, events_for, programme_of
from groundswell.events.timing import COMES_BACK
from groundswell.events.upkeep import forget_removed
from groundswell.groups.access import Actor
from groundswell.groups.errors import NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.kit.clock import now
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return made_up.root(made_up.organisation())


@pytest.fixture
def organiser(group: Group) -> Actor:
    return made_up.actor(group)


def test_a_draft_comes_back_for_a_day_with_all_that_was_typed(group: Group, organiser: Actor) -> None:
    draft = made_up.in_full(group)
    drop_draft(organiser, event=draft)
    assert (list(events_for(organiser)), list(dropped_drafts_for(organiser))) == ([], [draft])
    with pytest.raises(NotFound):
        event_for(organiser, draft.id)
    with pytest.raises(NotFound):
        operations.publish(organiser, event=draft)
    bring_draft_back(organiser, event=draft_for(organiser, draft.id))
    assert (list(events_for(organiser)), list(dropped_drafts_for(made_up.SYSTEM))) == ([draft], [])
    assert [one.name for one in programme_of(draft.id)] == ["Bea", "Bea"]
    assert operations.publish(organiser, event=draft).status == "published"


def test_after_a_day_it_is_gone_and_what_belongs_to_it(group: Group, organiser: Actor) -> None:
    kept, draft = made_up.draft(group, title="Kept"), made_up.in_full(group)
    drop_draft(organiser, event=draft)
    assert forget_removed() == 0
    Event.with_dropped.filter(id=draft.id).update(dropped_at=now() - COMES_BACK)
    with pytest.raises(NotFound):
        bring_draft_back(organiser, event=draft)
    assert list(dropped_drafts_for(organiser)) == []
    assert forget_removed() > 0
    assert list(Event.with_dropped.all()) == [kept]
    assert (Speaker.objects.count(), Question.objects.count()) == (0, 0)


def test_its_address_stays_its_own_while_it_can_come_back(group: Group, organiser: Actor) -> None:
    draft = made_up.draft(group)
    drop_draft(organiser, event=draft)
    assert made_up.draft(group).slug != draft.slug


def test_it_is_not_published_by_itself_meanwhile(group: Group, organiser: Actor) -> None:
    draft = made_up.draft(group)
    Event.objects.filter(id=draft.id).update(publish_at=now())
    drop_draft(organiser, event=draft)
    assert operations.publish_due() == 0
    bring_draft_back(organiser, event=draft)
    assert operations.publish_due() == 0


def test_what_others_did_with_it_stands_in_the_way(group: Group, organiser: Actor) -> None:
    ally = made_up.root(made_up.organisation("allies", "Allies"))
    question = made_up.discussion(group)

    def called() -> Event:
        draft = made_up.draft(group)
        made_up.bloc_draft(group, draft)
        return draft

    def held() -> Event:
        draft = made_up.draft(group)
        made_up.cohost(draft, ally.organisation)
        return draft

    def answered() -> Event:
        event = made_up.event(group)
        made_up.answer(event)
        Event.objects.filter(id=event.id).update(status="draft")
        return event

    def met() -> Event:
        draft = made_up.draft(group, kind="discussion")
        made_up.discussions.hold(made_up.SYSTEM, discussion=question, event=draft)
        return draft

    def staffed() -> Event:
        draft = made_up.draft(group)
        made_up.account(group, made_up.STEWARD, "sam@example.org", event_id=draft.id)
        return draft

    for make in (called, held, answered, met, staffed):
        with pytest.raises(SomethingHangsOnIt):
            drop_draft(organiser, event=make())
    with pytest.raises(NotADraft):
        drop_draft(organiser, event=made_up.event(group))
    assert not dropped_drafts_for(organiser).exists()


def test_without_the_look_at_what_hangs_on_it_a_bloc_would_go_too(
    group: Group, organiser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin."""
    draft = made_up.draft(group)
    made_up.bloc_draft(group, draft)
    monkeypatch.setattr(dropping, "_something_hangs_on", lambda _: False)
    drop_draft(organiser, event=draft)
    assert list(events_for(organiser)) == []


def test_who_may(group: Group, organiser: Actor) -> None:
    draft = made_up.draft(group)
    viewer = made_up.actor(group, made_up.VIEWER, "vera@example.org")
    stranger = made_up.actor(made_up.root(made_up.organisation("others", "Others")), email="max@example.org")
    for actor, refusal in ((viewer, NotAllowed), (stranger, NotFound)):
        for deed in (
            lambda who: drop_draft(who, event=draft),
            lambda who: bring_draft_back(who, event=draft),
            lambda who: draft_for(who, draft.id),
        ):
            with pytest.raises(refusal):
                deed(actor)
    with pytest.raises(NotFound):
        draft_for(organiser, uuid7())
    drop_draft(organiser, event=draft)
    assert (list(dropped_drafts_for(viewer)), list(dropped_drafts_for(stranger))) == ([], [])
