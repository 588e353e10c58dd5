"""A question that is put to many meetings: who may put it, who may hold them, and what comes of it."""

from dataclasses import dataclass
from datetime import date

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from groundswell.discussions import errors, operations, queries
from groundswell.discussions.access import caller_for, discussion_for, meeting_for, outcome_for
from groundswell.discussions.models import Discussion, Meeting, Note, Outcome
from groundswell.discussions.operations import Decided, Said
from groundswell.events.models import Event
from groundswell.groups.access import Actor
from groundswell.groups.errors import InvalidFields, NotAllowed, NotFound
from groundswell.groups.models import Group
from groundswell.kit.ids import uuid7
from tests import made_up

pytestmark = pytest.mark.django_db


@dataclass
class Two:
    """An organisation that puts a question, and an ally."""

    group: Group
    ours: Actor
    allies: Group
    theirs: Actor

    def draft(self, question: str = "How do we assemble mass support?") -> Discussion:
        return operations.begin(self.ours, group=self.group, question=question, background="It is time.")

    def open(self) -> Discussion:
        return operations.open_it(self.ours, discussion=self.draft())

    def event(self, **facts: object) -> Event:
        return made_up.event(self.allies, **{"kind": "discussion", **facts})  # type: ignore[arg-type]

    def meeting(self, discussion: Discussion, **facts: object) -> Meeting:
        return operations.hold(self.theirs, discussion=discussion, event=self.event(**facts))


@pytest.fixture
def two() -> Two:
    group = made_up.root(made_up.organisation())
    allies = made_up.root(made_up.organisation("allies", "Allies"))
    return Two(group, made_up.actor(group), allies, made_up.actor(allies, email="max@example.org"))


def viewer_of(group: Group) -> Actor:
    return made_up.actor(group, made_up.VIEWER, "vi@example.org")


def test_a_question_is_a_draft_until_it_is_opened(two: Two) -> None:
    made = two.draft()
    assert (made.slug, made.status) == ("how-do-we-assemble-mass-support", "draft")
    with pytest.raises(NotFound):
        queries.public_discussion(made.slug)
    opened = operations.open_it(two.ours, discussion=made)
    assert queries.public_discussion(made.slug) == opened
    assert list(queries.open_discussions()) == [opened]
    closed = operations.close(two.ours, discussion=opened)
    assert queries.public_discussion(made.slug) == closed
    assert not queries.open_discussions()
    assert operations.open_it(two.ours, discussion=closed).status == "open"


def test_two_questions_of_the_same_words_have_two_addresses(two: Two) -> None:
    assert two.draft().slug != two.draft().slug


def test_a_draft_is_not_closed(two: Two) -> None:
    with pytest.raises(errors.DiscussionDraft):
        operations.close(two.ours, discussion=two.draft())


def test_only_organisers_of_the_group_put_and_change_it(two: Two) -> None:
    made, viewer = two.draft(), viewer_of(two.group)
    for actor, refusal in ((two.theirs, NotFound), (viewer, NotAllowed)):
        with pytest.raises(refusal):
            operations.begin(actor, group=two.group, question="Why?", background="")
        with pytest.raises(refusal):
            operations.change(actor, discussion=made, question="Why?", background="")
        with pytest.raises(refusal):
            operations.open_it(actor, discussion=made)
        with pytest.raises(refusal):
            operations.close(actor, discussion=made)
        with pytest.raises(refusal):
            operations.ask(actor, discussion=made, group=two.allies)
    assert operations.change(two.ours, discussion=made, question="Why?", background="").question == "Why?"
    assert discussion_for(viewer, made.id) == made
    assert list(queries.discussions_for(viewer)) == [made]
    for actor, missing in ((two.theirs, made.id), (two.ours, uuid7())):
        with pytest.raises(NotFound):
            discussion_for(actor, missing)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"question": " "}, "question"),
        ({"question": "x" * 141}, "question"),
        ({"background": "x" * 10_001}, "background"),
    ],
)
def test_a_question_says_something(two: Two, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        operations.begin(two.ours, group=two.group, **{"question": "Why?", "background": "", **wrong})
    assert [*refused.value.errors] == [field]


def test_allies_put_it_too_as_themselves(two: Two) -> None:
    found = two.open()
    caller = operations.ask(two.ours, discussion=found, group=two.allies)
    for group in (two.allies, two.group):
        with pytest.raises(errors.AskedAlready):
            operations.ask(two.ours, discussion=found, group=group)
    with pytest.raises(NotFound):
        caller_for(two.ours, caller.id)
    assert caller_for(two.theirs, caller.id) == caller
    assert list(queries.calls_for(two.theirs)) == [caller]
    with pytest.raises(NotFound):
        operations.answer_call(two.ours, caller=caller, accept=True)
    assert operations.answer_call(two.theirs, caller=caller, accept=True).status == "accepted"
    with pytest.raises(errors.NotAsked):
        operations.answer_call(two.theirs, caller=caller, accept=True)
    assert queries.callers_of(found) == [caller]
    operations.answer_call(two.theirs, caller=caller, accept=False)
    with pytest.raises(errors.NotAsked):
        operations.answer_call(two.theirs, caller=caller, accept=False)
    with pytest.raises(NotFound):
        caller_for(two.theirs, caller.id)
    assert queries.callers_of(found) == []
    assert operations.ask(two.ours, discussion=found, group=two.allies).id == caller.id


def test_an_invitation_grows_old_and_can_be_made_anew(two: Two) -> None:
    found = two.open()
    caller = operations.ask(two.ours, discussion=found, group=two.allies)
    with time_machine.travel(caller.expires_at, tick=False):
        with pytest.raises(errors.CallTooOld):
            operations.answer_call(two.theirs, caller=caller, accept=True)
        again = operations.ask(two.ours, discussion=found, group=two.allies)
        assert operations.answer_call(two.theirs, caller=again, accept=True).status == "accepted"
    with time_machine.travel(again.expires_at), pytest.raises(errors.AskedAlready):
        operations.ask(two.ours, discussion=found, group=two.allies)


def test_nobody_puts_a_question_that_is_closed(two: Two) -> None:
    found = two.open()
    caller = operations.ask(two.ours, discussion=found, group=two.allies)
    operations.close(two.ours, discussion=found)
    with pytest.raises(errors.DiscussionClosed):
        operations.answer_call(two.theirs, caller=caller, accept=True)
    assert operations.answer_call(two.theirs, caller=caller, accept=False).status == "ended"
    with pytest.raises(errors.DiscussionClosed):
        operations.ask(two.ours, discussion=found, group=two.allies)


def test_an_invitation_is_taken_back(two: Two) -> None:
    found = two.open()
    caller = operations.ask(two.ours, discussion=found, group=two.allies)
    with pytest.raises(errors.NotAsked):
        operations.end_call(two.ours, discussion=two.draft("Another?"), caller=caller)
    with pytest.raises(NotFound):
        operations.end_call(two.theirs, discussion=found, caller=caller)
    operations.end_call(two.ours, discussion=found, caller=caller)
    with pytest.raises(errors.NotAsked):
        operations.answer_call(two.theirs, caller=caller, accept=True)
    with pytest.raises(errors.NotAsked):
        operations.end_call(two.ours, discussion=found, caller=caller)


def test_anybody_who_organises_events_here_holds_a_meeting(two: Two) -> None:
    found = two.open()
    meeting = two.meeting(found)
    assert meeting.organisation == two.allies.organisation
    assert operations.hold(two.theirs, discussion=found, event=meeting.event) == meeting
    assert list(queries.meetings_ahead(found)) == list(queries.meetings_for(two.theirs, found)) == [meeting]
    assert not queries.meetings_for(two.ours, found)
    assert meeting_for(two.theirs, meeting.id) == meeting
    for missing in (meeting.id, uuid7()):
        with pytest.raises(NotFound):
            meeting_for(two.ours, missing)


def test_what_cannot_be_a_meeting(two: Two) -> None:
    found, other = two.open(), operations.open_it(two.ours, discussion=two.draft("Another?"))
    with pytest.raises(errors.NoDiscussion):
        operations.hold(two.theirs, discussion=found, event=two.event(kind="rally"))
    held = two.meeting(found)
    with pytest.raises(errors.NoDiscussion):
        operations.hold(two.theirs, discussion=other, event=held.event)
    with pytest.raises(NotFound):
        operations.hold(two.ours, discussion=found, event=two.event())
    with pytest.raises(errors.DiscussionDraft):
        operations.hold(two.theirs, discussion=two.draft("And?"), event=two.event())
    closed = operations.close(two.ours, discussion=other)
    with pytest.raises(errors.DiscussionClosed):
        operations.hold(two.theirs, discussion=closed, event=two.event())


def test_meetings_that_are_not_for_everybody_stay_out_of_its_page(two: Two) -> None:
    found = two.open()
    of_members = two.meeting(found, audience="members")
    draft = operations.hold(two.theirs, discussion=found, event=made_up.draft(two.allies, kind="discussion"))
    for meeting in (of_members, draft):
        write_up(two, meeting)
    for shown in (queries.meetings_ahead, queries.said_about, queries.decided_about):
        assert not shown(found)
    assert len(queries.meetings_for(two.theirs, found)) == 2


SAID = [Said(heading="Rents", text="They rose by a third."), Said(heading="Trust")]
DECIDED = [
    made_up.decided("A stall on Saturdays", due=date(2030, 1, 5)),
    made_up.decided("Ask the council", state="doing"),
]


def write_up(two: Two, meeting: Meeting, **changed: object) -> None:
    written: dict[str, object] = {"said": SAID, "decided": DECIDED, **changed}
    operations.write_up(two.theirs, meeting=meeting, **written)  # type: ignore[arg-type]


def test_what_was_said_and_decided_is_written_up(
    two: Two, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    meeting = two.meeting(two.open())
    write_up(two, meeting)
    with django_assert_num_queries(1):
        assert [one.heading for one in queries.notes_of(meeting)] == ["Rents", "Trust"]
    with django_assert_num_queries(1):
        assert [one.text for one in queries.outcomes_of(meeting)] == ["A stall on Saturdays", "Ask the council"]
    write_up(two, meeting, said=SAID[1:], decided=[])
    assert (Note.objects.count(), Outcome.objects.count()) == (1, 0)
    for actor, refusal in ((two.ours, NotFound), (viewer_of(two.allies), NotAllowed)):
        with pytest.raises(refusal):
            operations.write_up(actor, meeting=meeting, said=[], decided=[])


def test_what_is_wrong_with_a_line_is_said_at_the_line(two: Two) -> None:
    meeting = two.meeting(two.open())
    write_up(two, meeting)
    with pytest.raises(InvalidFields) as refused:
        write_up(two, meeting, said=[Said(heading="", text="x")], decided=[Decided(text="", state="never")])
    wrong = [f"outcome-0-{part}" for part in ("text", "owner", "due", "state")]
    assert [*refused.value.errors] == ["note-0-heading", *wrong]
    assert Note.objects.count() == 2


def test_from_an_outcome_it_is_one_step_to_an_event(two: Two) -> None:
    meeting = two.meeting(two.open())
    write_up(two, meeting)
    outcome = outcome_for(two.theirs, Outcome.objects.get(position=0).id)
    for missing in (outcome.id, uuid7()):
        with pytest.raises(NotFound):
            outcome_for(two.ours, missing)
    with pytest.raises(NotFound):
        operations.take_step(two.ours, outcome=outcome, day=made_up.in_days(9))
    event = operations.take_step(two.theirs, outcome=outcome, day=made_up.in_days(9))
    assert (event.title, event.kind, event.status) == ("A stall on Saturdays", "action", "draft")
    with pytest.raises(errors.StepTaken):
        operations.take_step(two.theirs, outcome=outcome, day=made_up.in_days(9))
    kept = made_up.decided("A stall on Sundays", id=outcome.id, state="done")
    write_up(two, meeting, decided=[kept, made_up.decided("Under an id of nobody’s", id=uuid7())])
    assert Outcome.objects.get(pk=outcome.pk).step == event
    assert queries.names_of_discussions([meeting.discussion_id], {meeting.discussion.organisation_id})[
        meeting.discussion_id
    ] == (meeting.discussion.question, "discussion")
    assert queries.names_of_discussions([meeting.discussion_id], set())[meeting.discussion_id][1] == ""
    assert list(queries.discussions_within([two.group.id])) == [{"id": meeting.discussion_id}]


def test_two_meetings_keep_their_outcomes_apart(two: Two) -> None:
    found = two.open()
    first, second = two.meeting(found), two.meeting(found)
    write_up(two, first)
    taken = made_up.decided("Taken over", id=Outcome.objects.get(position=0).id)
    write_up(two, second, decided=[taken])
    assert Outcome.objects.filter(meeting=first).count() == 2
    assert Outcome.objects.get(meeting=second).id != taken.id
